"""A resource type is served as it declares itself: its own paths, references and lock, without a change elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from logic_apps_sandbox.arm.core.errors import ArmError, conflict
from logic_apps_sandbox.arm.core.operations import DELETE
from logic_apps_sandbox.arm.core.resource_provider import ResourceProvider
from logic_apps_sandbox.arm.core.resource_type import ACCEPTED, Envelope, ResourceType
from logic_apps_sandbox.arm.core.session import Request, Response
from logic_apps_sandbox.arm.core.store import Resource
from logic_apps_sandbox.arm.server import resource_providers
from tests.support.azure import GROUP, GROUP_VERSION, Azure, azure_in, code

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from logic_apps_sandbox.arm.core.operations import Operation
    from logic_apps_sandbox.arm.core.resource_id import ResourceId

FACTORY = f"{GROUP}/providers/Contoso.Test/factories/factory"
MACHINE = f"{FACTORY}/machines/machine"


class Factories(ResourceType):
    """A type whose status is served below its resources, and which may be in use."""

    namespace = "Contoso.Test"
    name = "factories"
    api_versions = (GROUP_VERSION,)
    actions = {"open/gate": "POST"}  # noqa: RUF012 - as the base class declares
    status_collection = "progress"

    def put(self, request: Request, resource_id: ResourceId, existing: Resource | None) -> Response:  # noqa: ARG002
        factory = Resource(resource_id, Envelope(resource_id).document({}))
        request.session.store.save(factory)
        return Response(201, factory.document)

    def act(self, request: Request, resource: Resource, action: str) -> Response:  # noqa: ARG002
        return Response(200, {"value": [action]})

    def in_use(self, resource: Resource, users: list[str]) -> ArmError:
        return conflict(f"{resource.name} is in use by {users}")

    def operation_status(self, request: Request, resource_id: ResourceId, operation_id: str) -> Response:  # noqa: ARG002
        return Response(200, {"name": operation_id})


class Machines(ResourceType):
    """A type whose resources name another one, and lock their parent while they are deleted."""

    namespace = "Contoso.Test"
    name = "factories/machines"
    api_versions = (GROUP_VERSION,)
    references = ("feeds",)

    def put(self, request: Request, resource_id: ResourceId, existing: Resource | None) -> Response:
        machine = Resource(
            resource_id, Envelope(resource_id).document(request.body.required_member("properties").value)
        )
        self.refuse_while_busy(request, machine)
        request.session.store.save(machine)
        return Response(200 if existing else 201, machine.document)

    def delete(self, request: Request, resource: Resource) -> Response:
        return self.begin(request, resource, DELETE, 3600, ACCEPTED)

    def locked_by(self, session: object, resource: Resource) -> Resource:  # noqa: ARG002
        return Resource(resource.id.parent, {})

    def busy(self, request: Request, locked: Resource, operation: Operation) -> ArmError:  # noqa: ARG002
        return conflict(f"{locked.name} is busy")

    def tracking_headers(self, request: Request, locked: Resource, operation: Operation) -> dict[str, str]:
        return {"Location": f"{request.base_url}{locked.id}/progress/{operation.id}?api-version={GROUP_VERSION}"}


@pytest.fixture
def azure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Azure]:
    """A simulator in which one more namespace is declared, with a factory."""
    provider = ResourceProvider(
        (Factories(), Machines()),
        location_paths={"orders": lambda _, location, name: Response(200, {"order": f"{name} in {location}"})},
    )
    monkeypatch.setitem(resource_providers.PROVIDERS, "contoso.test", provider)
    for each in provider.types:
        monkeypatch.setitem(resource_providers.TYPES, each.full_name.lower(), each)
        monkeypatch.setitem(resource_providers.REFERENCES, each.full_name.lower(), each.references)
    with azure_in(tmp_path / "arm", pace=3600) as client:
        client.create_group()
        assert client.put(FACTORY, {}).status_code == 201
        yield client


def test_its_actions_and_its_status_path_are_served_below_the_resource(azure: Azure) -> None:
    assert azure.send("POST", f"{FACTORY}/open/gate").json() == {"value": ["open/gate"]}
    assert azure.get(f"{FACTORY}/open/gate").status_code == 405
    assert azure.get(f"{FACTORY}/progress/of-nothing").json() == {"name": "of-nothing"}
    assert code(azure.get(f"{FACTORY}/elsewhere/of-nothing")) == (404, "InvalidResourceType")


def test_the_paths_of_a_namespace_are_served_below_its_locations(azure: Azure) -> None:
    locations = f"{GROUP.partition('/resourceGroups')[0]}/providers/Contoso.Test/locations/westus2"
    assert azure.get(f"{locations}/orders/one").json() == {"order": "one in westus2"}
    assert azure.get(f"{locations}/returns/one").status_code == 404


def test_a_resource_that_another_one_references_is_in_use_until_that_is_deleted(azure: Azure) -> None:
    other = FACTORY + "2"
    azure.put(other, {})
    assert azure.put(MACHINE, {"properties": {"feeds": {"id": other.upper()}}}).status_code == 201
    assert azure.delete(other).status_code == 409
    assert azure.put(MACHINE, {"properties": {"watches": {"id": other}}}).status_code == 200
    assert azure.delete(other).status_code == 200


def test_an_operation_locks_only_what_the_type_declares(azure: Azure) -> None:
    assert azure.put(MACHINE, {"properties": {}}).status_code == 201
    deletion = azure.delete(MACHINE)
    assert (deletion.status_code, deletion.content) == (202, b"")
    refused = azure.put(f"{MACHINE}2", {"properties": {}})
    assert (refused.status_code, refused.json()["error"]["message"]) == (409, "factory is busy")
    assert refused.headers["Retry-After"]
    assert azure.http.get(deletion.headers["Location"]).status_code == 200
    azure.put(f"{FACTORY}2", {})
    assert azure.put(f"{FACTORY}2/machines/machine", {"properties": {}}).status_code == 201

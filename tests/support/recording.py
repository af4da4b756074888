"""A recording monitor: runs a Pulumi program without an engine and keeps every registration exactly as the SDK sent it.

The SDK's own mocks show type, name and inputs of a resource. What a component promises beyond that (parents,
dependencies, timeouts, what replaces, what is registered as outputs) is in the requests to the monitor: kept here.
"""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from unittest import mock
from urllib.parse import quote

import grpc  # type: ignore[import-untyped]
from pulumi.runtime import config, mocks, rpc, settings
from pulumi.runtime.stack import run_in_stack

from logic_apps_environment.testing import SUBSCRIPTION_ID, AzureMocks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PROJECT = "logic-apps-environment"
SUBSCRIPTION = f"/subscriptions/{SUBSCRIPTION_ID}"

RESOURCE_GROUP = "azure-native:resources:ResourceGroup"
GET_RESOURCE_GROUP = "azure-native:resources:getResourceGroup"
VIRTUAL_NETWORK = "azure-native:network:VirtualNetwork"
SUBNET = "azure-native:network:Subnet"
SECURITY_GROUP = "azure-native:network:NetworkSecurityGroup"
SECURITY_RULE = "azure-native:network:SecurityRule"
ROUTE_TABLE = "azure-native:network:RouteTable"
ROUTE = "azure-native:network:Route"
GENERIC_RESOURCE = "azure-native:resources:Resource"
ENVIRONMENT_COMPONENT = "logic-apps-environment:index:IntegrationServiceEnvironment"
NETWORK_COMPONENT = "logic-apps-environment:index:EnvironmentNetwork"

# Addresses that the service fills in, in the shape of the API description's example.
ENDPOINTS = {
    "workflow": {
        "outgoingIpAddresses": [{"address": "203.0.113.1"}, {"address": "10.0.0.0/27"}],
        "accessEndpointIpAddresses": [{"address": "203.0.113.2"}],
    },
    "connector": {"outgoingIpAddresses": [{"address": "203.0.113.3"}, {"address": "203.0.113.4"}]},
}


@dataclass
class Registration:
    """One resource as the program registered it."""

    urn: str
    type: str
    name: str
    inputs: dict[str, Any]
    request: Any
    outputs: dict[str, Any] | None = None

    @property
    def parent(self) -> str:
        """The URN of the parent."""
        return str(self.request.parent)


@dataclass
class Recording:
    """Everything that a program registered and exported."""

    registrations: list[Registration] = field(default_factory=list)
    invokes: list[str] = field(default_factory=list)
    asked_providers: list[str] = field(default_factory=list)
    stack_outputs: dict[str, Any] = field(default_factory=dict)
    hooks: list[str] = field(default_factory=list)
    read: list[tuple[str, str, str]] = field(default_factory=list)
    """Type, logical name and id of each resource that was read."""

    @property
    def names(self) -> list[str]:
        """The logical names in the order of registration."""
        return [registration.name for registration in self.registrations]

    def __getitem__(self, name: str) -> Registration:
        """The custom resource called ``name``; components share their names with nothing else of interest."""
        (found,) = [r for r in self.registrations if r.name == name and r.request.custom]
        return found

    def component(self, component_type: str) -> Registration:
        """The only component of a type."""
        (found,) = [r for r in self.registrations if r.type == component_type]
        return found

    def dependencies(self, name: str) -> set[str]:
        """The logical names of the custom resources that a resource depends on, however it came to."""
        by_urn = {registration.urn: registration.name for registration in self.registrations}
        return {by_urn[urn] for urn in self[name].request.dependencies}


class Refusal(grpc.RpcError):  # type: ignore[misc]  # grpc has no types
    """A function's failure, as the engine reports it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def code(self) -> grpc.StatusCode:
        """The status."""
        return grpc.StatusCode.UNKNOWN

    def details(self) -> str:
        """What the provider says."""
        return self.message


class _Azure(AzureMocks):
    """Respond like Azure: ids derived from names, and values that a service adds; both unknown in a preview."""

    def __init__(
        self,
        recording: Recording,
        *,
        without_properties: bool,
        ids_as_requested: bool,
        functions: Mapping[str, dict[str, Any] | Refusal],
    ) -> None:
        super().__init__()
        self.recording = recording
        self.functions = functions
        self.without_properties = without_properties
        self.ids_as_requested = ids_as_requested

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
        self.recording.invokes.append(args.token)
        self.recording.asked_providers.append(args.provider)
        answer = self.functions[args.token]
        if isinstance(answer, Refusal):
            raise answer
        return answer, []

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        if not args.custom:
            return None, {}
        identity, outputs = super().new_resource(args)
        is_known = args.typ == GENERIC_RESOURCE and not settings.is_dry_run()
        if is_known and self.without_properties:
            del outputs["properties"]
        elif is_known:
            outputs["properties"] = args.inputs["properties"] | {"endpointsConfiguration": ENDPOINTS}
        return _as_requested(args.typ, identity or "") if self.ids_as_requested else identity, outputs


def _as_requested(resource_type: str, identity: str) -> str:
    """The path that azure-native requests (its metadata and crud.go, PrepareAzureRESTIdAndQuery): names are escaped."""
    path = quote(identity)
    if resource_type != GENERIC_RESOURCE:
        return path
    head, _, tail = path.replace("/resourceGroups/", "/resourcegroups/").partition("/providers/Microsoft.Logic/")
    # Type and name alone follow an empty parentResourcePath.
    return f"{head}/providers/Microsoft.Logic/{'/' * (tail.count('/') == 1)}{tail}"


class _Monitor(mocks.MockMonitor):
    """The SDK's mock monitor, which answers, with a memory."""

    def __init__(self, recording: Recording, azure: AzureMocks) -> None:
        super().__init__(azure)
        self.recording = recording

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """As the engine makes it: with the types of all ancestors. (The SDK's mock stops at the parent.)."""
        ancestors = parent.split("::")[2].removeprefix("pulumi:pulumi:Stack") if parent else ""
        qualified = f"{ancestors}${type_}" if ancestors else type_
        return f"urn:pulumi:{settings.get_stack()}::{PROJECT}::{qualified}::{name}"

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
        answer = super().RegisterResource(request)  # type: ignore[no-untyped-call]
        if request.type != "pulumi:pulumi:Stack":
            inputs = rpc.deserialize_properties(request.object, keep_unknowns=True)
            self.recording.registrations.append(Registration(answer.urn, request.type, request.name, inputs, request))
        return answer

    def ReadResource(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
        self.recording.read.append((request.type, request.name, request.id))
        return super().ReadResource(request)  # type: ignore[no-untyped-call]

    def RegisterErrorHook(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
        self.recording.hooks.append(request.name)
        return super().RegisterErrorHook(request)  # type: ignore[no-untyped-call]

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
        outputs = rpc.deserialize_properties(request.outputs, keep_unknowns=True)
        for registration in self.recording.registrations:
            if registration.urn == request.urn:
                assert registration.outputs is None, f"{request.urn} registered outputs twice"
                registration.outputs = outputs
                break
        else:
            self.recording.stack_outputs = outputs
        return super().RegisterResourceOutputs(request)  # type: ignore[no-untyped-call]


_NO_ALIAS_URNS = mock.patch("pulumi.resource.collapse_alias_to_urn", autospec=True)


def _discard(_result: object) -> None:
    """The SDK would await what a program returns."""


def record(
    program: Callable[[], object],
    *,
    preview: bool = False,
    without_properties: bool = False,
    ids_as_requested: bool = False,
    stack: str = "dev",
    configuration: Mapping[str, str] | None = None,
    functions: Mapping[str, dict[str, Any] | Refusal] | None = None,
    recording: Recording | None = None,
    azure: AzureMocks | None = None,
    computes_alias_urns: bool = False,
) -> Recording:
    """Run ``program`` and return what it registered.

    Args:
        program: registers resources; a Pulumi program as a function.
        preview: as in ``pulumi preview``: ids and values that a service adds are unknown.
        without_properties: the environment has no ``properties``, as after a failed creation.
        ids_as_requested: ids are the paths of the provider's requests, as after creations that failed.
        stack: the name of the stack.
        configuration: the stack's configuration by full key.
        functions: what functions (invokes) return, or how they fail, by their tokens.
        recording: where to keep what is registered, for a program that fails.
        azure: answers instead of ``functions``.
        computes_alias_urns: let the SDK compute the URN of every alias, as it does outside of tests. It sends none of
            them to an engine that takes alias specifications, so nothing is recorded of them; azure-native gives each
            resource dozens of aliases, and their URNs would take most of the time of these tests.
    """
    recording = recording or Recording()
    azure = azure or _Azure(
        recording,
        without_properties=without_properties,
        ids_as_requested=ids_as_requested,
        functions=dict(functions or {}),
    )
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        mocks.set_mocks(azure, project=PROJECT, stack=stack, preview=preview, monitor=_Monitor(recording, azure))
        settings.ROOT.set(
            None
        )  # set_mocks makes a stack and finishes it at once; this program shall have its own, with outputs
        config.set_all_config(dict(configuration or {}), [])
        with _NO_ALIAS_URNS if not computes_alias_urns else nullcontext():
            loop.run_until_complete(run_in_stack(lambda: _discard(program())))
    finally:
        settings.reset_options()
        loop.close()
    return recording

"""The state of a stack, in the format of ``pulumi stack export`` and ``pulumi stack import``.

Source: Pulumi SDK for Go, sdk/go/common/apitype/core.go (UntypedDeployment, DeploymentV3, ResourceV3, OperationV2).
"""

from __future__ import annotations

import json
import re
from typing import Any, TypeAlias

from logic_apps_environment.commands.azure_client.printable import printable
from logic_apps_environment.commands.recovery.azure_ids import canonical
from logic_apps_environment.commands.recovery.errors import RecoveryError

Resource: TypeAlias = dict[str, Any]
"""A resource of a state (ResourceV3)."""

Operation: TypeAlias = dict[str, Any]
"""A pending operation (OperationV2): ``type`` and ``resource``."""

_SUBSCRIPTION = re.compile(r"/subscriptions/([^/]+)", re.IGNORECASE)
_NOT_OF_A_STATE = "Restore a backup of the state, or export it again with: pulumi stack export --stack NAME"


def logical_name(resource: Resource) -> str:
    """Return the logical name of a resource: the last part of the URN, which can contain ``::``."""
    return str(resource["urn"].split("::", 3)[3])


def has_deployment(text: str) -> bool:
    """Return whether the output of ``pulumi stack export`` has a deployment."""
    try:
        return json.loads(text)["deployment"] is not None
    except (ValueError, KeyError, TypeError):
        return True


class State:
    """A state of a project, from the output of ``pulumi stack export``, that can be changed.

    Raises:
        RecoveryError: the text is not a state, or is the state of another project.
    """

    def __init__(self, text: str, project: str) -> None:
        try:
            document = json.loads(text)
        except ValueError as error:
            raise RecoveryError(f"the stack's state is not JSON: {error}. {_NOT_OF_A_STATE}") from error
        deployment = document.get("deployment", False) if isinstance(document, dict) else False
        if not isinstance(deployment, dict | None):
            raise RecoveryError(f"the stack's state has no object 'deployment'. {_NOT_OF_A_STATE}")
        self.document: dict[str, Any] = document
        self._deployment = deployment or {}
        self.resources: list[Resource] = [_checked(each, project) for each in self._list("resources")]
        """All resources, each after its dependencies."""
        self.pending: list[Operation] = [_checked_operation(each, project) for each in self._list("pending_operations")]

    def to_document(self) -> dict[str, Any]:
        """Return the state for ``pulumi stack import``."""
        deployment = {**self._deployment, "resources": self.resources, "pending_operations": self.pending}
        if not self.pending:
            del deployment["pending_operations"]
        return {**self.document, "deployment": deployment}

    def live(self, urn: str) -> Resource | None:
        """Return the resource with this URN, except one that is marked for deletion."""
        return next((each for each in self.resources if each["urn"] == urn and not each.get("delete")), None)

    def with_id(self, identifier: str) -> list[Resource]:
        """Return the resources that the stack manages with this ID, in any spelling."""
        wanted = canonical(identifier)
        return [each for each in self.resources if canonical(each.get("id")) == wanted and not each.get("external")]

    def put(self, resource: Resource) -> None:
        """Add a resource, or replace the one with its URN."""
        known = self.live(resource["urn"])
        if known is None:
            self.resources.append(resource)
        elif known.get("pendingReplacement") or canonical(known.get("id")) == canonical(resource.get("id")):
            self.resources[self._position(known)] = resource
        else:
            # A replacement that creates first; the previous resource still has to be deleted.
            known["delete"] = True
            self.resources.insert(self._position(known), resource)
        self.resources = _in_order(self.resources)

    def drop(self, resource: Resource) -> None:
        """Remove a resource that does not exist.

        While others depend on it, it is kept with ``pendingReplacement``, like the engine keeps a resource that it has
        deleted for a replacement (pkg/resource/deploy/step.go, DeleteStep).
        """
        if not resource.get("delete") and any(
            resource["urn"] in references(each) for each in self.resources if each is not resource
        ):
            resource["pendingReplacement"] = True
        else:
            del self.resources[self._position(resource)]

    def subscription(self) -> str | None:
        """Return the subscription in the IDs of the resources; None if no ID has one."""
        found = (_SUBSCRIPTION.match(str(each.get("id", ""))) for each in self.resources)
        return next((match[1] for match in found if match), None)

    def _position(self, resource: Resource) -> int:
        return next(at for at, each in enumerate(self.resources) if each is resource)

    def _list(self, name: str) -> list[Any]:
        found = self._deployment.get(name) or []
        if not isinstance(found, list):
            raise RecoveryError(f"'deployment.{name}' of the stack's state is not a list. {_NOT_OF_A_STATE}")
        return found


def references(resource: Resource) -> set[str]:
    """Return the URNs that a resource refers to."""
    provider = str(resource.get("provider", "")).rpartition("::")[0]
    by_property = [urn for urns in (resource.get("propertyDependencies") or {}).values() for urn in urns or []]
    return {
        *(resource.get("dependencies") or []),
        *by_property,
        *filter(None, [resource.get("parent"), resource.get("deletedWith"), provider]),
    }


def _in_order(resources: list[Resource]) -> list[Resource]:
    """Return the resources, each after those that it refers to, otherwise in their order.

    Pulumi rejects a state in another order (pkg/resource/deploy/snapshot.go, VerifyIntegrity).
    """
    by_urn: dict[str, list[Resource]] = {}
    for each in resources:
        by_urn.setdefault(each["urn"], []).append(each)
    ordered: list[Resource] = []
    visited: set[int] = set()

    def visit(resource: Resource) -> None:
        if id(resource) in visited:
            return
        visited.add(id(resource))
        for urn in sorted(references(resource)):
            for each in by_urn.get(urn, []):
                visit(each)
        ordered.append(resource)

    for each in resources:
        visit(each)
    return ordered


def _checked(resource: object, project: str) -> Resource:
    """Return a resource, or raise an error for one that is not of this project."""
    urn = resource.get("urn") if isinstance(resource, dict) else None
    if (
        not isinstance(resource, dict)
        or not isinstance(urn, str)
        or not re.match(r"urn:pulumi:[^:]*::[^:]*::.+::", urn)
    ):
        raise RecoveryError(
            f"the stack's state has an entry that is not a resource: {json.dumps(resource)[:200]}. Expected a URN "
            f"such as urn:pulumi:dev::{project}::azure-native:resources:ResourceGroup::name. {_NOT_OF_A_STATE}"
        )
    of_project = urn.split("::")[1]
    if of_project != project:
        raise RecoveryError(
            f"the stack's state belongs to the project {of_project!r}, but this folder has the project {project!r}. "
            f"Run the command in the folder of {of_project!r}, or specify another stack with --stack."
        )
    for name, kind in (("inputs", dict), ("outputs", dict), ("propertyDependencies", dict), ("dependencies", list)):
        if not isinstance(resource.get(name) or kind(), kind):
            raise RecoveryError(
                f"'{name}' of the resource {printable(urn)} in the stack's state is malformed. {_NOT_OF_A_STATE}"
            )
    return resource


def _checked_operation(operation: object, project: str) -> Operation:
    if not isinstance(operation, dict) or not isinstance(operation.get("type"), str):
        raise RecoveryError(
            f"the stack's state has a pending operation without a type: {json.dumps(operation)[:200]}. "
            f"{_NOT_OF_A_STATE}"
        )
    _checked(operation.get("resource"), project)
    return operation

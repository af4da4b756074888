"""What the program plans, and whether it exists already."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from logic_apps_environment.commands.recovery.azure_ids import canonical
from logic_apps_environment.commands.recovery.errors import ResourceError
from logic_apps_environment.commands.recovery.properties import (
    completed,
    has_hidden,
    has_unknown,
    is_unknown,
    with_hidden_of,
)
from logic_apps_environment.commands.recovery.resource_types import type_of
from logic_apps_environment.commands.recovery.state import logical_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from logic_apps_environment.commands.recovery.adoption import Adoption
    from logic_apps_environment.commands.recovery.inventory import Inventory
    from logic_apps_environment.commands.recovery.properties import Properties
    from logic_apps_environment.commands.recovery.replacements import InterruptedReplacements
    from logic_apps_environment.commands.recovery.report import Report
    from logic_apps_environment.commands.recovery.resource_types import ResourceType
    from logic_apps_environment.commands.recovery.state import Resource, State

# The operations of the engine (pkg/resource/deploy/step.go, StepOp).
_CREATING = frozenset({"create", "create-replacement", "replace"})
"""These create a resource, which may exist already."""

_KEEPING = frozenset({"same", "update"})
"""These keep a resource of the state, which may be none of Azure."""

_OTHER = frozenset(
    {
        # On what is in the state, and was compared with Azure there.
        *("refresh", "delete", "delete-replaced", "remove-pending-replace", "diff"),
        # On what the program only reads, or imports by itself.
        *("read", "read-replacement", "discard", "discard-replaced", "import", "import-replacement"),
        # On providers.
        "extend-parameterize",
    }
)

_DEFAULT_PROVIDER = re.compile(r"default_(\d+)_(\d+)_(\d+)")


@dataclass
class Plan:
    """The steps of a preview.

    Attributes:
        wanted: the resources of the program by URN, in its order.
        created: the URNs of those that an update creates.
        deleted_first: the URNs of what is deleted before its replacement is created.
        unknown: operations that recovery does not know, with the URN of the resource.
    """

    wanted: dict[str, Resource] = field(default_factory=dict)
    created: set[str] = field(default_factory=set)
    deleted_first: set[str] = field(default_factory=set)
    unknown: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, steps: Iterable[dict[str, Any]]) -> Plan:
        """The plan of `pulumi preview --json --show-sames --show-replacement-steps`."""
        plan = cls()
        for step in steps:
            operation, new = step.get("op"), step.get("newState")
            urn = str(step.get("urn", ""))
            if operation in _CREATING | _KEEPING and isinstance(new, dict) and isinstance(new.get("urn"), str):
                plan.wanted.setdefault(new["urn"], new)
            if operation in _CREATING:
                plan.created.add(urn)
            elif operation == "delete-replaced" and urn not in plan.created:
                plan.deleted_first.add(urn)
            elif operation not in _KEEPING | _OTHER:
                plan.unknown.append((str(operation), urn))
        return plan


class PlannedResources:
    """Finds what exists of a plan.

    Args:
        state: the state that the plan was made from; it is changed.
        inventory: what Azure has.
        replacements: resolves interrupted replacements.
        adoption: puts resources into the state.
        report: takes what was found.

    Attributes:
        unnamed: how many planned resources have a name that a preview of this state does not know.
    """

    def __init__(
        self,
        state: State,
        inventory: Inventory,
        replacements: InterruptedReplacements,
        adoption: Adoption,
        report: Report,
    ) -> None:
        self._state = state
        self._inventory = inventory
        self._replacements = replacements
        self._adoption = adoption
        self._report = report
        self.unnamed = 0

    def find(self, plan: Plan) -> None:
        """Import into the state what the program plans to create, exists, and is not in the state.

        Raises:
            RecoveryError: Azure cannot be asked.
        """
        for urn, new in plan.wanted.items():
            known = self._state.live(urn)
            # An update keeps what was in the state when the preview was made; some of that is not there any more.
            if urn in plan.created or known is None or known.get("pendingReplacement"):
                try:
                    self._find(new, plan)
                except ResourceError as error:
                    self._report.not_read(new, error)
        for known in self._state.interrupted_replacements():
            if known["urn"] not in plan.wanted:
                body = self._replacements.find(known)
                if body is not None:
                    self._replacements.resolve(known, None, body)
        for operation, urn in plan.unknown:
            self._report.note(
                f"{urn.rsplit('::', 1)[-1]}: recovery does not know the operation {operation!r} that the preview "
                "plans, and did not check whether the resource exists",
                needs_attention=True,
            )

    def _find(self, new: Resource, plan: Plan) -> None:
        known = self._state.live(new["urn"])
        if known is not None:
            new = {**new, "inputs": with_hidden_of(new.get("inputs") or {}, known.get("inputs") or {})}
        type_ = type_of(new)
        identifier = None
        if type_ is not None and type_.is_known:
            new = {**new, "inputs": self._with_known_path(new, type_)}
            identifier = self._inventory.identifier(new, type_)
        if known is not None and known.get("pendingReplacement"):
            # An unknown name is most often the same name: it depends on what is replaced too.
            has_same_id = identifier is None or canonical(identifier) == canonical(known.get("id"))
            body = self._replacements.find(known)
            if body is not None:
                candidate = self._candidate(new, type_, body, plan)[0] if type_ and has_same_id else None
                self._replacements.resolve(known, candidate, body)
            if has_same_id:
                return
        if type_ is None:
            return
        if not type_.is_known:
            if known is None:
                self._report.note(
                    f"{logical_name(new)}: an update creates it; recovery does not know the type {new['type']!r} and "
                    "did not check whether it exists"
                )
        elif identifier is None:
            # It is inside of something that does not exist either, or a preview knows its name only once what was
            # found now is in the state.
            self.unnamed += 1
        else:
            self._find_unmanaged(new, type_, identifier, plan)

    def _find_unmanaged(self, resource: Resource, type_: ResourceType, identifier: str, plan: Plan) -> None:
        """Import a planned resource into the state if it exists and the state does not have it."""
        managed = self._state.with_id(identifier)
        is_live = managed is not None and not managed.get("delete")
        if managed is not None and is_live and managed["urn"] == resource["urn"]:
            return
        body = self._inventory.find(resource, type_, identifier)
        if body is None:
            return
        if managed is not None and is_live:
            # Renamed in the program: the state has it under its earlier name, and that is the one to go by.
            self._report.leave_alone(
                resource,
                f"exists, and the state has it as {logical_name(managed)}. An update would create it and then delete "
                "it; give the resource an alias for its earlier name first",
            )
            return
        known = self._state.live(resource["urn"])
        if known is not None and resource["urn"] in plan.deleted_first:
            self._report.leave_alone(
                resource,
                f"an update replaces {known.get('id')} by {body.get('id')}, which exists although the former was not "
                "deleted, so this stack did not create it. Choose another name, or delete it if it is not needed",
            )
            return
        candidate, reason = self._candidate(resource, type_, body, plan)
        if candidate is None:
            self._report.leave_alone(resource, f"exists and is not in the state, but {reason}")
        elif not self._adoption.is_another(candidate, type_, body):
            if managed is not None:
                self._state.drop(managed)
            self._adoption.adopt(candidate, type_, body, "exists, and the state did not have it")

    def _candidate(
        self, resource: Resource, type_: ResourceType, body: Properties, plan: Plan
    ) -> tuple[Resource | None, str]:
        """A planned resource as the state can have it; without one, the reason."""
        inputs = completed(resource["inputs"], type_.outputs(body, resource["inputs"]))
        if has_hidden(inputs):
            return None, "some of its inputs are secret"
        if has_unknown(inputs):
            return None, "some of its inputs are unknown until an update"
        return self._connected({**resource, "inputs": inputs}, plan.wanted)

    def _with_known_path(self, new: Resource, type_: ResourceType) -> Properties:
        """The inputs, with the names of what the resource is inside of taken from the state where it has them."""
        inputs = dict(new.get("inputs") or {})
        # Its own name is not among them, whatever that depends on.
        for name in type_.path_inputs[:-1]:
            owners = (new.get("propertyDependencies") or {}).get(name) or []
            if is_unknown(inputs.get(name)) and len(owners) == 1:
                owner = self._state.live(owners[0]) or {}
                known = (owner.get("outputs") or {}).get("name", inputs[name])
                # A generic resource is inside of a path, not of a name.
                is_path = name == "parentResourcePath" and not is_unknown(known)
                inputs[name] = f"{owner['inputs']['resourceType']}/{known}" if is_path else known
        return inputs

    def _connected(self, resource: Resource, planned: dict[str, Resource]) -> tuple[Resource | None, str]:
        """The resource with all that it refers to in the state: parents and provider are added, the rest left out."""
        if not self._add_parents(resource, planned):
            return None, "its parent is not in the state either"
        provider_urn, _, _ = str(resource.get("provider", "")).rpartition("::")
        provider = self._state.live(provider_urn) or self._add_default_provider(resource, provider_urn)
        if provider is None:
            return None, "its provider, which an update creates first, is not in the state either"
        present = {each["urn"] for each in self._state.resources}
        by_property = resource.get("propertyDependencies") or {}
        connected = {
            **resource,
            "provider": f"{provider_urn}::{provider['id']}",
            "dependencies": [urn for urn in resource.get("dependencies") or [] if urn in present],
            "propertyDependencies": {
                name: [urn for urn in urns or [] if urn in present] for name, urns in by_property.items()
            },
        }
        return connected, ""

    def _add_parents(self, resource: Resource, planned: dict[str, Resource]) -> bool:
        urn = resource.get("parent")
        if not urn or self._state.live(urn) is not None:
            return True
        parent = planned.get(urn)
        if parent is None or parent.get("custom") or not self._add_parents(parent, planned):
            return False
        self._state.put(parent)
        return True

    def _add_default_provider(self, resource: Resource, urn: str) -> Resource | None:
        """The provider that the engine itself makes for a version of the SDK, in the form that it gives it."""
        version = _DEFAULT_PROVIDER.fullmatch(urn.split("::", 3)[-1])
        if version is None:
            return None
        number = ".".join(version.groups())
        provider = {
            "urn": urn,
            "custom": True,
            "id": str(uuid.uuid4()),
            "type": f"pulumi:providers:{resource['type'].split(':', 1)[0]}",
            "inputs": {"__internal": {}, "version": number},
            "outputs": {"version": number},
        }
        self._state.put(provider)
        return provider

"""Find the resources that the program plans to create and that exist already.

This includes replacements that were interrupted after the state recorded the deletion. The engine creates a resource
with ``pendingReplacement`` without deleting it first, or drops it from the state if the program no longer has it
(pkg/resource/deploy/step_generator.go). If the state is older than Azure, as after a power failure, the existing
resource can be the new one already, or the previous one that was never deleted.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass

from logic_apps_environment.commands.recovery.adoption import Adoption
from logic_apps_environment.commands.recovery.azure_ids import canonical
from logic_apps_environment.commands.recovery.errors import ResourceError
from logic_apps_environment.commands.recovery.inventory import Inventory
from logic_apps_environment.commands.recovery.plan import Plan
from logic_apps_environment.commands.recovery.properties import (
    Properties,
    completed,
    has_hidden,
    has_unknown,
    is_unknown,
    mismatches,
    with_hidden_of,
)
from logic_apps_environment.commands.recovery.report import Report
from logic_apps_environment.commands.recovery.resource_types import ResourceType, type_of
from logic_apps_environment.commands.recovery.state import Resource, State, logical_name

_DEFAULT_PROVIDER = re.compile(r"default_(\d+)_(\d+)_(\d+)")


@dataclass
class PlannedResources:
    """Finds the existing resources of a plan that was made from a state.

    Resources for the state are completed with values of the state and of Azure. Missing components and default
    providers are added to the state.
    """

    state: State
    inventory: Inventory
    adoption: Adoption
    report: Report
    plan: Plan
    unnamed: int = 0
    """The number of planned resources with a name that is unknown in a preview of this state."""

    def find(self) -> None:
        """Import planned resources that exist and the state does not have, and resolve interrupted replacements."""
        for urn, planned in self.plan.wanted.items():
            known = self.state.live(urn)
            # Recovery can have removed resources from the state since the preview.
            if urn in self.plan.created or known is None or known.get("pendingReplacement"):
                try:
                    self._find(planned, known)
                except ResourceError as error:
                    self.report.not_read(planned, error)
        interrupted = [
            each for each in self.state.resources if each.get("pendingReplacement") and not each.get("delete")
        ]
        for known in interrupted:
            if known["urn"] not in self.plan.wanted:
                self._resolve_replacement(known)
        for operation, urn in self.plan.unknown:
            self.report.note(
                f"{urn.rsplit('::', 1)[-1]}: recovery does not know the operation {operation!r} that the preview "
                "plans, and did not check whether the resource exists",
                needs_attention=True,
            )

    def _find(self, planned: Resource, known: Resource | None) -> None:
        type_ = type_of(planned)
        planned = self._with_known_inputs(planned, type_)
        identifier = self.inventory.identifier(planned, type_) if type_ is not None and type_.is_known else None
        if known is not None and known.get("pendingReplacement"):
            # An unknown name is most often the same name: it depends on the same replacement.
            has_same_id = identifier is None or canonical(identifier) == canonical(known.get("id"))
            self._resolve_replacement(known, planned if has_same_id else None)
            if has_same_id:
                return
        if type_ is None:
            return
        if identifier is not None:
            self._find_unmanaged(planned, type_, identifier)
        elif type_.is_known:
            # Its parent does not exist either, or the next preview will know its name from an imported resource.
            self.unnamed += 1
        elif known is None:
            self.report.note(
                f"{logical_name(planned)}: an update creates it; recovery does not know the type {planned['type']!r} "
                "and did not check whether it exists"
            )

    def _find_unmanaged(self, planned: Resource, type_: ResourceType, identifier: str) -> None:
        """Import a planned resource if it exists and the state does not have it."""
        managed = next(iter(self.state.with_id(identifier)), None)
        is_live = managed is not None and not managed.get("delete")
        is_created = planned["urn"] in self.plan.created
        if managed is not None and is_live and (managed["urn"] == planned["urn"] or not is_created):
            # The state has it, under its URN or under that of an alias.
            return
        body = self.inventory.find(planned, type_, identifier)
        if body is None:
            return
        if managed is not None and is_live:
            self.report.leave_alone(
                planned,
                f"exists, and the state has it as {logical_name(managed)}. An update would create it and then delete "
                "it; give the resource an alias for its earlier name first",
            )
            return
        known = self.state.live(planned["urn"])
        if known is not None and planned["urn"] in self.plan.deleted_first:
            self.report.leave_alone(
                planned,
                f"an update would replace {known.get('id')} with {body.get('id')}, but the latter already exists, and "
                "this stack did not create it. Choose another name, or delete it if it is not needed",
            )
            return
        candidate, reason = self._complete(planned, type_, body)
        if candidate is None:
            self.report.leave_alone(planned, f"exists and is not in the state, but {reason}")
        elif not self.adoption.reports_conflict(candidate, type_, body):
            if managed is not None:
                self.state.drop(managed)
            self.adoption.adopt(candidate, type_, body, "exists, and the state did not have it")

    def _resolve_replacement(self, known: Resource, planned: Resource | None = None) -> None:
        """Keep an existing resource with ``pendingReplacement``, as the new one or as the one that was not deleted.

        The planned resource has the same ID; None if it is unknown.
        """
        type_ = type_of(known)
        if type_ is None or not known.get("id"):
            self.report.note(
                f"{logical_name(known)}: its replacement was interrupted after the deletion; recovery does not know "
                f"the type {known.get('type')!r} and did not check whether it exists"
            )
            return
        try:
            body = self.inventory.find(known, type_, known["id"])
        except ResourceError as error:
            self.report.leave_alone(known, f"its replacement was interrupted, and it cannot be looked up: {error}")
            return
        if body is None:
            return
        text = "the state records it as deleted for a replacement, but it exists"
        candidate = self._complete(planned, type_, body)[0] if planned else None
        if candidate is not None and self._is(candidate, known, type_, body):
            self.adoption.adopt(candidate, type_, body, text)
        elif self._is(known, candidate or known, type_, body):
            text += ", and was not replaced"
            if type_.is_known:
                self.adoption.adopt(known, type_, body, text)
            else:
                del known["pendingReplacement"]
                self.report.changed(known, text, "kept in the state")
        elif not self.adoption.reports_conflict(candidate or known, type_, body):
            self.report.leave_alone(
                known,
                f"its replacement was interrupted, and {body.get('id')} is neither the previous nor the planned "
                "resource. Check it in Azure, and delete it if it is not needed",
            )

    def _is(self, resource: Resource, other: Resource, type_: ResourceType, body: Properties) -> bool:
        """Whether the existing resource is this one of two versions."""
        inputs, other_inputs = resource.get("inputs") or {}, other.get("inputs") or {}
        names = type_.body_inputs(inputs) | type_.body_inputs(other_inputs)
        shown = type_.outputs(body, inputs)
        if not type_.is_known and any(
            inputs.get(name) != other_inputs.get(name) and name not in shown for name in names
        ):
            return False
        contradictions = mismatches(inputs, other_inputs, shown, names)
        return not contradictions and not self.adoption.fixed_differences(resource, type_, body)

    def _with_known_inputs(self, planned: Resource, type_: ResourceType | None) -> Resource:
        """Return a planned resource with the inputs that the state knows: secrets, and the names of its parents."""
        inputs = planned.get("inputs") or {}
        known = self.state.live(planned["urn"])
        if known is not None:
            inputs = with_hidden_of(inputs, known.get("inputs") or {})
        if type_ is not None and type_.is_known:
            inputs = {**inputs, **self._known_path(planned, inputs, type_)}
        return {**planned, "inputs": inputs}

    def _complete(self, planned: Resource, type_: ResourceType, body: Properties) -> tuple[Resource | None, str]:
        """Return the resource for the state, or None and the reason why the state cannot contain it."""
        inputs = completed(planned["inputs"], type_.outputs(body, planned["inputs"]))
        if has_hidden(inputs):
            return None, "some of its inputs are secret"
        if has_unknown(inputs):
            return None, "some of its inputs are unknown until an update"
        if not self._add_parents(planned):
            return None, "its parent is not in the state either"
        provider_urn, _, _ = str(planned.get("provider", "")).rpartition("::")
        provider = self.state.live(provider_urn) or self._add_default_provider(planned, provider_urn)
        if provider is None:
            return None, "its provider, which an update creates first, is not in the state either"
        in_state = {each["urn"] for each in self.state.resources}
        by_property = planned.get("propertyDependencies") or {}
        return {
            **planned,
            "inputs": inputs,
            "provider": f"{provider_urn}::{provider['id']}",
            "dependencies": [urn for urn in planned.get("dependencies") or [] if urn in in_state],
            "propertyDependencies": {
                name: [urn for urn in urns or [] if urn in in_state] for name, urns in by_property.items()
            },
        }, ""

    def _known_path(self, planned: Resource, inputs: Properties, type_: ResourceType) -> Properties:
        """Return the inputs in the path of a resource that name its parents in the state."""
        known = {}
        # The last input is the resource's own name.
        for name in type_.path_inputs[:-1]:
            owners = (planned.get("propertyDependencies") or {}).get(name) or []
            if is_unknown(inputs.get(name)) and len(owners) == 1:
                owner = self.state.live(owners[0]) or {}
                value = (owner.get("outputs") or {}).get("name", inputs[name])
                # The parent of a generic resource is a path, not a name.
                is_path = name == "parentResourcePath" and not is_unknown(value)
                known[name] = f"{owner['inputs']['resourceType']}/{value}" if is_path else value
        return known

    def _add_parents(self, resource: Resource) -> bool:
        urn = resource.get("parent")
        if not urn:
            return True
        parent = self.plan.wanted.get(urn)
        known = self.state.live(urn)
        if known is not None:
            self._update_arguments(known, parent)
            return True
        if parent is None or parent.get("custom") or not self._add_parents(parent):
            return False
        self.state.put(parent)
        return True

    def _update_arguments(self, known: Resource, planned: Resource | None) -> None:
        """Give a component the arguments of the program, with which its resource is imported.

        A recovery with the wrong stack file can have recorded others, of which previews would then report the change.
        If the update replaces a resource, the change is one of the program.
        """
        arguments = (planned or {}).get("inputs") or {}
        if (
            planned
            and not known.get("custom")
            and not self.plan.replaces
            and not has_hidden(arguments)
            and not has_unknown(arguments)
        ):
            known["inputs"] = arguments

    def _add_default_provider(self, resource: Resource, urn: str) -> Resource | None:
        """Add the default provider that the engine creates for a version of the SDK, in the engine's form."""
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
        self.state.put(provider)
        return provider

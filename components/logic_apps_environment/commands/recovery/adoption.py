"""Import existing resources into the state, with the inputs and outputs that azure-native would keep."""

from __future__ import annotations

from dataclasses import dataclass

from logic_apps_environment.commands.azure_client.printable import printable
from logic_apps_environment.commands.recovery.errors import RecoveryError
from logic_apps_environment.commands.recovery.properties import (
    Properties,
    adjusted,
    differences,
    presence_differences,
    with_secrets_of,
)
from logic_apps_environment.commands.recovery.report import Report
from logic_apps_environment.commands.recovery.resource_types import ResourceType, provisioning_state
from logic_apps_environment.commands.recovery.state import Resource, State, logical_name, references


@dataclass(frozen=True)
class Adoption:
    """Imports resources into one state."""

    state: State
    report: Report

    def adopt(self, resource: Resource, type_: ResourceType, body: Properties, text: str) -> None:
        """Import a resource with the inputs of the program into the state, with Azure's values.

        ``text`` is the finding for the report.

        Raises:
            RecoveryError: the state lacks a resource that this one refers to.
        """
        inputs = resource.get("inputs") or {}
        differing = self.differences(resource, type_, body)
        entry = {name: value for name, value in resource.items() if name not in {"initErrors", "pendingReplacement"}}
        entry["id"] = body.get("id") or resource.get("id")
        if type_.is_known:
            outputs = type_.outputs(body, inputs)
            entry["inputs"] = adjusted(inputs, outputs, type_.body_inputs(inputs))
            entry["outputs"] = with_secrets_of(outputs, inputs)
        else:
            # Only the provider knows the outputs. The engine updates a resource with init errors in any case.
            entry["outputs"] = (self.state.live(resource["urn"]) or {}).get("outputs") or {}
            entry["initErrors"] = ["interrupted; the next update reads its outputs"]
        status = provisioning_state(body)
        if status.lower() in {"failed", "canceled"}:
            # The engine updates a resource with init errors even if the program has not changed.
            entry["initErrors"] = [f"interrupted; its provisioning state is {status}"]
            text += f", with the provisioning state {status}, which the next update repairs"
        if hidden := sorted(type_.write_only & inputs.keys()):
            entry["initErrors"] = [f"interrupted; Azure does not return its {', '.join(hidden)}"]
            text += f"; Azure does not return its {', '.join(hidden)}, which the next update sends again"
        if differing:
            text += f"; it differs in {', '.join(differing)}, which the next update changes"
        missing = references(entry) - {each["urn"] for each in self.state.resources}
        if missing:
            name, urns = printable(logical_name(resource)), printable(", ".join(sorted(missing)))
            raise RecoveryError(
                f"{name} exists, but cannot be imported: the state lacks resources that it refers to: {urns}. "
                "Restore a backup of the state, then run the command again."
            )
        self.state.put(entry)
        self.report.changed(resource, text, f"imported into the state as {entry['id']}")

    def reports_conflict(self, resource: Resource, type_: ResourceType, body: Properties) -> bool:
        """Return whether the existing resource has other values of inputs that require a replacement, and report it.

        Such a resource is left alone, because the next update would delete it.
        """
        found = self.fixed_differences(resource, type_, body)
        if found:
            self.report.leave_alone(
                resource,
                f"exists as {body.get('id')}, but differs in {', '.join(found)} from the program. Change the "
                "configuration to the existing values and run the command again, or delete the resource if it is not "
                "needed",
            )
        return bool(found)

    def fixed_differences(self, resource: Resource, type_: ResourceType, body: Properties) -> list[str]:
        """Return the paths of inputs that differ from Azure and require a replacement."""
        found = self.differences(resource, type_, body)
        if not type_.is_known:
            return found
        inputs = resource.get("inputs") or {}
        fixed = {*type_.fixed, *(resource.get("replaceOnChanges") or [])}
        return [
            *(path for path in found if any(_is_within(path, each) for each in fixed)),
            *presence_differences(inputs, type_.outputs(body, inputs), fixed),
        ]

    @staticmethod
    def differences(resource: Resource, type_: ResourceType, body: Properties) -> list[str]:
        """Return the paths at which Azure's values differ from the inputs of a resource."""
        inputs = resource.get("inputs") or {}
        return differences(inputs, type_.outputs(body, inputs), type_.body_inputs(inputs))


def _is_within(path: str, outer: str) -> bool:
    """Whether a property path is another path, or inside it."""
    return path == outer or path.startswith((f"{outer}.", f"{outer}["))

"""Turn planned resources into resources that the state can contain."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass

from logic_apps_environment.commands.recovery.plan import Plan
from logic_apps_environment.commands.recovery.properties import (
    Properties,
    completed,
    has_hidden,
    has_unknown,
    is_unknown,
    with_hidden_of,
)
from logic_apps_environment.commands.recovery.resource_types import ResourceType
from logic_apps_environment.commands.recovery.state import Resource, State

_DEFAULT_PROVIDER = re.compile(r"default_(\d+)_(\d+)_(\d+)")


@dataclass(frozen=True)
class Candidates:
    """Completes planned resources with values of the state and of Azure.

    Missing components and default providers are added to the state.
    """

    state: State
    plan: Plan

    def with_known_inputs(self, planned: Resource, type_: ResourceType | None) -> Resource:
        """Return a planned resource with the inputs that the state knows: secrets, and the names of its parents."""
        inputs = planned.get("inputs") or {}
        known = self.state.live(planned["urn"])
        if known is not None:
            inputs = with_hidden_of(inputs, known.get("inputs") or {})
        if type_ is not None and type_.is_known:
            inputs = {**inputs, **self._known_path(planned, inputs, type_)}
        return {**planned, "inputs": inputs}

    def complete(self, planned: Resource, type_: ResourceType, body: Properties) -> tuple[Resource | None, str]:
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

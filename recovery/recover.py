"""What recovery decides: how each unfinished operation ended, and which resources no state knows of.

It only changes the `State` that it is given; `cli` writes that back.
"""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any, Protocol

from recovery.errors import RecoveryError
from recovery.properties import adjusted, completed, differences, has_hidden, has_unknown, is_unknown, with_secrets_of
from recovery.resource_types import RESOURCE_TYPES, ResourceType, provisioning_state
from recovery.state import Resource, State, logical_name, references

if TYPE_CHECKING:
    from collections.abc import Iterable

    from recovery.properties import Properties
    from recovery.report import Report
    from recovery.waiting import Patience

_DEFAULT_PROVIDER = re.compile(r"default_(\d+)_(\d+)_(\d+)")


class Arm(Protocol):
    """What is asked of Azure."""

    @property
    def subscription(self) -> str | None:
        """The subscription that a login or a configuration names."""
        ...

    def look_up(self, identifier: str, api_version: str) -> dict[str, Any] | None:
        """What ARM has under an id; None when there is nothing."""
        ...


class Recovery:
    """Brings one state to what exists.

    Args:
        state: the state; it is changed.
        arm: Azure.
        patience: how resources that are being made are waited for.
        report: takes what was found.
    """

    def __init__(self, state: State, arm: Arm, patience: Patience, report: Report) -> None:
        self._state = state
        self._arm = arm
        self._patience = patience
        self._report = report
        self._settled: set[str] = set()
        self.unnamed = 0
        """How many planned resources have a name that a preview of this state does not know."""

    def settle_pending_operations(self) -> None:
        """Finds out how each operation ended that had begun, and lets the state say so.

        Raises:
            RecoveryError: Azure cannot be asked.
        """
        unknown = []
        for operation in self._state.pending:
            resource = operation["resource"]
            self._settled.add(resource["urn"])
            type_ = RESOURCE_TYPES.get(resource.get("type", ""))
            match operation["type"]:
                case "reading":
                    self._report.changed(resource, "was only being read; that is forgotten")
                case "creating" | "importing" if type_ is not None:
                    self._settle_creation(resource, type_)
                case "updating" if type_ is not None:
                    self._settle_update(resource, type_)
                case "deleting" if type_ is not None:
                    self._settle_deletion(resource, type_)
                case kind:
                    unknown.append(operation)
                    self._report.leave_alone(
                        resource,
                        f"recovery does not know the type {resource.get('type')!r}, whose {kind} was interrupted. "
                        "Look in Azure whether it exists, then use `pulumi import`, or `pulumi refresh` without --yes",
                    )
        self._state.pending = unknown

    def forget_what_is_gone(self) -> None:
        """Drops what the state has and Azure has no more.

        The engine does not always note that it has begun to delete (seen with 3.274): without this, an `up` after an
        interrupted `destroy` would take for granted what is gone.

        Raises:
            RecoveryError: Azure cannot be asked.
        """
        # What depends on others first, so that nothing is left that refers to what is dropped.
        for resource in reversed(list(self._state.resources)):
            type_ = RESOURCE_TYPES.get(resource.get("type", ""))
            is_there = resource.get("id") and not resource.get("pendingReplacement") and not resource.get("external")
            if type_ is None or not is_there or resource["urn"] in self._settled:
                continue
            if self._look_up(resource, type_, resource["id"]) is None:
                self._settled.add(resource["urn"])
                self._state.drop(resource)
                self._report.changed(resource, "does not exist any more; the state forgets it")

    def take_in_what_is_planned(self, steps: Iterable[dict[str, Any]]) -> None:
        """Finds what the program wants to create, exists, and is in no state.

        Args:
            steps: those of `pulumi preview --json`, made from the same state.

        Raises:
            RecoveryError: Azure cannot be asked.
        """
        planned: dict[str, Resource] = {}
        for step in steps:
            new = step.get("newState")
            if step.get("op") not in {"create", "create-replacement"} or not isinstance(new, dict) or "urn" not in new:
                continue
            planned[new["urn"]] = new
            known = self._state.live(new["urn"])
            type_ = RESOURCE_TYPES.get(new.get("type", ""))
            is_missing = known is None or bool(known.get("pendingReplacement"))
            if type_ is not None and is_missing and new["urn"] not in self._settled:
                self._find(new, type_, planned)

    def _settle_creation(self, resource: Resource, type_: ResourceType) -> None:
        identifier = self._identifier(resource, type_)
        if identifier is None:
            self._report.leave_alone(resource, "its creation was interrupted, and the state does not tell its name")
            return
        body = self._look_up(resource, type_, identifier)
        if body is None:
            self._report.changed(resource, "was about to be created and does not exist; that is forgotten")
        elif self._is_another(resource, type_, body):
            return
        else:
            self._take_in(resource, type_, body, "its creation was interrupted, and it exists")

    def _settle_update(self, resource: Resource, type_: ResourceType) -> None:
        before = self._state.live(resource["urn"])
        if before is None:
            self._report.changed(
                resource, "its update was interrupted, and the state does not have it; that is forgotten"
            )
            return
        body = self._look_up(before, type_, before.get("id") or "")
        if body is None:
            self._state.drop(before)
            self._report.changed(resource, "was being updated and exists no more; the state forgets it")
            return
        # When what Azure has agrees with both, the update may not have happened; doing it again does no harm.
        chosen = before
        if self._disagrees(before, type_, body) and not self._disagrees(resource, type_, body):
            chosen = {**before, **resource}
        self._take_in(chosen, type_, body, f"its update was interrupted{'' if chosen is before else ' and is done'}")

    def _settle_deletion(self, resource: Resource, type_: ResourceType) -> None:
        known = next(
            (
                each
                for each in self._state.resources
                if each["urn"] == resource["urn"] and each.get("id") == resource.get("id")
            ),
            None,
        )
        if known is None:
            self._report.changed(resource, "was being deleted and is in the state no more; that is forgotten")
        elif self._look_up(known, type_, known.get("id") or "") is None:
            self._state.drop(known)
            self._report.changed(resource, "was being deleted and is gone; the state forgets it")
        else:
            self._report.changed(resource, "was about to be deleted and still exists; the state keeps it")

    def _find(self, new: Resource, type_: ResourceType, planned: dict[str, Resource]) -> None:
        """Takes a planned resource into the state if it exists."""
        resource = {**new, "inputs": self._with_known_path(new, type_)}
        identifier = self._identifier(resource, type_)
        if identifier is None:
            # It is inside of something that does not exist either, or a preview knows its name only once what was
            # found now is in the state.
            self.unnamed += 1
            return
        known = self._state.with_id(identifier)
        if known is not None:
            # Renamed in the program: the state has it under its earlier name, and that is the one to go by.
            if known["urn"] != resource["urn"]:
                self._report.leave_alone(
                    resource,
                    f"exists, and the state has it as {logical_name(known)}. An update would create it anew and then "
                    "delete it; give the resource an alias for its earlier name first",
                )
            return
        body = self._look_up(resource, type_, identifier)
        if body is None:
            return
        inputs = completed(resource["inputs"], type_.outputs(body, resource["inputs"]))
        if has_unknown(inputs) or has_hidden(inputs):
            what = "secret" if has_hidden(inputs) else "not known before an update"
            self._report.leave_alone(resource, f"exists and is in no state, but some of its inputs are {what}")
            return
        found = self._connected({**resource, "inputs": inputs}, planned)
        if found is not None and not self._is_another(found, type_, body):
            self._take_in(found, type_, body, "exists, and the state did not know of it")

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

    def _connected(self, resource: Resource, planned: dict[str, Resource]) -> Resource | None:
        """The resource with all that it refers to in the state: parents and provider are added, the rest left out."""
        if not self._add_parents(resource, planned):
            return None
        provider_urn, _, _ = str(resource.get("provider", "")).rpartition("::")
        provider = self._state.live(provider_urn) or self._add_default_provider(resource, provider_urn)
        if provider is None:
            self._report.leave_alone(
                resource, "exists and is in no state; neither is its provider, which an update has to make first"
            )
            return None
        present = {each["urn"] for each in self._state.resources}
        by_property = resource.get("propertyDependencies") or {}
        return {
            **resource,
            "provider": f"{provider_urn}::{provider['id']}",
            "dependencies": [urn for urn in resource.get("dependencies") or [] if urn in present],
            "propertyDependencies": {
                name: [urn for urn in urns or [] if urn in present] for name, urns in by_property.items()
            },
        }

    def _add_parents(self, resource: Resource, planned: dict[str, Resource]) -> bool:
        urn = resource.get("parent")
        if not urn or self._state.live(urn) is not None:
            return True
        parent = planned.get(urn)
        if parent is None or parent.get("custom") or not self._add_parents(parent, planned):
            self._report.leave_alone(resource, "exists and is in no state; neither is its parent")
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

    def _is_another(self, resource: Resource, type_: ResourceType, body: Properties) -> bool:
        """Whether what exists cannot be the planned resource: it differs in what only a rebuild could change.

        It is left alone then, for the next update would delete it.
        """
        fixed = {*type_.fixed, *(resource.get("replaceOnChanges") or [])}
        found = [
            path for path in self._disagrees(resource, type_, body) if any(_is_within(path, each) for each in fixed)
        ]
        if found:
            self._report.leave_alone(
                resource,
                f"exists as {body.get('id')}, but differs in {', '.join(found)}, so it is not what this stack asked "
                "for. Delete it or choose another name, if it is not yours",
            )
        return bool(found)

    def _take_in(self, resource: Resource, type_: ResourceType, body: Properties, why: str) -> None:
        inputs = resource.get("inputs") or {}
        outputs = type_.outputs(body, inputs)
        differing = self._disagrees(resource, type_, body)
        entry = {
            **resource,
            "id": body.get("id") or resource.get("id"),
            "inputs": adjusted(inputs, outputs, type_.body_inputs(inputs)),
            "outputs": with_secrets_of(outputs, inputs),
        }
        entry.pop("initErrors", None)
        state = provisioning_state(body)
        if state.lower() in {"failed", "canceled"}:
            # With init errors the engine updates a resource even when nothing in the program has changed.
            entry["initErrors"] = [f"interrupted; Azure says {state}"]
            why += f", though Azure says {state}; the next update repairs it"
        if differing:
            why += f"; it differs in {', '.join(differing)}, which the next update changes"
        missing = references(entry) - {each["urn"] for each in self._state.resources}
        if missing:
            raise RecoveryError(
                f"{logical_name(resource)} exists, and cannot be taken into the state, which lacks what it refers to: "
                f"{', '.join(sorted(missing))}. Put back a backup of the state, then run this again."
            )
        self._state.put(entry)
        self._report.changed(resource, f"{why}; the state has it now ({entry['id']})")

    def _disagrees(self, resource: Resource, type_: ResourceType, body: Properties) -> list[str]:
        inputs = resource.get("inputs") or {}
        return differences(inputs, type_.outputs(body, inputs), type_.body_inputs(inputs))

    def _look_up(self, resource: Resource, type_: ResourceType, identifier: str) -> Properties | None:
        if not identifier.startswith("/"):
            raise RecoveryError(
                f"the state has the id {identifier!r} for {logical_name(resource)}; an id of Azure begins with "
                "/subscriptions/. Put back a backup of the state."
            )
        version = type_.api_version(resource.get("inputs") or {})
        return self._patience.settled(logical_name(resource), lambda: self._arm.look_up(identifier, version))

    def _identifier(self, resource: Resource, type_: ResourceType) -> str | None:
        """The id of a resource, made from its inputs as azure-native makes it."""
        provider = self._state.live(str(resource.get("provider", "")).rpartition("::")[0]) or {}
        subscription = (
            (provider.get("inputs") or {}).get("subscriptionId") or self._arm.subscription or self._state.subscription()
        )
        if not isinstance(subscription, str):
            raise RecoveryError(
                "it is not known which subscription to look in. Name it with ARM_SUBSCRIPTION_ID, or with: "
                "pulumi config set azure-native:subscriptionId ID"
            )
        return type_.arm_id(resource.get("inputs") or {}, subscription)


def _is_within(path: str, outer: str) -> bool:
    """Whether a property path is another one or inside of it."""
    return path == outer or path.startswith((f"{outer}.", f"{outer}["))

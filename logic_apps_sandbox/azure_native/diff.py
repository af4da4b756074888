"""The difference between old and new inputs, and whether it updates or replaces the resource.

Each changed leaf is one entry under its path (``properties.networkConfiguration.subnets[0].id``), so that the engine
can match ``replace_on_changes``. An added or removed object is one entry at its root, and so is an object or an array
that is compared with an unknown. Keys that begin with two underscores are internal and are not compared.

Source: azure-native provider source, diff.go and replacement.go. The real plugin matches items of arrays by the keys in
the API specification (``x-ms-identifiers``); the SDK does not contain them, so arrays are compared by position here.
"""

from dataclasses import dataclass, field
from enum import Enum

from logic_apps_sandbox.azure_native.checks import CREATE_BEFORE_DELETE
from logic_apps_sandbox.azure_native.resource_types import ResourceType
from logic_apps_sandbox.azure_native.values import Properties, PropertyValue


class Change(Enum):
    """How one property changes."""

    ADD = "add"
    DELETE = "delete"
    UPDATE = "update"


@dataclass(frozen=True)
class Difference:
    """The response to the engine's Diff.

    Attributes:
        changes: the changed leaves: their paths, how they change, and whether that replaces the resource.
        delete_before_replace: whether a replacement must delete the old resource first.
    """

    changes: dict[str, tuple[Change, bool]] = field(default_factory=dict)
    delete_before_replace: bool = False

    @property
    def replaces(self) -> list[str]:
        """The paths that force a replacement."""
        return sorted(path for path, (_, replaces) in self.changes.items() if replaces)

    @property
    def properties(self) -> list[str]:
        """The top-level properties that change, with the position in one that is an array: ``serviceEndpoints[0]``."""
        return sorted({path.partition(".")[0] for path in self.changes})


def compare(
    resource: ResourceType, old_inputs: Properties, new_inputs: Properties, old_outputs: Properties
) -> Difference:
    """Compare the inputs and outputs in the state with the checked inputs of the program."""
    forces = {*resource.path_inputs, *resource.replaces}
    changes: dict[str, tuple[Change, bool]] = {}
    for name in sorted({*old_inputs, *new_inputs}):
        old, new = old_inputs.get(name), new_inputs.get(name)
        if name.startswith("__") or _same_to_azure(name, old, new) or _adds_default(resource, name, old, new):
            continue
        # Adding to the program what the resource already has does not replace it.
        is_known = name in old_outputs and new == old_outputs[name]
        for path, change in _value_changes(name, old, new).items():
            changes[path] = (change, name in forces and not (change is Change.ADD and is_known))
    replaced = any(replaces for _, replaces in changes.values())
    return Difference(changes, delete_before_replace=replaced and not old_inputs.get(CREATE_BEFORE_DELETE, False))


def _adds_default(resource: ResourceType, name: str, old: PropertyValue, new: PropertyValue) -> bool:
    """Return whether an input is added with its default value."""
    return old is None and new is not None and name in resource.inputs and new == resource.inputs[name].default


def _same_to_azure(name: str, old: PropertyValue, new: PropertyValue) -> bool:
    """Return whether Azure treats two texts as equal: a location in another spelling, a group in another case."""
    if not isinstance(old, str) or not isinstance(new, str):
        return False
    if name == "location":
        return old.replace(" ", "").lower() == new.replace(" ", "").lower()
    return name == "resourceGroupName" and old.lower() == new.lower()


def _value_changes(path: str, old: PropertyValue, new: PropertyValue) -> dict[str, Change]:
    if old is None or new is None:
        return {} if old is new else {path: Change.ADD if old is None else Change.DELETE}
    before, now = _members(path, old), _members(path, new)
    if before is not None and now is not None and type(old) is type(new):
        changes = (_value_changes(member, before.get(member), now.get(member)) for member in {**before, **now})
        return {member: change for found in changes for member, change in found.items()}
    return {path: Change.UPDATE} if old != new or isinstance(old, bool) != isinstance(new, bool) else {}


def _members(path: str, value: PropertyValue) -> dict[str, PropertyValue] | None:
    """Return the members of an object or an array by their paths; None for other values."""
    match value:
        case dict():
            return {f"{path}.{name}": member for name, member in value.items() if not name.startswith("__")}
        case list():
            return {f"{path}[{index}]": item for index, item in enumerate(value)}
        case _:
            return None

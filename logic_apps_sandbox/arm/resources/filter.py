"""``$filter`` of ARM's lists of resources and resource groups.

Source: Azure REST API reference, "Resources - List" and "Resource Groups - List" (``$filter``). The simulator supports
``eq`` and ``ne`` of resourceType, name, location, resourceGroup, tagName and tagValue, joined by ``and``. Anything else
is not simulated, because a list without the filter would be wrong.
"""

import re

from logic_apps_sandbox.arm.core.errors import ArmError
from logic_apps_sandbox.arm.core.locations import normalize
from logic_apps_sandbox.arm.core.store import Resource

_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
_COMPARISON = re.compile(
    r"(resourceType|name|location|resourceGroup|tagName|tagValue)\s+(eq|ne)\s+'([^']*)'", re.IGNORECASE
)


def apply(text: str, resources: list[Resource]) -> list[Resource]:
    """Return the resources that match the filter; all comparisons ignore case.

    Raises ArmError NotImplemented for a filter that is not simulated.
    """
    comparisons = [_read(part, text) for part in _AND.split(text.strip())]
    tag_name = next((value for name, _, value in comparisons if name == "tagname"), None)
    return [
        resource
        for resource in resources
        if all((value in _values(resource, name, tag_name)) is equal for name, equal, value in comparisons)
    ]


def _read(part: str, text: str) -> tuple[str, bool, str]:
    """Return name, operator (whether it is ``eq``) and value of a comparison, in lower case."""
    found = _COMPARISON.fullmatch(part)
    if found is None:
        raise ArmError(
            501,
            "NotImplemented",
            f"The sandbox does not simulate the filter '{text[:200]}', only eq and ne of resourceType, name, location, "
            "resourceGroup, tagName and tagValue, joined by and. Example: resourceGroup eq 'Fabrikam-RG'",
        )
    name, value = found[1].lower(), found[3].lower()
    return name, found[2].lower() == "eq", normalize(value) if name == "location" else value


def _values(resource: Resource, name: str, tag_name: str | None) -> set[str]:
    """Return the values of a filter's name for a resource; only tags have several."""
    match name:
        case "resourcetype":
            return {resource.id.type.lower()}
        case "name":
            return {resource.name.lower()}
        case "location":
            return {resource.location}
        case "resourcegroup":
            return {resource.id.group.lower()}
        case _:
            tags = {key.lower(): str(value).lower() for key, value in (resource.document.get("tags") or {}).items()}
            if name == "tagname":
                return set(tags)
            # Beside a name, the value is that tag's; alone, it is any tag's.
            return {value for key, value in tags.items() if tag_name in (None, key)}

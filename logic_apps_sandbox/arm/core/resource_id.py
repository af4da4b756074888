"""Resource ids: ``/subscriptions/{s}/resourceGroups/{g}[/providers/{namespace}/{type}/{name}[/{type}/{name}...]]``.

ARM compares ids without regard to case and keeps the spelling of the request that created a resource
(Microsoft, "Resource functions for ARM templates: resourceId").
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ResourceId:
    """A resource group, or a resource inside one. Equality is by spelling; compare ``key`` to compare resources."""

    subscription: str
    group: str
    namespace: str = ""
    types: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        text = f"/subscriptions/{self.subscription}/resourceGroups/{self.group}"
        if self.types:
            text += f"/providers/{self.namespace}" + "".join(
                f"/{t}/{n}" for t, n in zip(self.types, self.names, strict=True)
            )
        return text

    @property
    def key(self) -> str:
        """The id in lower case, the same for every spelling."""
        return str(self).lower()

    @property
    def name(self) -> str:
        """The last name."""
        return self.names[-1] if self.names else self.group

    @property
    def type(self) -> str:
        """For example ``Microsoft.Network/virtualNetworks/subnets``."""
        return "/".join((self.namespace, *self.types)) if self.types else "Microsoft.Resources/resourceGroups"

    @property
    def relative_name(self) -> str:
        """For example ``Microsoft.Network/virtualNetworks/v/subnets/s``, as error messages name a resource."""
        return self.namespace + "".join(f"/{t}/{n}" for t, n in zip(self.types, self.names, strict=True))

    @property
    def group_id(self) -> "ResourceId":
        """The resource group of this resource."""
        return ResourceId(self.subscription, self.group)

    @property
    def parent(self) -> "ResourceId":
        """The resource one level up: the virtual network of a subnet, the resource group of a virtual network."""
        if len(self.types) <= 1:
            return self.group_id
        return ResourceId(self.subscription, self.group, self.namespace, self.types[:-1], self.names[:-1])

    def child(self, child_type: str, name: str) -> "ResourceId":
        """Return the id of a child resource."""
        return ResourceId(self.subscription, self.group, self.namespace, (*self.types, child_type), (*self.names, name))


def split_path(path: str) -> list[str]:
    """Return the segments of a path without empty ones, because ARM reads ``//`` as ``/``."""
    return [segment for segment in path.split("/") if segment]


def stored_id(text: str) -> ResourceId:
    """Return the id of a resource or of a resource group in the store."""
    segments = split_path(text)
    return parse_resource_id(text) or ResourceId(segments[1], segments[3])


def parse_resource_id(text: str) -> ResourceId | None:
    """Parse the id of a resource inside a resource group; return None for any other text."""
    segments = split_path(text)
    shortest = 8  # .../providers/{namespace}/{type}/{name}
    if not text.startswith("/") or len(segments) < shortest or len(segments) % 2:
        return None
    if [s.lower() for s in segments[0:6:2]] != ["subscriptions", "resourcegroups", "providers"]:
        return None
    return ResourceId(segments[1], segments[3], segments[5], tuple(segments[6::2]), tuple(segments[7::2]))

"""The declaration of a resource provider, which owns a namespace, to ARM."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from logic_apps_sandbox.arm.core.resource_type import ResourceType
from logic_apps_sandbox.arm.core.session import Request, Response, Session


@dataclass(frozen=True)
class ResourceProvider:
    """A namespace with its resource types and the paths that belong to none of them."""

    types: tuple[ResourceType, ...]
    """All of one namespace."""
    not_simulated: frozenset[str] = frozenset()
    """The types and actions that Azure has and the simulator does not, without those below them, in lower case."""
    location_lists: Mapping[str, Callable[[Request, str], Response]] = field(default_factory=dict)
    """By collection, in lower case: what serves ``providers/{namespace}/locations/{location}/{collection}`` in a
    subscription or a resource group, given the location."""
    location_paths: Mapping[str, Callable[[Request, str, str], Response]] = field(default_factory=dict)
    """By collection, in lower case: what serves ``providers/{namespace}/locations/{location}/{collection}/{id}``, given
    location and id."""
    data_plane: Callable[[str, str, list[str]], Callable[[Session], Response] | None] | None = None
    """What serves host names beside ARM's, given method, host and path segments; it returns None for other requests."""

    @property
    def namespace(self) -> str:
        """For example ``Microsoft.Network``."""
        return self.types[0].namespace

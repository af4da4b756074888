"""The session of a configured plugin: operations on resources, and locations of resource groups."""

import os
import ssl

import httpx

from logic_apps_sandbox.azure_native.arm_client import ArmClient
from logic_apps_sandbox.azure_native.cloud import Cloud
from logic_apps_sandbox.azure_native.configuration import Configuration
from logic_apps_sandbox.azure_native.crud import Crud
from logic_apps_sandbox.azure_native.deadline import Deadline
from logic_apps_sandbox.azure_native.errors import ProviderError
from logic_apps_sandbox.azure_native.functions import Functions
from logic_apps_sandbox.azure_native.values import UNKNOWN, PropertyValue

_GROUP_API_VERSION = "2020-10-01"


def trusted_client() -> httpx.Client:
    """Return an HTTP client that trusts the certificates in ``SSL_CERT_FILE``, else those of the system.

    Like the real plugin's, its requests to loopback addresses pass by any proxy; the emulator makes no others.
    """
    context = ssl.create_default_context(cafile=os.environ.get("SSL_CERT_FILE"))
    unlimited = httpx.Limits(max_connections=None, max_keepalive_connections=20)
    return httpx.Client(verify=context, trust_env=False, limits=unlimited)


class Session:
    """A plugin's connection to one subscription."""

    def __init__(self, configuration: Configuration, http: httpx.Client) -> None:
        self._configuration = configuration
        cloud = Cloud(configuration, http)
        self._arm = ArmClient(cloud, http)
        self._group_locations: dict[str, str | None] = {}
        self.crud = Crud(
            self._arm, configuration.subscription_id, skip_read_on_update=configuration.skip_read_on_update
        )
        self.functions = Functions(configuration, cloud, self._arm)

    def default_location(self, resource_group: PropertyValue) -> PropertyValue:
        """Return the default location of a resource: the configured one, else that of its resource group.

        The result is UNKNOWN while the group is unknown, and None without a group: then the program has to give it.
        """
        if self._configuration.location is not None:
            return self._configuration.location
        if resource_group is None or resource_group is UNKNOWN:
            return resource_group
        name = str(resource_group)
        if name not in self._group_locations:
            self._group_locations[name] = self._look_up_location(name)
        return self._group_locations[name]

    def _look_up_location(self, group: str) -> str | None:
        identifier = f"/subscriptions/{self._configuration.subscription_id}/resourceGroups/{group}"
        try:
            location = self._arm.get(identifier, _GROUP_API_VERSION, Deadline()).get("location")
        except ProviderError:
            # A group that cannot be read gives no default; the missing location is then reported as such.
            return None
        return str(location) if location else None

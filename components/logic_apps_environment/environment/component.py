"""The component that creates an Azure Logic Apps integration service environment (ISE).

It creates, in this order: the network; the environment in the four subnets, with its trusted certificates; its managed
connectors and integration accounts. The component creates no resource group.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pulumi
from pulumi import CustomTimeouts, ResourceOptions
from pulumi_azure_native import resources

from logic_apps_environment.azure.ids import azure_id, resource_group_id
from logic_apps_environment.azure.logic_api import RESOURCE_TYPE
from logic_apps_environment.azure.outputs import WithOutputs, ids_of, known_after
from logic_apps_environment.certificates.args import certificates_to_send, next_expiry
from logic_apps_environment.changes.registered_inputs import registered_inputs
from logic_apps_environment.changes.report import with_replacement_report
from logic_apps_environment.connectors import create_connectors
from logic_apps_environment.encryption.args import IdentityType
from logic_apps_environment.encryption.lookup import verified_vault_id
from logic_apps_environment.environment.args import (
    IntegrationServiceEnvironmentArgs,
    IntegrationServiceEnvironmentArgsDict,
)
from logic_apps_environment.environment.request_body import (
    FIXED_AT_CREATION,
    SERVICE_FILLED,
    addresses,
    environment_properties,
)
from logic_apps_environment.hooks.progress import environment_progress_hooks
from logic_apps_environment.integration_accounts import create_integration_accounts
from logic_apps_environment.logic_resource import logic_resource
from logic_apps_environment.network.component import EnvironmentNetwork
from logic_apps_environment.network.subnet_release import subnet_release_hook
from logic_apps_environment.validation.model import Input

TYPE = "logic-apps-environment:index:IntegrationServiceEnvironment"
"""The type token of the component in states; it must not change."""

OPERATION_TIMEOUT = "6h"
"""The timeout of the environment's creation, update and deletion.

Microsoft documents up to four hours; the default of the provider is two.
"""


class IntegrationServiceEnvironment(WithOutputs):
    """An integration service environment with its virtual network and four subnets.

    Capacity, tags and certificates change in place. SKU name, endpoint type, name, location and subnets are fixed at
    creation: changing them replaces the environment and the changed parts of its network (delete before replace).
    """

    resource_group_id: pulumi.Output[str]
    """ID of the resource group."""

    resource_group_name: pulumi.Output[str]
    """Name of the resource group."""

    location: pulumi.Output[str]
    """Name of the Azure region."""

    virtual_network_id: pulumi.Output[str]
    """ID of the virtual network."""

    virtual_network_name: pulumi.Output[str]
    """Name of the virtual network."""

    subnet_ids: pulumi.Output[dict[str, str]]
    """IDs of the four subnets by name."""

    ordered_subnet_ids: tuple[pulumi.Output[str], ...]
    """IDs of the four subnets in the environment's order."""

    security_group_id: pulumi.Output[str | None]
    """ID of the network security group that the stack creates, or None."""

    route_table_id: pulumi.Output[str | None]
    """ID of the route table that the stack creates, or None."""

    environment_id: pulumi.Output[str]
    """ID of the integration service environment."""

    environment_name: pulumi.Output[str]
    """Name of the integration service environment."""

    endpoint_type: pulumi.Output[str]
    """``Internal`` or ``External``."""

    workflow_outgoing_ip_addresses: pulumi.Output[list[str]]
    """Outbound IP addresses of workflows: public addresses, and ranges of the subnets."""

    workflow_access_endpoint_ip_addresses: pulumi.Output[list[str]]
    """Inbound IP addresses of triggers and run histories."""

    connector_outgoing_ip_addresses: pulumi.Output[list[str]]
    """Outbound IP addresses of managed connectors."""

    connector_access_endpoint_ip_addresses: pulumi.Output[list[str]]
    """Inbound IP addresses of managed connectors; can be empty."""

    next_certificate_expiry: pulumi.Output[str | None]
    """Earliest expiry of the trusted certificates, as ISO 8601 in UTC; None without certificates."""

    principal_id: pulumi.Output[str | None]
    """Object ID of the system-assigned identity in Microsoft Entra ID, or None."""

    connector_ids: pulumi.Output[dict[str, str]]
    """IDs of the managed connectors by name."""

    integration_account_ids: pulumi.Output[dict[str, str]]
    """IDs of the integration accounts by name."""

    environment: resources.Resource
    """The environment itself."""

    connectors: Mapping[str, resources.Resource]
    """The managed connectors by their names, for connections."""

    integration_accounts: Mapping[str, resources.Resource]
    """The integration accounts by their names, for schemas, maps, partners and agreements."""

    def __init__(
        self,
        name: str,
        args: IntegrationServiceEnvironmentArgs | IntegrationServiceEnvironmentArgsDict,
        opts: ResourceOptions | None = None,
    ) -> None:
        """Register the environment and its network.

        Args:
            name: the logical name; the environment is named ``{name}-ise``, the network and its children begin with
                ``{name}``.
            args: the arguments: an instance, or a mapping with keys in snake_case or camelCase.
            opts: options of the component. Unless ``protect`` is False, the environment, the virtual network and the
                subnets are protected. Providers, ``protect=True``, ``retain_on_delete``, ``deleted_with``,
                ``depends_on``, aliases and transforms apply to all children. Options of a single resource
                (``ignore_changes``, ``custom_timeouts``, ``replace_on_changes``) apply to no child; a
                transformation can set them.

        Raises:
            ArgumentsError: ``args`` is not valid; the error has every problem.
        """
        args = IntegrationServiceEnvironmentArgs.of_component(name, args)
        source = args.source
        super().__init__(TYPE, name, registered_inputs(source), with_replacement_report(opts, TYPE, name, source))

        self.notation = source.notation
        self._network = EnvironmentNetwork(name, args.network_args(), opts=ResourceOptions(parent=self))
        source.notation.warn(source.warnings, self)
        certificates = certificates_to_send(args.certificates, source.notation)
        # The environment depends on what the component depends on, in every language: an access policy on the key vault
        # must exist before the environment is created.
        self.environment = self._create_environment(name, args, certificates, opts.depends_on if opts else None)
        self.environment_id = azure_id(self.environment)
        self.network.allow_connectors(self._addresses("connector", "outgoingIpAddresses"))
        self.connectors = create_connectors(
            name,
            args.managed_connectors,
            environment=self.environment,
            resource_group_name=args.resource_group_name,
            location=args.location,
            parent=self,
            notation=source.notation,
        )
        self.integration_accounts = create_integration_accounts(
            name,
            args.integration_accounts,
            environment_id=self.environment_id,
            resource_group_name=args.resource_group_name,
            location=args.location,
            tags=args.tags,
            parent=self,
        )

        self.resource_group_id = (
            self.network.resource_group_id
            if self.network.virtual_network
            else self.environment_id.apply(resource_group_id)
        )
        self.resource_group_name = pulumi.Output.from_input(args.resource_group_name)
        self.virtual_network_id = self.network.virtual_network_id
        self.virtual_network_name = self.network.virtual_network_name
        self.location = self.network.location
        self.subnet_ids = self.network.subnet_ids
        self.ordered_subnet_ids = self.network.ordered_subnet_ids
        self.security_group_id = self.network.security_group_id
        self.route_table_id = self.network.route_table_id
        # Not `environment.name`, which a preview that creates the environment does not know.
        self.environment_name = known_after(args.name, self.environment.urn)
        self.endpoint_type = pulumi.Output.from_input(str(args.endpoint))
        self.workflow_outgoing_ip_addresses = self._addresses("workflow", "outgoingIpAddresses")
        self.workflow_access_endpoint_ip_addresses = self._addresses("workflow", "accessEndpointIpAddresses")
        self.connector_outgoing_ip_addresses = self._addresses("connector", "outgoingIpAddresses")
        self.connector_access_endpoint_ip_addresses = self._addresses("connector", "accessEndpointIpAddresses")
        self.next_certificate_expiry = pulumi.Output.from_input(certificates).apply(next_expiry)
        # Without an identity, the output is None: a preview does not know an output that the service never returns.
        self.principal_id = (
            self.environment.identity.apply(_principal_id)
            if args.identity and args.identity.type is IdentityType.SYSTEM_ASSIGNED
            else pulumi.Output.from_input(None)
        )
        self.connector_ids = ids_of(self.connectors)
        self.integration_account_ids = ids_of(self.integration_accounts)
        self.register_outputs(self.outputs)

    @property
    def network(self) -> EnvironmentNetwork:
        """The network."""
        # Not an annotated attribute: the SDK would set it to the input of this name.
        return self._network

    def name_inside(self, name: Input[str]) -> pulumi.Output[str]:
        """Return ``name`` as an Output that depends on the environment.

        Use it as the name of resources in the environment, so that Pulumi deletes them before it and creates them after
        it.
        """
        return known_after(name, self.environment_id)

    def _create_environment(
        self,
        name: str,
        args: IntegrationServiceEnvironmentArgs,
        certificates: Input[Mapping[str, str]],
        depends_on: Any,  # noqa: ANN401 - as ResourceOptions takes it
    ) -> resources.Resource:
        # Not the typed resource of azure-native, which has no certificates and drops them silently.
        return logic_resource(
            f"{name}-ise",
            RESOURCE_TYPE,
            # The engine replaces a dependent only if its provider requires it for unknown inputs. An unknown name
            # requires replacement, unknown properties do not; so the name depends on the subnets.
            known_after(args.name, *self.network.ordered_subnet_ids),
            resource_group_name=args.resource_group_name,
            location=args.location,
            sku=resources.SkuArgs(name=args.sku.name, capacity=args.sku.capacity),
            tags=args.tags or None,
            identity=resources.IdentityArgs(
                type=resources.ResourceIdentityType(args.identity.type),
                user_assigned_identities=list(args.identity.user_assigned) or None,
            )
            if args.identity
            else None,
            properties=environment_properties(
                endpoint_type=args.endpoint,
                subnet_ids=self.network.ordered_subnet_ids,
                public_certificates=certificates,
                encryption_key=args.encryption_key,
                vault_id=verified_vault_id(args.encryption_key, args.location, self, args.source.notation)
                if args.encryption_key
                else None,
            ),
            opts=ResourceOptions(
                parent=self,
                protect=self.protects_children,
                depends_on=depends_on,
                custom_timeouts=CustomTimeouts(
                    create=OPERATION_TIMEOUT, update=OPERATION_TIMEOUT, delete=OPERATION_TIMEOUT
                ),
                replace_on_changes=list(FIXED_AT_CREATION),
                delete_before_replace=True,
                ignore_changes=list(SERVICE_FILLED),
                # Azure has not released the subnets yet when an environment is replaced.
                hooks=pulumi.ResourceHookBinding.merge(
                    subnet_release_hook(f"{name}-ise", self), environment_progress_hooks()
                ),
            ),
        )

    def _addresses(self, part: str, direction: str) -> pulumi.Output[list[str]]:
        return self.environment.properties.apply(lambda properties: _known_addresses(properties, part, direction))


def _principal_id(identity: resources.outputs.IdentityResponse | None) -> str | None:
    if identity is None:
        return None
    if pulumi.runtime.is_dry_run() and not identity.principal_id:
        return cast("str", pulumi.UNKNOWN)
    return identity.principal_id


def _known_addresses(properties: Mapping[str, Any] | None, part: str, direction: str) -> list[str]:
    if pulumi.runtime.is_dry_run() and not (properties or {}).get("endpointsConfiguration"):
        # A preview returns only the inputs. An empty list would be a value that other resources use.
        return cast("list[str]", pulumi.UNKNOWN)
    return addresses(properties, part, direction)

"""Microsoft.Network: the services to which a subnet can be delegated.

Sources: Azure REST API reference, "Available Delegations" and "Available Resource Group Delegations" (2024-05-01);
terraform-provider-azurerm #21779 (error for another service; its list of services is from Azure's error).
"""

from logic_apps_sandbox.arm.core.session import Request, Response, collection
from logic_apps_sandbox.arm.network.bodies import network_error

ACTIONS = ("Microsoft.Network/virtualNetworks/subnets/action",)
"""What a service may do in a subnet. Microsoft's list of delegations has this action for Microsoft.Logic; the simulator
uses it for all services."""

_SERVICE = "Microsoft.Logic/integrationServiceEnvironments"
_NAMES = """
    GitHub.Network/networkSettings Informatica.DataManagement/organizations Microsoft.ApiManagement/service
    Microsoft.Apollo/npu Microsoft.App/environments Microsoft.App/testClients Microsoft.AVS/PrivateClouds
    Microsoft.AzureCosmosDB/clusters Microsoft.BareMetal/AzureHostedService Microsoft.BareMetal/AzureHPC
    Microsoft.BareMetal/AzurePaymentHSM Microsoft.BareMetal/AzureVMware Microsoft.BareMetal/CrayServers
    Microsoft.BareMetal/MonitoringServers Microsoft.Batch/batchAccounts Microsoft.CloudTest/hostedpools
    Microsoft.CloudTest/images Microsoft.CloudTest/pools Microsoft.Codespaces/plans
    Microsoft.ContainerInstance/containerGroups Microsoft.ContainerService/managedClusters
    Microsoft.ContainerService/TestClients Microsoft.Databricks/workspaces Microsoft.DBforMySQL/flexibleServers
    Microsoft.DBforMySQL/servers Microsoft.DBforMySQL/serversv2 Microsoft.DBforPostgreSQL/flexibleServers
    Microsoft.DBforPostgreSQL/serversv2 Microsoft.DBforPostgreSQL/singleServers
    Microsoft.DelegatedNetwork/controller Microsoft.DevCenter/networkConnection Microsoft.DevOpsInfrastructure/pools
    Microsoft.DocumentDB/cassandraClusters Microsoft.Fidalgo/networkSettings
    Microsoft.HardwareSecurityModules/dedicatedHSMs Microsoft.Kusto/clusters Microsoft.LabServices/labplans
    Microsoft.Logic/integrationServiceEnvironments Microsoft.MachineLearningServices/workspaces
    Microsoft.MessagingConnectors/connectors Microsoft.Netapp/volumes Microsoft.Network/applicationGateways
    Microsoft.Network/dnsResolvers Microsoft.Network/managedResolvers Microsoft.Network/fpgaNetworkInterfaces
    Microsoft.Network/networkWatchers. Microsoft.Network/virtualNetworkGateways Microsoft.Orbital/orbitalGateways
    Microsoft.PowerAutomate/hostedRpa Microsoft.PowerPlatform/enterprisePolicies
    Microsoft.PowerPlatform/vnetaccesslinks Microsoft.ServiceFabricMesh/networks
    Microsoft.ServiceNetworking/trafficControllers Microsoft.Singularity/accounts/networks
    Microsoft.Singularity/accounts/npu Microsoft.Sql/managedInstances Microsoft.Sql/managedInstancesOnebox
    Microsoft.Sql/managedInstancesStage Microsoft.Sql/managedInstancesTest Microsoft.Sql/servers
    Microsoft.StoragePool/diskPools Microsoft.StreamAnalytics/streamingJobs Microsoft.Synapse/workspaces
    Microsoft.Web/hostingEnvironments Microsoft.Web/serverFarms NGINX.NGINXPLUS/nginxDeployments
    Oracle.Database/networkAttachments PaloAltoNetworks.Cloudngfw/firewalls PureStorage.Block/storagePools
    Qumulo.Storage/fileSystems
    """
_VALID = {name.lower(): name for name in _NAMES.split()}


def check_service(service: str, delegation: str) -> None:
    """Reject an unknown service name; ``delegation`` is the ID of the delegation."""
    if service.lower() not in _VALID:
        raise network_error(
            "InvalidServiceNameOnDelegation",
            f"The service name {service[:200]} specified on delegation {delegation} is not valid. Valid value(s) are: "
            f"{','.join(_VALID.values())}.",
        )


def available_delegations(request: Request, location: str) -> Response:  # noqa: ARG001 - the same everywhere
    """List the only service that the simulator has; on Azure the list is longer."""
    scope = "/" + "/".join(request.segments[: request.segments.index("providers")])
    name = _SERVICE.replace("/", ".")
    delegation = {
        "name": name,
        "id": f"{scope}/providers/Microsoft.Network/availableDelegations/{name}",
        "type": "Microsoft.Network/availableDelegations",
        "serviceName": _SERVICE,
        "actions": list(ACTIONS),
    }
    return collection([delegation])

"""Service tags: names for the IP addresses of an Azure service in security rules and routes.

Source: Microsoft, "Virtual network service tags", "Available service tags". A tag can have a region
(``Storage.WestUS2``); letter case is ignored.
"""

from __future__ import annotations

from logic_apps_environment.validation.suggestions import nearest

INTERNET = "Internet"
"""All public IP addresses, including those of Azure."""

VIRTUAL_NETWORK = "VirtualNetwork"
"""The virtual network, its peers, and networks that are connected by a gateway."""

LOAD_BALANCER = "AzureLoadBalancer"
"""The IP address from which Azure's load balancer sends health probes."""

_LISTED = """
ActionGroup ApiManagement ApplicationInsightsAvailability AppConfiguration AppService AppServiceManagement
AzureActiveDirectory AzureActiveDirectoryDomainServices AzureAdvancedThreatProtection AzureArcInfrastructure
AzureAttestation AzureBackup AzureBotService AzureCloud AzureCognitiveSearch AzureConnectors AzureContainerRegistry
AzureCosmosDB AzureDatabricks AzureDataExplorerManagement AzureDeviceUpdate AzureDevOps AzureDigitalTwins
AzureEventGrid AzureFrontDoor AzureHealthcareAPIs AzureInformationProtection AzureIoTHub AzureKeyVault
AzureLoadBalancer AzureMachineLearning AzureMonitor AzureOpenDatasets AzurePlatformDNS AzurePlatformIMDS
AzurePlatformLKM AzureResourceManager AzureSentinel AzureSignalR AzureSiteRecovery AzureSphere AzureSpringCloud
AzureStack AzureTrafficManager AzureUpdateDelivery AzureWebPubSub BatchNodeManagement ChaosStudio
CognitiveServicesFrontend CognitiveServicesManagement DataFactory DataFactoryManagement Dynamics365BusinessCentral
Dynamics365ForMarketingEmail EOPExternalPublishedIPs EventHub GatewayManager GuestAndHybridManagement HDInsight
Internet KustoAnalytics LogicApps LogicAppsManagement M365ManagementActivityApi M365ManagementActivityApiWebhook
Marketplace MicrosoftAzureFluidRelay MicrosoftCloudAppSecurity MicrosoftContainerRegistry MicrosoftDefenderForEndpoint
OneDsCollector PowerBI PowerPlatformInfra PowerPlatformPlex PowerQueryOnline Scuba SerialConsole ServiceBus
ServiceFabric Sql SqlManagement Storage StorageSyncService VideoIndexer VirtualDesktop VirtualNetwork
WindowsAdminCenter WindowsVirtualDesktop
"""
_TAGS = _LISTED.split()
_BY_LOWER_CASE = {tag.lower(): tag for tag in _TAGS}
TAG_PATTERN = r"[A-Za-z][A-Za-z0-9]*(?:\.[A-Za-z0-9]+)?"
"""The form of service tags, with or without a region."""


def is_known(tag: str) -> bool:
    """Whether Microsoft lists this service tag."""
    return _service(tag) in _BY_LOWER_CASE


def nearest_tag(tag: str) -> str | None:
    """Return the listed service tag that is most similar to ``tag``; None if none is similar."""
    return nearest(tag.partition(".")[0], _TAGS)


def covers(wider: str, tag: str) -> bool:
    """Whether a rule or route for the service tag ``wider`` includes all IP addresses of the service ``tag``."""
    return _service(wider) in (_service(tag), "azurecloud", "internet") and "." not in wider


def _service(tag: str) -> str:
    return tag.partition(".")[0].lower()

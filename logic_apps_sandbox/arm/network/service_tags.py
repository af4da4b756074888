"""Service tags: named groups of addresses for rules and routes.

Source: Microsoft, "Virtual network service tags", Available service tags. Tags may be followed by a region
(``Storage.WestUS2``) and ignore case.
"""

VIRTUAL_NETWORK, LOAD_BALANCER, INTERNET = "virtualnetwork", "azureloadbalancer", "internet"
"""The three whose meaning depends on the network; all others name public addresses of Azure."""

_TAGS = """
ActionGroup ApiManagement ApplicationInsightsAvailability AppConfiguration AppService AppServiceManagement
AzureActiveDirectory AzureActiveDirectoryDomainServices AzureAdvancedThreatProtection AzureArcInfrastructure
AzureAttestation AzureBackup AzureBotService AzureCloud AzureCognitiveSearch AzureConnectors AzureContainerAppsService
AzureContainerRegistry AzureCosmosDB AzureDatabricks AzureDataExplorerManagement AzureDevOps AzureDigitalTwins
AzureEventGrid AzureFrontDoor AzureHealthcareAPIs AzureInformationProtection AzureIoTHub AzureKeyVault
AzureLoadBalancer AzureLoadTestingInstanceManagement AzureMachineLearning AzureMachineLearningInference
AzureManagedGrafana
AzureMonitor AzureMonitorForSAP AzureOpenDatasets AzurePlatformDNS AzurePlatformIMDS AzurePlatformLKM
AzureResourceManager AzureSentinel AzureSignalR AzureSiteRecovery AzureSphere AzureSpringCloud AzureStack
AzureTrafficManager AzureUpdateDelivery AzureWebPubSub BatchNodeManagement ChaosStudio CognitiveServicesFrontend
CognitiveServicesManagement DataFactory DataFactoryManagement Dynamics365BusinessCentral
Dynamics365ForMarketingEmail EOPExternalPublishedIPs EventHub GatewayManager GuestAndHybridManagement HDInsight
Internet KustoAnalytics LogicApps LogicAppsManagement M365ManagementActivityApi M365ManagementActivityApiWebhook
Marketplace MicrosoftAzureFluidRelay MicrosoftCloudAppSecurity MicrosoftContainerRegistry
MicrosoftDefenderForEndpoint OneDsCollector PowerBI PowerPlatformInfra PowerPlatformPlex PowerQueryOnline Scuba
SerialConsole ServiceBus ServiceFabric Sql SqlManagement Storage StorageMover StorageSyncService TrafficManager
VideoIndexer VirtualDesktop VirtualNetwork WindowsAdminCenter WindowsVirtualDesktop
"""
_KNOWN = {tag.lower() for tag in _TAGS.split()}


def is_service_tag(text: str) -> bool:
    """Return whether this is the name of a service tag, alone or with a region."""
    return _name(text) in _KNOWN


def covers(wider: str, tag: str) -> bool:
    """Return whether all addresses of ``tag``, a service's tag, belong to ``wider``.

    The region of a tag is ignored, because an environment uses the addresses of one region only. ``Internet`` has all
    public addresses, including Azure's; ``AzureCloud`` has all of Azure's.
    """
    wider, tag = _name(wider), _name(tag)
    if wider == tag:
        return True
    if tag in (VIRTUAL_NETWORK, LOAD_BALANCER):
        return False
    return wider == INTERNET or (wider == "azurecloud" and tag != INTERNET)


def _name(text: str) -> str:
    return text.partition(".")[0].lower()

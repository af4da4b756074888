"""Responses with 501 to requests for features of Azure that the simulator does not have.

For clients, 404 means that a resource does not exist. Azure's clients do not retry 501 (azure-core, azcore).
"""

from collections.abc import Iterator

from logic_apps_sandbox.arm.core.errors import not_simulated
from logic_apps_sandbox.arm.server.resource_providers import PROVIDERS, TYPES

# Microsoft, "Resource providers for Azure services", and those that have been added since the edition of 2020.
_NAMES = """
    aad addons adhybridhealthservice advisor agfoodplatform alertsmanagement analysisservices apicenter apimanagement
    app appconfiguration applink appplatform attestation authorization automanage automation autonomoussystems avs
    awsconnector azureactivedirectory azurearcdata azuredata azurefleet azurestack azurestackhci baremetalinfrastructure
    batch billing billingbenefits bingmaps blockchain blockchaintokens blueprint botservice cache capacity cdn
    certificateregistration changeanalysis chaos classiccompute classicinfrastructuremigrate classicnetwork
    classicstorage classicsubscription codesigning cognitiveservices commerce communication compute computeschedule
    confidentialledger confluent connectedcache connectedvmwarevsphere consumption containerinstance containerregistry
    containerservice containerstorage costmanagement costmanagementexports customerinsights customerlockbox
    customproviders dashboard databasewatcher databox databoxedge databricks datacatalog datadog datafactory
    datalakeanalytics datalakestore datamigration dataprotection datareplication datashare dbformariadb dbformysql
    dbforpostgresql delegatednetwork deploymentmanager desktopvirtualization devcenter devices devhub deviceregistry
    deviceupdate devops devopsinfrastructure devspaces devtestlab digitaltwins documentdb domainregistration
    durabletask easm edge edgeorder elastic elasticsan enterpriseknowledgegraph eventgrid eventhub extendedlocation
    fabric features fluidrelay graphservices guestconfiguration hanaonazure hardwaresecuritymodules hdinsight healthbot
    healthcareapis help hybridcompute hybridconnectivity hybridcontainerservice hybriddata hybridnetwork importexport
    insights integrationspaces iotcentral iotfirmwaredefense iotoperations iotspaces kubernetes kubernetesconfiguration
    kubernetesruntime kusto labservices loadtestservice machinelearning machinelearningservices maintenance
    managednetworkfabric managedservices management managementpartner maps marketplace marketplaceapps
    marketplaceordering media migrate mixedreality mobilenetwork monitor netapp networkanalytics networkcloud
    networkfunction notificationhubs objectstore offazure operationalinsights operationsmanagement orbital peering
    policyinsights portal powerbi powerbidedicated powerplatform programmableconnectivity providerhub purview quantum
    quota recommendationsservice recoveryservices redhatopenshift relay resourceconnector resourcegraph resourcehealth
    saas saashub scheduler scvmm search security securitycopilot securityinsights serialconsole servicebus
    servicefabric servicefabricmesh servicelinker servicenetworking services signalrservice softwareplan solutions sql
    sqlvirtualmachine standbypool storage storageactions storagecache storagemover storagesync storsimple
    streamanalytics subscription support synapse syntex testbase timeseriesinsights token verifiedid videoindexer
    virtualmachineimages visualstudio vmware vmwarecloudsimple voiceservices vsonline web windowsesu windowsiot
    workloadmonitor workloads
    """
_NAMESPACES = frozenset(f"microsoft.{name}" for name in _NAMES.split())

# Paths of Azure Resource Manager itself, below a resource group and below a resource provider. Source: Azure REST API
# reference, "Resources", "Resource Groups", "Deployments", "Providers".
_OF_GROUPS = {"deployments", "exporttemplate", "moveresources", "validatemoveresources"}
_OF_PROVIDERS = {"providerpermissions", "providers", "resourcetypes"}


def refuse_not_simulated(segments: list[str]) -> None:
    """Raise ArmError NotImplemented (501) for the path of something that Azure has and the simulator does not."""
    path = [segment.lower() for segment in segments]
    if (named := _not_simulated(path)) is not None:
        spelled = dict(zip(path, segments, strict=True))
        name = "/".join(spelled[part] for part in named.split("/"))
        raise not_simulated(name)


def _not_simulated(path: list[str]) -> str | None:
    """Return what a path (in lower case) requests and the simulator does not have."""
    match path:
        case ["providers"] | ["batch"] | ["subscriptions", _, "tagnames", *_]:
            named: str | None = path[-1]
        case ["v1.0" | "beta", *_] | [_, "oauth2" | "discovery" | "userrealm" | ".well-known", *_]:
            # Microsoft Graph, sign-in otherwise than by client credentials, and its earlier version.
            named = "/".join(path)
        case ["providers", namespace, *below]:
            # The simulator has no resource of a tenant.
            is_namespace = namespace in _NAMESPACES or namespace in PROVIDERS
            named = "/".join([namespace, *below[::2]]) if is_namespace else None
        case ["subscriptions", _, "resourcegroups", _, name, *_] if name in _OF_GROUPS:
            named = name
        case ["subscriptions", _, "providers", namespace, name, *_] if name in _OF_PROVIDERS:
            named = f"{namespace}/{name}"
        case ["subscriptions", _, "providers", *below] | ["subscriptions", _, "resourcegroups", _, "providers", *below]:
            names = (_without_type(*part) for part in _parts(below))
            named = next((name for name in names if name is not None), None)
        case _:
            named = None
    return named


def _parts(below: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Return namespace and types of a resource, then those of the extension resource at the end of its path.

    ``below`` is what follows ``providers``. Source: Azure resource provider contract, extension resources.
    """
    if not below:
        return
    namespace, path = below[0], below[1:]
    ends = next((i for i in range(0, len(path), 2) if path[i] == "providers"), len(path))
    yield namespace, path[:ends:2]
    yield from _parts(path[ends + 1 :])


def _without_type(namespace: str, types: list[str]) -> str | None:
    """Return the name of a type or action that Azure has and the simulator does not; None for any other."""
    provider = PROVIDERS.get(namespace)
    name = "/".join([namespace, *types])
    if provider is None:
        return name if namespace in _NAMESPACES else None
    if name in _SIMULATED:
        return None
    above = ("/".join(types[:length]) for length in range(1, len(types) + 1))
    return name if any(each in provider.not_simulated for each in above) else None


def _simulated() -> Iterator[str]:
    for name, resource_type in TYPES.items():
        yield name
        yield from (f"{name}/{'/'.join(action.split('/')[::2])}" for action in resource_type.actions)


_SIMULATED = frozenset(_simulated())
"""Types, and actions of types, in lower case."""

"""Microsoft.Network: the types and paths of the namespace."""

from logic_apps_sandbox.arm.core.resource_provider import ResourceProvider
from logic_apps_sandbox.arm.network.delegations import available_delegations
from logic_apps_sandbox.arm.network.network_type import operation_result, operation_status
from logic_apps_sandbox.arm.network.peerings import VirtualNetworkPeerings
from logic_apps_sandbox.arm.network.private_endpoints import PrivateEndpoints
from logic_apps_sandbox.arm.network.route_tables import Routes, RouteTables
from logic_apps_sandbox.arm.network.security_groups import NetworkSecurityGroups
from logic_apps_sandbox.arm.network.security_rules import SecurityRules
from logic_apps_sandbox.arm.network.subnets import Subnets
from logic_apps_sandbox.arm.network.virtual_networks import VirtualNetworks

# The API descriptions of Microsoft.Network as azure-mgmt-network 33 has them, and those of the services that share the
# namespace: Azure DNS, Azure Front Door, Traffic Manager.
_NOT_SIMULATED = """
    applicationgatewayavailablerequestheaders applicationgatewayavailableresponseheaders
    applicationgatewayavailableservervariables applicationgatewayavailablessloptions
    applicationgatewayavailablewafrulesets applicationgateways applicationgatewaywebapplicationfirewallpolicies
    applicationsecuritygroups authenticationpolicies azurefirewallfqdntags azurefirewalls azurewebcategories
    bastionhosts bgpservicecommunities checkfrontdoornameavailability checktrafficmanagernameavailability
    cloudserviceslots connections customipprefixes ddoscustompolicies ddosprotectionplans dnsforwardingrulesets
    dnsresolverdomainlists dnsresolverpolicies dnsresolvers dnszones dscpconfigurations expressroutecircuits
    expressroutecrossconnections expressroutegateways expressroutelags expressrouteports expressrouteportslocations
    expressrouteproviderports expressrouteserviceproviders firewallpolicies firstpartyservicetags frontdoors
    frontdoorwebapplicationfirewallpolicies getdnsresourcereference interconnectgroups internalnotify ipallocations
    ipgroups loadbalancers localnetworkgateways locations/applicationgatewaywafdynamicmanifests
    locations/autoapprovedprivatelinkservices locations/availableprivateendpointtypes
    locations/availableservicealiases locations/checkdnsnameavailability locations/checkprivatelinkservicevisibility
    locations/networksecurityperimeteroperationstatuses locations/nspservicetags
    locations/perimeterassociableresourcetypes locations/servicetagdetails locations/servicetags
    locations/setloadbalancerfrontendpublicipaddresses locations/usages
    locations/virtualnetworkavailableendpointservices natgateways networkexperimentprofiles networkgroupmemberships
    networkintentpolicies networkinterfaces networkmanagerconnections networkmanagers networkprofiles
    networksecurityperimeters networkvirtualappliances networkvirtualapplianceskus networkwatchers operations
    p2svpngateways privatednszones privateendpoints/privatednszonegroups privateendpoints/privatelinkserviceproxies
    privatelinkredirectmaps privatelinkservices publicipaddresses publicipprefixes routefilters
    securitypartnerproviders serviceendpointpolicies servicegateways trafficmanagergeographichierarchies
    trafficmanagerprofiles trafficmanagerusermetricskeys virtualhubs virtualnetworkappliances virtualnetworkgateways
    virtualnetworks/bastionhosts virtualnetworks/ddosprotectionstatus virtualnetworks/listdnsforwardingrulesets
    virtualnetworks/listdnsresolvers virtualnetworks/listnetworkmanagereffectiveconnectivityconfigurations
    virtualnetworks/listnetworkmanagereffectivesecurityadminrules virtualnetworks/moveipconfigurations
    virtualnetworks/privatednszonelinks virtualnetworks/remotevirtualnetworkpeeringproxies
    virtualnetworks/subnets/preparenetworkpolicies virtualnetworks/subnets/unpreparenetworkpolicies
    virtualnetworks/taggedtrafficconsumers virtualnetworks/usages virtualnetworktaps virtualrouters virtualwans
    vpngateways vpnserverconfigurations vpnsites
    """
PROVIDER = ResourceProvider(
    (
        VirtualNetworks(),
        Subnets(),
        NetworkSecurityGroups(),
        SecurityRules(),
        RouteTables(),
        PrivateEndpoints(),
        VirtualNetworkPeerings(),
        Routes(),
    ),
    not_simulated=frozenset(_NOT_SIMULATED.split()),
    location_lists={"availabledelegations": available_delegations},
    location_paths={"operations": operation_status, "operationresults": operation_result},
)

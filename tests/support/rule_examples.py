"""For each rule one configuration that breaks it and one just inside, as changes of one that breaks none."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Any

from logic_apps_environment import Problem, validate_configuration
from logic_apps_environment.azure.names import name_respelled
from logic_apps_environment.azure.network_ids import check_subscription
from logic_apps_environment.connectors import check_no_tags
from logic_apps_environment.encryption.rules import (
    FoundKey,
    FoundVault,
    check_found_key,
    check_found_vault,
    key_not_found,
    key_unseen,
    vault_not_found,
)
from logic_apps_environment.environment.rules import resource_group_not_found
from logic_apps_environment.hooks.external_settings_rules import SETTINGS, check_update
from logic_apps_environment.network.existing.resources import ExistingNetwork, ExistingSubnet, PlannedEnvironment
from logic_apps_environment.network.existing.rules import check_existing_subnets, check_new_subnets
from logic_apps_environment.traffic.evaluation import FoundRule, TrafficContext
from logic_apps_environment.traffic.evaluation_rules import check_security_group, unseen
from logic_apps_environment.traffic.required_ports import required_traffic
from tests.support.certificate_factory import certificate, certificate_with_serial_number_zero, private_key

if TYPE_CHECKING:
    from collections.abc import Callable

PROJECT = "logic-apps-environment"
FABRIKAM = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/Fabrikam-RG/providers"

BASE: dict[str, Any] = {
    "location": "westus2",
    "name": "Fabrikam-ISE",
    "resourceGroup": {"name": "Fabrikam-RG"},
    "sku": {"name": "Premium", "capacity": 1},
    "endpoint": "External",
    "network": {"name": "Fabrikam-VNET", "addressSpace": ["10.0.0.0/24"]},
    "acknowledgeRetirement": True,
}


@dataclass(frozen=True)
class Example:
    """Changes that break a rule, and changes that just do not; None takes a key away.

    ``secret`` and ``holds_secret`` are the keys that the one and the other have as a secret.
    What no configuration can break, because it is seen elsewhere, is found by ``elsewhere``.
    """

    breaks: dict[str, Any]
    holds: dict[str, Any] = field(default_factory=dict)
    secret: str | None = None
    holds_secret: str | None = None
    elsewhere: Callable[[], list[Problem]] = list

    def problems(self) -> list[Problem]:
        """What the rules find in the example that breaks the rule."""
        return problems_with(self.breaks, self.secret) + self.elsewhere()


def problems_with(changes: dict[str, Any], secret: str | None = None) -> list[Problem]:
    """Return what the rules find in the base configuration with these changes; a key with a colon is a full key."""
    values = {key: value for key, value in (BASE | changes).items() if value is not None}
    texts = {
        key if ":" in key else f"{PROJECT}:{key}": value if isinstance(value, str) else json.dumps(value)
        for key, value in values.items()
    }
    return validate_configuration(PROJECT, texts, [f"{PROJECT}:{secret}"] if secret else [])


def network(**changes: Any) -> dict[str, Any]:
    """A change of the network."""
    return {"network": BASE["network"] | changes}


def with_security_group(**changes: Any) -> dict[str, Any]:
    """A change of the security group."""
    return network(securityGroup={"name": "nsg"} | changes)


def routed(**routes: dict[str, str]) -> dict[str, Any]:
    """A change of the route table, by its routes."""
    return network(routeTable={"name": "rt", "routes": routes})


def to(prefix: str, next_hop: str = "Internet", **more: str) -> dict[str, str]:
    """A route."""
    return {"addressPrefix": prefix, "nextHopType": next_hop} | more


def subnets(*ranges: str | None, names: tuple[str, ...] = ("s1", "s2", "s3", "s4", "s5")) -> dict[str, Any]:
    """A change of the subnets, by their ranges."""
    return network(
        subnets=[
            {"name": name} | ({"addressPrefix": given} if given else {})
            for name, given in zip(names, ranges, strict=False)
        ]
    )


SAP = {"managedConnectors": [{"name": "sap", "contentLink": "https://fabrikam.example/sap.zip?sig=c2ln"}]}
DEVELOPER = {"sku": {"name": "Developer"}}


def accounts(**skus: str) -> dict[str, Any]:
    """A change of the integration accounts, by their SKUs."""
    return {"integrationAccounts": {name: {"sku": sku} for name, sku in skus.items()}}


def trusting(**certificates: str) -> dict[str, Any]:
    """A change of the certificates, by their text."""
    return {"certificates": {name: {"publicCertificate": text} for name, text in certificates.items()}}


IDENTITY = f"{FABRIKAM}/Microsoft.ManagedIdentity/userAssignedIdentities/ise"


def encrypted(**changes: str) -> dict[str, Any]:
    """A key of the owner's, and the identity that may use it."""
    key = {"vaultId": f"{FABRIKAM}/Microsoft.KeyVault/vaults/fabrikam", "name": "ise", "version": "0" * 32}
    return {"identity": {"type": "UserAssigned", "userAssigned": [IDENTITY]}, "encryptionKey": key | changes}


ROOT = certificate("Root")
FOUR = ("10.0.0.0/27", "10.0.0.32/27", "10.0.0.64/27")

GROUP = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-network"
COMPANY = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/vnet-company"
FOUR_IDS = [f"{COMPANY}/subnets/subnet-{number}" for number in range(1, 5)]
EXISTING = {
    "virtualNetworkId": COMPANY,
    "subnets": [{"name": f"ise-{start}", "addressPrefix": f"10.0.0.{start}/27"} for start in (0, 32, 64, 96)],
}

EXAMPLES: dict[str, Example] = {
    "unknown-key": Example({"endpiont": "External"}),
    "namespace-misspelled": Example({"logic-app-environment:protect": "true"}, {"azure-native:location": "westus2"}),
    "missing-value": Example({"name": None}),
    "wrong-kind": Example({"protect": "yes"}, {"protect": True}),
    "converted-value": Example(
        {"tags": {"created": "2024-01-31 00:00:00 +0000 UTC"}}, {"tags": {"created": "2024-01-31"}}
    ),
    "control-character": Example({"tags": {"team": "integration\r"}}, {"tags": {"team": "integration ü"}}),
    "surrounding-space": Example({"name": "Fabrikam-ISE "}, {"tags": {"team": " integration "}}),
    "encrypted-value": Example({}, secret="name"),
    "environment-name": Example({"name": "x" * 81}, {"name": "x" * 80}),
    "environment-name-reserved": Example({"name": "ise-windows"}, {"name": "ise-window"}),
    "resource-group-name": Example({"resourceGroup": {"name": "rg."}}, {"resourceGroup": {"name": "rg.a"}}),
    "location-shape": Example({"location": "2west"}, {"location": "West US 2"}),
    "location-unknown": Example({"location": "westus22"}, {"location": "westus3"}),
    "sku-name": Example({"sku": {"name": "premium"}}, {"sku": {"name": "Premium"}}),
    "sku-capacity": Example({"sku": {"name": "Premium", "capacity": 11}}, {"sku": {"name": "Premium", "capacity": 10}}),
    "sku-developer-capacity": Example(
        {"sku": {"name": "Developer", "capacity": 1}}, {"sku": {"name": "Developer", "capacity": 0}}
    ),
    "endpoint-type": Example({"endpoint": "external"}, {"endpoint": "Internal"}),
    "network-alternatives": Example(
        {"network": EXISTING | {"name": "Fabrikam-VNET"}}, {"network": EXISTING | {"securityGroup": {"name": "nsg"}}}
    ),
    "virtual-network-id": Example(
        {"network": EXISTING | {"virtualNetworkId": f"{COMPANY}/subnets/one"}}, {"network": EXISTING}
    ),
    "subnet-id": Example(
        {"network": {"subnetIds": [*FOUR_IDS[:3], COMPANY]}},
        {"network": {"subnetIds": [*FOUR_IDS[:3], FOUR_IDS[3].upper()]}},
    ),
    "subnet-id-repeated": Example(
        {"network": {"subnetIds": [*FOUR_IDS[:3], FOUR_IDS[0].upper()]}}, {"network": {"subnetIds": FOUR_IDS}}
    ),
    "subnets-of-one-network": Example(
        {"network": {"subnetIds": [*FOUR_IDS[:3], FOUR_IDS[3].replace("vnet-company", "vnet-other")]}},
        {"network": {"subnetIds": FOUR_IDS}},
    ),
    "virtual-network-name": Example(network(name="v"), network(name="vn")),
    "address-notation": Example(network(addressSpace=["10.0.0.1/24"]), network(addressSpace=["10.0.1.0/24"])),
    "address-space-empty": Example(network(addressSpace=[])),
    "address-reserved": Example(network(addressSpace=["100.127.0.0/24"]), network(addressSpace=["100.128.0.0/24"])),
    "address-space-overlap": Example(
        network(addressSpace=["10.0.0.0/24", "10.0.0.128/25"]), network(addressSpace=["10.0.0.0/24", "10.0.1.0/25"])
    ),
    "address-space-too-small": Example(network(addressSpace=["10.0.0.0/26"]), network(addressSpace=["10.0.0.0/25"])),
    "subnet-count": Example(subnets(*FOUR), subnets(*FOUR, "10.0.0.96/27")),
    "subnet-name": Example(
        subnets(None, None, None, None, names=("1a", "b", "c", "d")),
        subnets(None, None, None, None, names=("a1", "b", "c", "d")),
    ),
    "subnet-name-repeated": Example(
        subnets(None, None, None, None, names=("a", "b", "c", "A")),
        subnets(None, None, None, None, names=("a", "b", "c", "d")),
    ),
    "subnet-name-reserved": Example(
        subnets(None, None, None, None, names=("GatewaySubnet", "b", "c", "d")),
        subnets(None, None, None, None, names=("Gateway-Subnet", "b", "c", "d")),
    ),
    "subnet-range-missing": Example(subnets(*FOUR, None), subnets(None, None, None, None)),
    "subnet-too-small": Example(subnets(*FOUR, "10.0.0.96/28"), subnets(*FOUR, "10.0.0.96/27")),
    "subnet-outside-address-space": Example(subnets(*FOUR, "10.0.1.0/27"), subnets(*FOUR, "10.0.0.224/27")),
    "subnet-overlap": Example(subnets(*FOUR, "10.0.0.64/27"), subnets(*FOUR, "10.0.0.96/27")),
    "subnet-larger-than-needed": Example(subnets(*FOUR, "10.0.0.128/26"), subnets(*FOUR, "10.0.0.128/27")),
    "dns-server": Example(network(dnsServers=["10.0.0.256"]), network(dnsServers=["10.0.0.255"])),
    "guard-name": Example(with_security_group(name="nsg-"), with_security_group(name="nsg-a")),
    "name-or-id": Example(
        network(securityGroup={"id": f"{GROUP}/providers/Microsoft.Network/networkSecurityGroups/nsg", "name": "nsg"}),
        network(securityGroup={"id": f"{GROUP}/providers/Microsoft.Network/networkSecurityGroups/nsg"}),
    ),
    "security-group-id": Example(
        network(securityGroup={"id": COMPANY}),
        network(securityGroup={"id": f"{GROUP}/providers/microsoft.network/networksecuritygroups/nsg"}),
    ),
    "route-table-id": Example(
        network(routeTable={"id": "rt"}),
        network(routeTable={"id": f"{GROUP}/providers/Microsoft.Network/routeTables/rt"}),
    ),
    "security-group-government": Example(
        {"location": "usgovvirginia"} | with_security_group(), {"location": "usgovvirginia"} | network()
    ),
    "callers-empty": Example(with_security_group(callers=[]), with_security_group(callers=["VirtualNetwork"])),
    "caller-source": Example(
        with_security_group(callers=["203.0.113.7"]), with_security_group(callers=["203.0.113.7/32"])
    ),
    "caller-repeated": Example(
        with_security_group(callers=["AzureDevOps", "azuredevops"]),
        with_security_group(callers=["AzureDevOps", "AzureCloud"]),
    ),
    "callers-internal": Example(
        {"endpoint": "Internal"} | with_security_group(callers=["203.0.113.0/24"]),
        {"endpoint": "Internal"} | with_security_group(),
    ),
    "service-tag-unknown": Example(
        with_security_group(callers=["AzureDevOp"]), with_security_group(callers=["AzureDevOps.WestUS2"])
    ),
    "route-name-repeated": Example(
        routed(one=to("10.1.0.0/16"), One=to("10.2.0.0/16")), routed(one=to("10.1.0.0/16"), two=to("10.2.0.0/16"))
    ),
    "route-prefix": Example(routed(one=to("10.1.0.1/16")), routed(one=to("10.1.0.0/16"), two=to("Storage"))),
    "route-prefix-repeated": Example(
        routed(one=to("Storage"), two=to("storage")), routed(one=to("Storage"), two=to("Storage.WestUS2"))
    ),
    "route-next-hop": Example(routed(one=to("10.1.0.0/16", "internet")), routed(one=to("10.1.0.0/16", "None"))),
    "route-next-hop-address": Example(
        routed(one=to("10.1.0.0/16", "VirtualAppliance")),
        routed(one=to("10.1.0.0/16", "VirtualAppliance", nextHopIpAddress="10.0.0.4")),
    ),
    "route-management-traffic": Example(
        routed(all=to("0.0.0.0/0", "VirtualNetworkGateway"), near=to("AzureConnectors")),
        routed(all=to("0.0.0.0/0", "VirtualNetworkGateway"), near=to("AzureCloud")),
    ),
    "service-endpoint": Example(network(serviceEndpoints=["Storage"]), network(serviceEndpoints=["Microsoft.Storage"])),
    "service-endpoint-repeated": Example(
        network(serviceEndpoints=["Microsoft.Sql", "Microsoft.Sql"]),
        network(serviceEndpoints=["Microsoft.Sql", "Microsoft.Storage"]),
    ),
    "service-endpoint-unknown": Example(
        network(serviceEndpoints=["Microsoft.Storag"]), network(serviceEndpoints=["Microsoft.Storage"])
    ),
    "certificate-source": Example({"certificates": {"root": {}}}, trusting(root=ROOT)),
    "certificate-private-key": Example(trusting(root=private_key("Root")), trusting(root=ROOT)),
    "certificate-unreadable": Example(
        trusting(root="bm90aGluZw=="), trusting(root=base64.b64encode(ROOT.encode()).decode())
    ),
    "certificate-kind": Example(
        {"certificates": {"root": {"publicCertificate": ROOT, "kind": "trustedRoot"}}},
        {"certificates": {"root": {"publicCertificate": ROOT, "kind": "TrustedRoot"}}},
    ),
    "certificate-name": Example(trusting(**{"my root": ROOT}), trusting(**{"my.root_1-a": ROOT})),
    "certificate-count": Example(
        trusting(**{f"root{number}": certificate(f"Root {number}") for number in range(21)}),
        trusting(**{f"root{number}": certificate(f"Root {number}") for number in range(20)}),
    ),
    "certificate-name-repeated": Example(
        {
            "certificates": {
                "root": {"publicCertificate": ROOT + certificate("Root 2")},
                "root-1": {"publicCertificate": certificate("Root 3")},
            }
        },
        {
            "certificates": {
                "root": {"publicCertificate": ROOT + certificate("Root 2")},
                "root-3": {"publicCertificate": certificate("Root 3")},
            }
        },
    ),
    "certificate-repeated": Example(trusting(one=ROOT, two=ROOT), trusting(one=ROOT, two=certificate("Root 2"))),
    "certificate-expired": Example(
        trusting(root=certificate("Root", ends_in_days=-1)), trusting(root=certificate("Root", ends_in_days=61))
    ),
    "certificate-expires-soon": Example(
        trusting(root=certificate("Root", ends_in_days=59)), trusting(root=certificate("Root", ends_in_days=61))
    ),
    "certificate-not-yet-valid": Example(
        trusting(root=certificate("Root", begins_in_days=1)), trusting(root=certificate("Root", begins_in_days=-1))
    ),
    "certificate-end-entity": Example(
        trusting(root=ROOT, system=certificate("System", issuer="Root", authority=False)),
        trusting(root=ROOT, issuing=certificate("Issuing", issuer="Root")),
    ),
    "certificate-issuer-missing": Example(
        trusting(issuing=certificate("Issuing", issuer="Root")),
        trusting(root=ROOT, issuing=certificate("Issuing", issuer="Root")),
    ),
    "certificate-serial-number": Example(
        trusting(root=certificate_with_serial_number_zero("Root")), trusting(root=certificate("Root", serial_number=1))
    ),
    "certificate-weak": Example(
        trusting(root=certificate("Weak Root", rsa_bits=1024)), trusting(root=certificate("Strong Root", rsa_bits=2048))
    ),
    "identity-type": Example({"identity": {"type": "systemAssigned"}}, {"identity": {"type": "SystemAssigned"}}),
    "identity-members": Example(
        {"identity": {"type": "SystemAssigned", "userAssigned": [IDENTITY]}},
        {"identity": {"type": "UserAssigned", "userAssigned": [IDENTITY]}},
    ),
    "identity-id": Example(
        {"identity": {"type": "UserAssigned", "userAssigned": ["ise"]}},
        {"identity": {"type": "UserAssigned", "userAssigned": [IDENTITY.lower()]}},
    ),
    "key-vault-id": Example(encrypted(vaultId=IDENTITY), encrypted()),
    "key-name": Example(encrypted(name="my_key"), encrypted(name="my-key")),
    "key-version": Example(encrypted(version="1"), encrypted(version="F" * 32)),
    "key-identity": Example(encrypted() | {"identity": {}}, encrypted()),
    "key-system-identity": Example(encrypted() | {"identity": {"type": "SystemAssigned"}}, encrypted()),
    "key-region": Example(encrypted() | {"location": "westus3"}, encrypted() | {"location": "East US"}),
    "connector-name": Example({"managedConnectors": ["sql server"]}, {"managedConnectors": ["sql"]}),
    "connector-unknown": Example({"managedConnectors": ["servicebuss"]}, {"managedConnectors": ["ServiceBus"]}),
    "connector-repeated": Example(
        {"managedConnectors": ["sql", {"name": "SQL"}]}, {"managedConnectors": ["sql", {"name": "sqldw"}]}
    ),
    "connector-content-link": Example(
        {"managedConnectors": [{"name": "sap", "contentLink": "http://fabrikam.example/sap.zip?sig=c2ln"}]},
        SAP,
        holds_secret="managedConnectors",
    ),
    "connector-content-link-plain": Example(SAP, SAP, holds_secret="managedConnectors"),
    "connector-sap-libraries": Example({"managedConnectors": ["sap"]}, {"managedConnectors": ["sql"]}),
    "connector-tagged": Example({}, elsewhere=lambda: check_no_tags("sql", {"team": "integration"})),
    "integration-account-name": Example(accounts(**{"a/b": "Standard"}), accounts(**{"(a)_b.c-d": "Standard"})),
    "integration-account-name-repeated": Example(
        accounts(one="Standard", One="Standard"), accounts(one="Standard", two="Standard")
    ),
    "integration-account-sku": Example(accounts(one="Basic"), accounts(one="Standard")),
    "integration-account-premium": Example(accounts(one="Free"), DEVELOPER | accounts(one="Free")),
    "integration-account-count": Example(
        accounts(**{f"a{number}": "Standard" for number in range(21)}),
        accounts(**{f"a{number}": "Standard" for number in range(20)}),
    ),
    "integration-account-free": Example(
        DEVELOPER | accounts(one="Free", two="Standard", three="Free"), DEVELOPER | accounts(one="Free", two="Standard")
    ),
    "tag-count": Example({"tags": {f"t{n}": "" for n in range(51)}}, {"tags": {f"t{n}": "" for n in range(50)}}),
    "tag-name": Example({"tags": {"a/b": ""}}, {"tags": {"a.b-ü": ""}}),
    "tag-name-repeated": Example({"tags": {"env": "a", "Env": "b"}}, {"tags": {"env": "a", "env2": "b"}}),
    "tag-name-reserved": Example({"tags": {"azureEnv": ""}}, {"tags": {"envAzure": ""}}),
    "tag-secret": Example({"tags": {"env": "my PRIVATE KEY"}}, {"tags": {"env": "my private key"}}),
    "tag-value": Example({"tags": {"env": "x" * 257}}, {"tags": {"env": "x" * 256}}),
    "service-retired": Example({"acknowledgeRetirement": False}, {"acknowledgeRetirement": True}),
}


SERVICE = "Microsoft.Logic/integrationServiceEnvironments"
PLANNED = PlannedEnvironment("11111111-1111-1111-1111-111111111111", "Fabrikam-RG", "Fabrikam-ISE", "westus2")


def environment_id(group: str, name: str) -> str:
    """The id of an environment in the planned environment's subscription."""
    subscription = f"/subscriptions/{PLANNED.subscription}"
    return f"{subscription}/resourceGroups/{group}/providers/Microsoft.Logic/integrationServiceEnvironments/{name}"


def company(location: str = "westus2", **of_the_third: Any) -> ExistingNetwork:
    """A network with four available subnets, the third with these differences."""
    four = [
        ExistingSubnet(identity, identity.rpartition("/")[2], (IPv4Network(f"10.0.0.{32 * number}/27"),))
        for number, identity in enumerate(FOUR_IDS)
    ]
    four[0] = replace(four[0], delegations=(SERVICE,))
    four[2] = replace(four[2], **of_the_third)
    return ExistingNetwork(COMPANY, location, (IPv4Network("10.0.0.0/16"),), tuple(four))


def in_four(**of_the_third: Any) -> list[Problem]:
    """The problems of four subnets, the third with these differences."""
    return check_existing_subnets(company(**of_the_third), FOUR_IDS, PLANNED)


def without_the_last() -> list[Problem]:
    """What is found when the fourth subnet does not exist."""
    found = company()
    return check_existing_subnets(replace(found, subnets=found.subnets[:3]), FOUR_IDS, PLANNED)


def check_new_subnet(address_prefix: str) -> list[Problem]:
    """The problems of a new subnet with this range beside four existing empty ones."""
    return check_new_subnets(company(), {"ours": IPv4Network(address_prefix)}, PLANNED)


def of_update(**in_azure: Any) -> list[Problem]:
    """What is found before an update of a route table that has this in Azure and nothing in the program."""
    return check_update("fabrikam-rt", SETTINGS["azure-native:network:RouteTable"], in_azure, {}, {})


NSG = COMPANY.replace("virtualNetworks/vnet-company", "networkSecurityGroups/nsg-company")
NEEDED = required_traffic(external=False, premium=False, address_space=["10.0.0.0/16"], dns_servers=[])
IN_SUBNETS = TrafficContext((IPv4Network("10.0.0.0/25"),), (IPv4Network("10.0.0.0/16"),), "westus2")


def behind_rules(*rules: FoundRule, is_new: bool = True) -> list[Problem]:
    """What is found in a security group that lets everything pass but for these rules."""
    everything = ("*",)
    allow = [
        FoundRule(f"allow-{direction}", 4000, direction, True, "*", everything, everything, everything, everything)
        for direction in ("Inbound", "Outbound")
    ]
    return check_security_group(NSG, [*rules, *allow], NEEDED, IN_SUBNETS, is_new=is_new)


def denied(port: str) -> FoundRule:
    """A rule that denies traffic from the internet to a port."""
    return FoundRule("deny-internet", 200, "Inbound", False, "*", ("Internet",), ("*",), ("*",), (port,))


VAULT = f"{FABRIKAM}/Microsoft.KeyVault/vaults/fabrikam"
RIGHT_VAULT = FoundVault("fabrikam", "westus2", soft_delete=True, purge_protection=True)
RIGHT_KEY = FoundKey("fabrikam", "ise", "0" * 32, "RSA", 2048, enabled=True)


def in_vault(**changes: Any) -> list[Problem]:
    """The problems of a vault with these differences."""
    return check_found_vault(replace(RIGHT_VAULT, **changes), "westus2")


def of_key(**changes: Any) -> list[Problem]:
    """The problems of a key with these differences."""
    return check_found_key(replace(RIGHT_KEY, **changes), "0" * 32)


# For each rule about what is looked up: something that breaks it, and something just inside.
LOOK_UP_EXAMPLES: dict[str, tuple[list[Problem], list[Problem]]] = {
    "name-respelled": ([name_respelled("Fabrikam-ISE", "fabrikam-ise").within("name")], []),
    "resource-group-found": ([resource_group_not_found("Fabrikam-RG")], []),
    "network-found": (without_the_last(), in_four()),
    "network-subscription": (
        [
            each.within("virtualNetworkId")
            for each in check_subscription(COMPANY, "22222222-2222-2222-2222-222222222222")
        ],
        check_subscription(COMPANY.upper(), PLANNED.subscription),
    ),
    "network-location": (in_four(location="northeurope"), in_four(location="West US 2")),
    "subnet-delegation": (in_four(delegations=(SERVICE,)), in_four()),
    "subnet-held": (
        in_four(linked_services=(environment_id("Other-RG", "Fabrikam-ISE"),)),
        in_four(linked_services=(environment_id("fabrikam-rg", "fabrikam-ise"),), users={"ipConfigurations": ("nic",)}),
    ),
    "subnet-held-nearby": (in_four(linked_services=(environment_id("Fabrikam-RG", "Other-ISE"),)), in_four()),
    "subnet-empty": (in_four(users={"ipAllocations": ("other",)}), in_four()),
    "subnet-same-range": (check_new_subnet("10.0.0.64/27"), check_new_subnet("10.0.0.128/27")),
    "traffic-blocked": (behind_rules(denied("3443")), behind_rules(denied("3444"))),
    "traffic-impaired": (behind_rules(denied("3443"), is_new=False), behind_rules()),
    "traffic-unseen": ([unseen(NSG, "Status=403 Code=AuthorizationFailed")], []),
    "key-vault-found": ([vault_not_found(VAULT)], in_vault()),
    "key-vault-location": (in_vault(location="eastus"), in_vault(location="West US 2")),
    "key-vault-protected": (in_vault(purge_protection=False), in_vault(soft_delete=None)),
    "key-found": ([key_not_found("ise")], of_key()),
    "key-type": (of_key(kind="EC", size=None), of_key()),
    "key-enabled": (of_key(enabled=False), of_key()),
    "key-version-current": (of_key(version="1" * 32, kind="EC"), check_found_key(RIGHT_KEY, "0" * 32)),
    "key-unseen": ([key_unseen("Status=403 Code=AuthorizationFailed")], []),
    "settings-removed": (of_update(tags={"owner": "policy"}), of_update(routes=[{"name": "theirs"}])),
}

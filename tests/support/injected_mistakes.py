"""Mistakes that can be made in a valid configuration independently of one another, with the problems that they cause.

What a mistake causes is written down here, from the rules' statements, without the code that is tested.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.support.certificate_factory import certificate
from tests.support.rule_examples import BASE, FABRIKAM

if TYPE_CHECKING:
    from collections.abc import Iterable

Path = tuple[str | int, ...]

IDENTITIES = f"{FABRIKAM}/Microsoft.ManagedIdentity/userAssignedIdentities"

VALID: dict[str, Any] = {
    **BASE,
    "network": {
        "name": "Fabrikam-VNET",
        "addressSpace": ["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"],
        "subnets": [{"name": f"s{number}", "addressPrefix": f"10.0.0.{32 * number}/27"} for number in range(4)],
        "dnsServers": ["10.0.2.4", "10.0.2.5", "10.0.2.6"],
        "securityGroup": {"name": "nsg", "callers": ["203.0.113.0/24", "AzureDevOps", "198.51.100.0/24"]},
        "routeTable": {
            "name": "rt",
            "routes": {
                "one": {
                    "addressPrefix": "10.1.0.0/16",
                    "nextHopType": "VirtualAppliance",
                    "nextHopIpAddress": "10.0.2.9",
                },
                "two": {"addressPrefix": "Storage", "nextHopType": "Internet"},
                "three": {"addressPrefix": "10.3.0.0/16", "nextHopType": "None"},
            },
        },
        "serviceEndpoints": ["Microsoft.Storage", "Microsoft.Sql", "Microsoft.KeyVault"],
    },
    "certificates": {
        name: {"publicCertificate": certificate(f"Root {name}"), "kind": "TrustedRoot"}
        for name in ("red", "blue", "green")
    },
    "identity": {"type": "UserAssigned", "userAssigned": [f"{IDENTITIES}/ise-{number}" for number in range(3)]},
    "encryptionKey": {"vaultId": f"{FABRIKAM}/Microsoft.KeyVault/vaults/fabrikam", "name": "ise", "version": "0" * 32},
    "managedConnectors": [
        *("sql", "ftp"),
        {"name": "sap", "contentLink": "https://fabrikam.example/sap.zip"},
        {"name": "mq"},
    ],
    "integrationAccounts": {name: {"sku": "Standard"} for name in ("partners", "orders", "invoices")},
    "tags": {"environment": "dev", "team": "integration", "costCenter": "1234"},
    "protect": False,
}


@dataclass(frozen=True)
class Mistake:
    """A change of the valid configuration.

    Attributes:
        values: the new values by their paths. A path that does not exist is added.
        causes: the identifiers of the rules that are then broken, by path.
        reads: further paths that have to be right for the mistake to be one.
    """

    values: dict[Path, Any]
    causes: dict[Path, str]
    reads: tuple[Path, ...] = ()

    @property
    def touches(self) -> set[Path]:
        """Every path that no other mistake may touch beside this one."""
        return {*self.values, *self.reads}


def at(path: Path, value: Any, rule: str, *, reads: Iterable[Path] = ()) -> Mistake:
    """A wrong value, reported where it is."""
    return Mistake({path: value}, {path: rule}, tuple(reads))


def text_paths() -> list[Path]:
    """Every text of the valid configuration, but for certificates, which are files of several lines."""
    found: list[Path] = []

    def walk(value: Any, path: Path) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                walk(inner, (*path, key))
        elif isinstance(value, list):
            for position, inner in enumerate(value):
                walk(inner, (*path, position))
        elif isinstance(value, str) and path[-1] != "publicCertificate":
            found.append(path)

    walk(VALID, ())
    return found


def _mistakes() -> list[Mistake]:
    network: Path = ("network",)
    subnets, space, routes = (*network, "subnets"), (*network, "addressSpace"), (*network, "routeTable", "routes")
    callers = (*network, "securityGroup", "callers")
    found = [
        at(("name",), "a b", "environment-name"),
        at(("location",), "2west", "location-shape"),
        at(("location",), "westus3", "key-region"),
        at(("resourceGroup", "name"), "rg.", "resource-group-name"),
        at(("resourceGroup", "create"), "yes", "wrong-kind"),
        at(("protect",), "yes", "wrong-kind"),
        at(("sku", "name"), "premium", "sku-name"),
        at(("sku", "capacity"), 11, "sku-capacity", reads=[("sku", "name")]),
        at(("sku", "capacity"), "many", "wrong-kind"),
        at(("endpoint",), "external", "endpoint-type"),
        Mistake({("endpoint",): "Internal"}, {callers: "callers-internal"}),
        at((*network, "name"), "v", "virtual-network-name"),
        at((*network, "securityGroup", "name"), "-nsg", "guard-name"),
        at((*network, "routeTable", "name"), 5, "wrong-kind"),
        at(("identity", "type"), "systemAssigned", "identity-type"),
        at(("encryptionKey", "vaultId"), "fabrikam", "key-vault-id"),
        at(("encryptionKey", "name"), "my_key", "key-name"),
        at(("encryptionKey", "version"), 5, "wrong-kind"),
        at((*subnets, 3, "addressPrefix"), None, "subnet-range-missing"),
    ]
    # Unknown keys of every level.
    levels: list[Path] = [(), ("sku",), network, ("resourceGroup",), (*network, "securityGroup"), ("identity",)]
    levels += [(*network, "routeTable"), ("encryptionKey",), ("managedConnectors", 2)]
    levels += [(*subnets, number) for number in range(4)] + [(*routes, name) for name in ("one", "two", "three")]
    levels += [("certificates", name) for name in ("red", "blue")] + [("integrationAccounts", "orders")]
    found += [at((*level, "unknown"), "x", "unknown-key") for level in levels]
    for number in range(4):
        prefix = (*subnets, number, "addressPrefix")
        found += [
            at((*subnets, number, "name"), "1a", "subnet-name"),
            at((*subnets, number, "name"), True, "wrong-kind"),
            at(prefix, "10.0.0.1/24", "address-notation"),
            at(prefix, f"10.0.1.{16 * number}/28", "subnet-too-small", reads=[space]),
            at(prefix, f"10.9.0.{32 * number}/27", "subnet-outside-address-space", reads=[space]),
        ]
    for later, earlier in ((1, 0), (2, 1), (3, 0), (3, 2)):
        same_range = {(*subnets, later, "addressPrefix"): f"10.0.0.{32 * earlier}/27"}
        reads = [(*subnets, number, "addressPrefix") for number in range(4)]
        found += [
            Mistake(same_range, dict.fromkeys(same_range, "subnet-overlap"), (*reads, space)),
            at(
                *((*subnets, later, "name"), f"S{earlier}", "subnet-name-repeated"),
                reads=[(*subnets, earlier, "name")],
            ),
        ]
    for number in range(3):
        found += [
            at((*space, number), "fd00::/64", "address-notation", reads=[space]),
            at((*network, "dnsServers", number), "dns", "dns-server"),
            at((*callers, number), "10.0.0.1/24", "caller-source"),
            at((*network, "serviceEndpoints", number), "Storage", "service-endpoint"),
            at(("identity", "userAssigned", number), "ise", "identity-id"),
            at(("managedConnectors", (0, 1, 3)[number]), "a b", "connector-name"),
        ]
    found += [
        at((*space, 2), "10.0.1.0/25", "address-space-overlap", reads=[space, (*space, 1)]),
        at((*callers, 2), "azuredevops", "caller-repeated", reads=[(*callers, 1)]),
        at(
            *((*network, "serviceEndpoints", 2), "Microsoft.Storage", "service-endpoint-repeated"),
            reads=[(*network, "serviceEndpoints", 0)],
        ),
        at(("managedConnectors", 3), {"name": "SQL"}, "connector-repeated", reads=[("managedConnectors", 0)]),
        at(("managedConnectors", 2, "contentLink"), "http://fabrikam.example", "connector-content-link"),
        at((*routes, "one", "nextHopIpAddress"), "10.0.0", "route-next-hop-address"),
        at((*routes, "two", "addressPrefix"), "10.0.0.0", "route-prefix"),
        at((*routes, "three", "nextHopType"), "nowhere", "route-next-hop"),
        at(
            *((*routes, "three", "addressPrefix"), "10.1.0.0/16", "route-prefix-repeated"),
            reads=[(*routes, "one", "addressPrefix")],
        ),
        Mistake(
            {(*routes, "a b"): VALID["network"]["routeTable"]["routes"]["two"] | {"addressPrefix": "10.7.0.0/16"}},
            {(*routes, "a b"): "guard-name"},
        ),
        at(("certificates", "red", "publicCertificate"), "nothing", "certificate-unreadable"),
        at(("certificates", "blue", "kind"), "Personal", "certificate-kind"),
        Mistake(
            {("certificates", "green", "file"): None},
            {("certificates", "green", "file"): "wrong-kind", ("certificates", "green"): "certificate-source"},
        ),
        at(("integrationAccounts", "partners", "sku"), "Basic", "integration-account-sku"),
        at(("integrationAccounts", "invoices", "sku"), "Free", "integration-account-premium", reads=[("sku", "name")]),
        Mistake(
            {("integrationAccounts", "a/b"): {"sku": "Standard"}},
            {("integrationAccounts", "a/b"): "integration-account-name"},
        ),
        at(("tags", "environment"), 5, "wrong-kind"),
        at(("tags", "team"), "2024-01-31 00:00:00 +0000 UTC", "converted-value"),
        at(("tags", "costCenter"), "x" * 257, "tag-value"),
        at(("tags", "a/b"), "x", "tag-name"),
        at(("tags", "TEAM"), 7, "tag-name-repeated and wrong-kind"),
    ]
    return found


MISTAKES = _mistakes()


def with_mistakes(mistakes: Iterable[Mistake]) -> tuple[dict[str, Any], set[tuple[Path, str]]]:
    """The valid configuration with those of the mistakes that do not meet, and what they cause: paths and rules."""
    configuration = copy.deepcopy(VALID)
    touched: set[Path] = set()
    caused: set[tuple[Path, str]] = set()
    for mistake in mistakes:
        if any(_meet(path, other) for path in mistake.touches for other in touched):
            continue
        touched |= mistake.touches
        for path, value in mistake.values.items():
            target: Any = configuration
            for step in path[:-1]:
                target = target[step]
            if value is None and path[-1] == "addressPrefix":
                del target[path[-1]]
            else:
                target[path[-1]] = value
        caused |= {(path, rule) for path, rules in mistake.causes.items() for rule in rules.split(" and ")}
    return configuration, caused


def _meet(one: Path, other: Path) -> bool:
    """Whether one path leads through the other."""
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]

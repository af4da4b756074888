"""Configurations for property tests: anything at all, and such as a person might write, right and wrong."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Any

from hypothesis import strategies as st

from logic_apps_environment import StackConfiguration
from tests.support.certificate_factory import certificate, private_key
from tests.support.rule_examples import BASE, EXISTING, FOUR_IDS

# Any script, controls included. Lone surrogates are left out: the engine hands over valid text only.
any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    ["x" * 5000, "", " ", private_key("Root")]
)
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | any_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text, inner, max_size=4),
    max_leaves=12,
)

# Every key of every level, and two that are none.
_KEYS = [
    *(field.alias or name for name, field in StackConfiguration.model_fields.items()),
    *("name", "capacity", "create", "addressSpace", "subnets", "addressPrefix", "file", "publicCertificate", "kind"),
    *("dnsServers", "securityGroup", "callers", "routeTable", "routes", "nextHopType", "nextHopIpAddress"),
    *("serviceEndpoints", "virtualNetworkId", "subnetIds", "endpiont", "Name"),
]


def anything() -> st.SearchStrategy[dict[str, Any]]:
    """Configurations of known and unknown keys with values of any shape, near enough to the real one to get deep."""
    keys = st.sampled_from(_KEYS) | any_text
    below = st.recursive(
        any_json,
        lambda deeper: st.dictionaries(keys, deeper, max_size=4) | st.lists(deeper, max_size=5),
        max_leaves=10,
    )
    scattered = st.dictionaries(keys, below, max_size=12)
    # A valid configuration with some values replaced reaches what no random dictionary does.
    networks = st.sampled_from([BASE["network"], EXISTING, {"subnetIds": FOUR_IDS}])
    changed = st.builds(lambda network, changes: BASE | {"network": network | changes}, networks, scattered)
    return scattered | st.builds(lambda changes: BASE | changes, scattered) | changed


prefixes = st.builds(
    lambda address, length: IPv4Network((address, length), strict=False),
    st.sampled_from([0x0A000000, 0x0A000100, 0xC0A80000, 0x64400000, 0x64800000, 0xA9FE0000, 0x7F000000, 0xE0000000])
    | st.integers(0, 2**32 - 1),
    st.integers(22, 30),
).map(str)

_names = st.sampled_from(
    ["a", "subnet-1", "Subnet-1", "1a", "_a", "a.", "x" * 80, "x" * 81, "GatewaySubnet", "b_", "é", "a b"]
)

_guard_names = st.sampled_from(["nsg", "n", "nsg_", "nsg.", "-nsg", "x" * 80, "x" * 81])

_targets = prefixes | st.sampled_from(["Internet", "Storage.WestUS2", "internet", "10.0.0.1", "*", "0.0.0.0/0"])

_routes = st.dictionaries(
    st.sampled_from(["one", "two", "three", "Two", "a b"]),
    st.fixed_dictionaries(
        {
            "addressPrefix": st.sampled_from(["Storage", "storage", "10.1.0.0/16"]) | _targets,
            "nextHopType": st.sampled_from(["Internet", "None", "VirtualAppliance", "VirtualAppliance", "Elsewhere"]),
        },
        optional={"nextHopIpAddress": st.sampled_from(["10.0.0.4", "10.0.0.4", "10.0.0"])},
    ),
    max_size=3,
)

_CERTIFICATES = [
    certificate("Root"),
    certificate("Other Root"),
    certificate("Issuing", issuer="Root"),
    certificate("System", issuer="Root", authority=False),
    certificate("Expired", ends_in_days=-1),
    certificate("Future", begins_in_days=5),
    certificate("Root") + certificate("Third Root"),
    private_key("Root"),
    "bm90aGluZw==",
    "",
]


def plausible() -> st.SearchStrategy[dict[str, Any]]:
    """Complete configurations of the right shape, each value right or wrong by Azure's rules."""
    ranges = st.lists(prefixes, min_size=4, max_size=4) | st.just([f"10.0.0.{start}/27" for start in (0, 32, 64, 96)])
    subnets = st.builds(
        lambda names, given: [
            {"name": name, "addressPrefix": prefix} for name, prefix in zip(names, given, strict=False)
        ],
        st.lists(_names, min_size=3, max_size=5) | st.just(["a", "b", "c", "d"]),
        ranges,
    )
    network = st.fixed_dictionaries(
        {
            "name": st.sampled_from(["Fabrikam-VNET", "v", "vn", "-vn", "vn.", "x" * 64, "x" * 65]),
            "addressSpace": st.lists(prefixes, min_size=0, max_size=3) | st.just(["10.0.0.0/24"]),
        },
        optional={
            "subnets": subnets,
            "dnsServers": st.lists(st.sampled_from(["10.0.0.4", "10.0.0", "dns"]), max_size=2),
            "securityGroup": st.fixed_dictionaries(
                {"name": _guard_names}, optional={"callers": st.lists(_targets, max_size=3)}
            ),
            "routeTable": st.fixed_dictionaries({"name": _guard_names, "routes": _routes}),
            "serviceEndpoints": st.lists(st.sampled_from(["Microsoft.Sql", "Sql", "Microsoft.New"]), max_size=2),
        },
    )
    return st.fixed_dictionaries(
        {
            "location": st.sampled_from(["westus2", "West US 2", "northeurope"]),
            "name": st.sampled_from(["Fabrikam-ISE", "a", "x" * 80, "x" * 81, "a b", ""]),
            "resourceGroup": st.fixed_dictionaries(
                {"name": st.sampled_from(["Fabrikam-RG", "rg.", "(rg)", "x" * 90, "x" * 91])}
            ),
            "sku": st.fixed_dictionaries(
                {"name": st.sampled_from(["Premium", "Developer"]), "capacity": st.sampled_from([-1, 0, 1, 10, 11])}
            ),
            "endpoint": st.sampled_from(["External", "Internal", "external"]),
            "network": network,
            "certificates": st.dictionaries(
                st.sampled_from(["one", "two", "three"]),
                st.sampled_from(_CERTIFICATES).map(lambda text: {"publicCertificate": text}),
                max_size=3,
            ),
            "tags": st.dictionaries(
                st.sampled_from(["env", "Env", "a/b", "azureX", "x" * 513]), st.just("v"), max_size=3
            ),
        }
    )

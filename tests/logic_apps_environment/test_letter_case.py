"""Any change of letter case is no change, or is rejected: for every name and id of a valid configuration.

The expected values are Azure's rules, written independently: names and ids compare without case ("Naming rules and
restrictions for Azure resources"), so that a configuration means the same when its names are spelled in another way.
"""

from __future__ import annotations

import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from logic_apps_environment import IntegrationServiceEnvironment, StackConfiguration
from logic_apps_environment.changes.comparison import case_changes
from logic_apps_environment.changes.registered_inputs import registered_inputs
from tests.support.certificate_factory import certificate
from tests.support.recording import record
from tests.support.rule_examples import COMPANY, FOUR_IDS, PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator

    Place = tuple[str | int, ...]

SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/Rg-Key/providers"
CERTIFICATES = [{"publicCertificate": certificate(name)} for name in ("Root", "Other Root")]
RANGES = [f"10.0.0.{start}/27" for start in (0, 32, 64, 96)]

words = st.from_regex(r"[A-Za-z]{1,6}(-[A-Za-z0-9]{1,4})?", fullmatch=True).map(lambda word: f"x{word}")


def different(count: int) -> st.SearchStrategy[list[str]]:
    """Names that Azure distinguishes."""
    return st.lists(words, min_size=count, max_size=count, unique_by=str.lower)


def created_networks() -> st.SearchStrategy[dict[str, Any]]:
    routes = different(2).map(
        lambda names: {
            name: {"addressPrefix": prefix, "nextHopType": "Internet"}
            for name, prefix in zip(names, ("203.0.113.0/24", "198.51.100.0/24"), strict=True)
        }
    )
    return st.fixed_dictionaries(
        {"name": words, "addressSpace": st.just(["10.0.0.0/24"])},
        optional={
            "subnets": different(4).map(lambda names: [{"name": name} for name in names]),
            "securityGroup": st.fixed_dictionaries({"name": words}),
            "routeTable": st.fixed_dictionaries({"name": words, "routes": routes}),
        },
    )


def networks() -> st.SearchStrategy[dict[str, Any]]:
    check_new_subnet = different(4).map(
        lambda names: {
            "virtualNetworkId": COMPANY,
            "subnets": [{"name": n, "addressPrefix": r} for n, r in zip(names, RANGES, strict=True)],
        }
    )
    return created_networks() | check_new_subnet | st.just({"subnetIds": FOUR_IDS})


def identities() -> st.SearchStrategy[dict[str, Any]]:
    return different(2).map(
        lambda names: {
            "type": "UserAssigned",
            "userAssigned": [f"{SUBSCRIPTION}/Microsoft.ManagedIdentity/userAssignedIdentities/{n}" for n in names],
        }
    )


def configurations(network: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Valid configurations in which everything has a name."""
    keys = st.builds(
        lambda vault, name: {
            "vaultId": f"{SUBSCRIPTION}/Microsoft.KeyVault/vaults/{vault}",
            "name": name,
            "version": "0123456789abcdef0123456789abcdef",
        },
        words,
        words,
    )
    encrypted = st.builds(lambda identity, key: {"identity": identity, "encryptionKey": key}, identities(), keys)
    connectors = st.permutations(["sql", {"name": "Ftp"}, "mq", "eventHubs"]).map(lambda names: names[:3])
    settings = st.fixed_dictionaries(
        {
            "name": words,
            "location": st.just("West US 2"),
            "resourceGroup": st.fixed_dictionaries({"name": words}),
            "sku": st.just({"name": "Premium", "capacity": 1}),
            "endpoint": st.just("Internal"),
            "network": network,
        },
        optional={
            "certificates": different(2).map(lambda names: dict(zip(names, CERTIFICATES, strict=True))),
            "managedConnectors": connectors,
            "integrationAccounts": different(2).map(lambda names: {name: {"sku": "Standard"} for name in names}),
        },
    )
    return st.builds(lambda base, more: base | more, settings, st.just({}) | encrypted)


# The paths of names and ids; "*" is every item or entry, "{}" the key of an entry. The ids of existing networks are not
# here: what is looked up has Azure's spelling.
NAMES: list[Place] = [
    ("name",),
    ("location",),
    ("resourceGroup", "name"),
    ("network", "name"),
    ("network", "subnets", "*", "name"),
    ("network", "securityGroup", "name"),
    ("network", "routeTable", "name"),
    ("network", "routeTable", "routes", "{}"),
    ("certificates", "{}"),
    ("identity", "userAssigned", "*"),
    ("encryptionKey", "vaultId"),
    ("encryptionKey", "name"),
    ("encryptionKey", "version"),
    ("managedConnectors", "*"),
    ("integrationAccounts", "{}"),
    ("network", "virtualNetworkId"),
    ("network", "subnetIds", "*"),
]
NO_CHANGE = ("location", "virtualNetworkId", "subnetIds")
"""A region is known by several spellings, and what is looked up has Azure's."""


def places(value: Any, pattern: Place, reached: Place = ()) -> Iterator[Place]:
    """The paths in a configuration that match a pattern."""
    if not pattern:
        yield reached
        return
    step, *rest = pattern
    if step == "{}":
        yield from ((*reached, key) for key in value)
    elif step == "*":
        for position, each in enumerate(value):
            # A connector is a name, or an object with one.
            inner = ("name",) if isinstance(each, dict) and not rest else tuple(rest)
            yield from places(each, inner, (*reached, position))
    elif step in value:
        yield from places(value[step], tuple(rest), (*reached, step))


def swapped(text: str, positions: list[int]) -> str:
    """The text in which the case of the letters at these positions is swapped, of letters that have another case."""
    letters = list(text)
    cased = [at for at, letter in enumerate(letters) if letter.swapcase() != letter]
    for position in positions:
        at = cased[position % len(cased)]
        letters[at] = letters[at].swapcase()
    return "".join(letters)


def respell(configuration: dict[str, Any], place: Place, positions: list[int]) -> Place | None:
    """Change the case of a name; return its new path, or None if it did not change."""
    *way, last = place
    holder: Any = configuration
    for step in way:
        holder = holder[step]
    name = (
        last if isinstance(last, str) and way and way[-1] in ("routes", "certificates", "integrationAccounts") else None
    )
    if name is None:
        before, holder[last] = holder[last], swapped(holder[last], positions)
        return place if holder[last] != before else None
    new = swapped(name, positions)
    entries = {(new if key == name else key): entry for key, entry in holder.items()}
    holder.clear()
    holder.update(entries)
    return (*way, new) if new != name else None


def inputs(configuration: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    texts = {
        f"{PROJECT}:{key}": value if isinstance(value, str) else json.dumps(value)
        for key, value in configuration.items()
    }
    arguments = StackConfiguration.read(PROJECT, texts).environment_args("rg")
    return arguments, registered_inputs(arguments.source)


@st.composite
def respelled_configurations(
    draw: st.DrawFn, network: st.SearchStrategy[dict[str, Any]]
) -> tuple[dict[str, Any], dict[str, Any], set[Place]]:
    """A valid configuration, the same with another case of some of its names, and the places of these."""
    before = draw(configurations(network))
    every = [place for pattern in NAMES for place in places(before, pattern)]
    chosen = draw(st.lists(st.sampled_from(every), max_size=4, unique=True))
    after = deepcopy(before)
    changed = {respell(after, place, draw(st.lists(st.integers(0, 200), min_size=1, max_size=3))) for place in chosen}
    return before, after, {place for place in changed if place is not None}


@given(respelled_configurations(networks()))
def test_a_change_of_letter_case_of_any_value_is_no_change_or_is_rejected(
    case: tuple[dict[str, Any], dict[str, Any], set[Place]],
) -> None:
    before, after, changed = case
    assert json.dumps(before).lower() == json.dumps(after).lower(), "Azure takes both for the same"
    (_, old), (_, new) = inputs(before), inputs(after)
    assert StackConfiguration.replacements(old, new) == []
    expected = {place for place in changed if not any(step in NO_CHANGE for step in place)}
    # A connector that is a name alone is registered as an object.
    named = {
        (*place, "name") if place[:1] == ("managedConnectors",) and len(place) == 2 else place for place in expected
    }
    found = case_changes(StackConfiguration, old, new)
    assert {each.path for each in found} == named
    assert len(found) == len(named)
    text = json.dumps(before)
    for each in found:
        assert each.old != each.new
        assert each.old.lower() == each.new.lower()
        assert each.old in text


def test_a_region_in_another_spelling_requests_the_same_resources() -> None:
    """The one name that is accepted in each spelling without being looked up."""

    def requested(location: str) -> list[tuple[str, dict[str, Any]]]:
        configuration = {
            "name": "ise",
            "location": location,
            "resourceGroup": {"name": "rg"},
            "sku": {"name": "Developer"},
            "endpoint": "Internal",
            "network": {"name": "vnet", "addressSpace": ["10.0.0.0/24"]},
        }
        arguments, _ = inputs(configuration)
        recording = record(lambda: IntegrationServiceEnvironment("orders", arguments))
        return [(each.urn, each.inputs) for each in recording.registrations if each.request.custom]

    assert requested("West US 2") == requested("WESTUS2")

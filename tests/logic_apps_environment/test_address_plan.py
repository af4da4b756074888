"""The address plan: arithmetic with promises, so properties of every space, not examples alone."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

from hypothesis import given
from hypothesis import strategies as st

from logic_apps_environment.network.address_plan import is_inside, overlaps, plan_subnets

addresses = st.integers(min_value=0, max_value=2**32 - 1).map(IPv4Address)


def prefixes(shortest: int, longest: int) -> st.SearchStrategy[IPv4Network]:
    lengths = st.integers(min_value=shortest, max_value=longest)
    return st.builds(lambda address, length: IPv4Network((address, length), strict=False), addresses, lengths)


def is_disjoint(networks: list[IPv4Network]) -> bool:
    numbers = [set(range(int(n.network_address), int(n.broadcast_address) + 1)) for n in networks if n.prefixlen >= 20]
    return sum(map(len, numbers)) == len(set().union(*numbers))


spaces = st.lists(prefixes(20, 30), min_size=1, max_size=6).filter(is_disjoint)


def fits(space: list[IPv4Network]) -> bool:
    return sum(prefix.num_addresses // 32 for prefix in space) >= 4


@given(spaces.filter(fits))
def test_every_space_that_has_room_gets_four_disjoint_subnets_of_32_addresses_inside_it(
    space: list[IPv4Network],
) -> None:
    plan = plan_subnets(space)
    assert [subnet.num_addresses for subnet in plan] == [32] * 4
    assert is_disjoint(list(plan))
    for subnet in plan:
        assert any(subnet.network_address in prefix and subnet.broadcast_address in prefix for prefix in space)


@given(spaces.filter(lambda space: not fits(space)))
def test_a_space_without_room_gets_fewer_subnets(space: list[IPv4Network]) -> None:
    assert len(plan_subnets(space)) < 4


@given(spaces.filter(fits), prefixes(8, 30))
def test_a_prefix_added_at_the_end_moves_nothing(space: list[IPv4Network], added: IPv4Network) -> None:
    assert plan_subnets([*space, added]) == plan_subnets(space)


@given(prefixes(8, 25))
def test_the_plan_of_one_prefix_is_its_first_128_addresses_in_order(prefix: IPv4Network) -> None:
    starts = [int(subnet.network_address) - int(prefix.network_address) for subnet in plan_subnets([prefix])]
    assert starts == [0, 32, 64, 96]


def test_the_plan_of_the_address_space_in_the_terraform_documentation() -> None:
    """The documentation of azurerm's ISE resource writes out these four for 10.0.1.0/24."""
    assert [str(subnet) for subnet in plan_subnets([IPv4Network("10.0.1.0/24")])] == [
        "10.0.1.0/27",
        "10.0.1.32/27",
        "10.0.1.64/27",
        "10.0.1.96/27",
    ]


@given(st.lists(prefixes(20, 30), max_size=5))
def test_each_overlapping_range_is_found_with_the_first_range_that_it_overlaps(
    networks: list[IPv4Network],
) -> None:
    expected = []
    for position, network in enumerate(networks):
        earlier = [other for other in range(position) if not is_disjoint([networks[other], network])]
        expected += [(position, earlier[0])] if earlier else []
    assert overlaps(dict(enumerate(networks))) == expected


def test_a_range_that_spans_two_prefixes_is_not_inside_them() -> None:
    space = [IPv4Network("10.0.0.0/28"), IPv4Network("10.0.0.16/28")]
    assert not is_inside(IPv4Network("10.0.0.0/27"), space)

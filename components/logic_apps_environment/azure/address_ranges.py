"""Address ranges in CIDR notation."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Interface

from logic_apps_environment.validation import references
from logic_apps_environment.validation.rule import Problem, Rule, describe

ADDRESS_NOTATION = Rule(
    "address-notation",
    "An address range is an IPv4 range in CIDR notation without host bits.",
    f"{references.ISE_ARTICLE}, Prerequisites",
)

CIDR_PATTERN = r"(?:\d{1,3}\.){3}\d{1,3}/\d{1,2}"
"""A pattern of IPv4 ranges in CIDR notation; not every text that it matches is one."""


def check_address_range(text: str, *, example: str = "10.0.0.0/27", usual_length: int = 27) -> Iterator[Problem]:
    """Check that ``text`` is an IPv4 range in CIDR notation without host bits.

    Messages suggest ``example``, or the prefix length ``usual_length`` for an address without one.
    """
    allowed = "an IPv4 range in CIDR notation"
    address, slash, length = text.partition("/")
    try:
        interface = IPv4Interface(text)
    except ValueError:
        is_ipv6 = ":" in address
        reason = "is an IPv6 range; only IPv4 is supported" if is_ipv6 else "is not a valid IPv4 range in CIDR notation"
        yield ADDRESS_NOTATION.violation(f"{describe(text)} {reason}.", allowed, example)
        return
    if not slash or not (length.isascii() and length.isdecimal()):
        suggestion = f"{address}/{interface.network.prefixlen if slash else usual_length}"
        yield ADDRESS_NOTATION.violation(f"{describe(text)} has no prefix length.", allowed, suggestion)
    elif interface.ip != interface.network.network_address:
        yield ADDRESS_NOTATION.violation(
            f"{describe(text)} has host bits set.",
            "a range that begins at its network address",
            str(interface.network),
        )

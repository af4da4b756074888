"""Argument types that several models share: names, locations, address ranges, tags and choices, with validation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import partial
from ipaddress import IPv4Network
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from logic_apps_environment.azure import address_ranges, locations, tags
from logic_apps_environment.azure import names as name_rules
from logic_apps_environment.azure.resource_types import ResourceType, check_id
from logic_apps_environment.validation.annotations import Input
from logic_apps_environment.validation.checks import Rules, raise_errors
from logic_apps_environment.validation.rule import Rule, describe
from logic_apps_environment.validation.schema_rules import WRONG_KIND


class SkuName(StrEnum):
    """The SKUs of an integration service environment."""

    DEVELOPER = "Developer"
    """For trials: no service-level agreement, no scale units."""

    PREMIUM = "Premium"
    """For production: a base unit and up to ten scale units."""


class EndpointType(StrEnum):
    """The access to the triggers and run histories of the environment."""

    INTERNAL = "Internal"
    """Access only from the virtual network."""

    EXTERNAL = "External"
    """Access also from the internet."""


def _name_by(rule: Rule) -> Rules:
    return Rules(partial(name_rules.check_name, rule), {"pattern": name_rules.name_pattern(rule)})


def _address_range(value: object) -> object:
    # pydantic alone would accept the number 167772160 as 10.0.0.0/32, and an address without a prefix length as a /32.
    if isinstance(value, IPv4Network):
        return value
    if not isinstance(value, str):
        statement = f"{describe(value)} is not valid: expected an IPv4 range in CIDR notation."
        raise_errors([WRONG_KIND.violation(statement, "an IPv4 range in CIDR notation", "10.0.0.0/27")])
    else:
        raise_errors(address_ranges.check_address_range(value))
    return value


def whole_number(value: object) -> object:
    """Accept whole numbers, and text that consists of digits."""
    # `pulumi config set` can store a number as text; pydantic alone would also accept "1_0" as ten and true as one.
    if isinstance(value, bool) or (isinstance(value, str) and not re.fullmatch("[0-9]+", value)):
        raise_errors(
            [WRONG_KIND.violation(f"{describe(value)} is not valid: expected a whole number.", "a whole number", "1")]
        )
    return value


EnvironmentName = Annotated[str, _name_by(name_rules.ENVIRONMENT_NAME)]
ResourceGroupName = Annotated[str, _name_by(name_rules.RESOURCE_GROUP_NAME)]
VirtualNetworkName = Annotated[str, _name_by(name_rules.VIRTUAL_NETWORK_NAME)]
SubnetName = Annotated[str, _name_by(name_rules.SUBNET_NAME)]
TrafficResourceName = Annotated[str, _name_by(name_rules.TRAFFIC_RESOURCE_NAME)]
Location = Annotated[str, Rules(locations.check_location), AfterValidator(locations.normalize_location)]
AddressRange = Annotated[
    IPv4Network,
    BeforeValidator(_address_range, json_schema_input_type=str | IPv4Network),
    WithJsonSchema({"type": "string", "pattern": rf"^{address_ranges.CIDR_PATTERN}$"}),
]
WholeNumber = Annotated[
    int,
    BeforeValidator(whole_number),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": "^[0-9]+$"}]}),
]
TagValue = Annotated[str, Rules(tags.check_tag_value, {"maxLength": tags.MAX_TAG_VALUE_LENGTH})]
Tags = Input[
    Annotated[
        Mapping[str, Input[TagValue]],
        Rules(
            tags.check_tag_names,
            {"maxProperties": tags.MAX_TAGS, "propertyNames": {"pattern": tags.TAG_NAME_PATTERN}},
        ),
    ]
]


def id_of(rule: Rule, resource_type: ResourceType) -> Rules:
    """Check that a value is the ID of a resource of this type; ``rule`` is the rule that requires it."""
    return Rules(partial(check_id, rule, resource_type), {"pattern": r"^(?:/[^/\s]+){2,}$"})

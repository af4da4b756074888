"""The recording monitor itself: what it leaves out to be fast changes nothing of what it records."""

from __future__ import annotations

import pulumi

from logic_apps_environment import IntegrationServiceEnvironment, IntegrationServiceEnvironmentArgsDict
from tests.support.recording import record

ARGUMENTS: IntegrationServiceEnvironmentArgsDict = {
    "resource_group_name": "Fabrikam-RG",
    "name": "Fabrikam-ISE",
    "location": "westus2",
    "sku": {"name": "Developer"},
    "endpoint": "External",
    "network": {"name": "Fabrikam-VNET", "address_space": ["10.0.0.0/24"], "security_group": {"name": "nsg"}},
}


def renamed() -> None:
    """A component that had other names before."""
    aliases: list[pulumi.Alias | str] = [
        pulumi.Alias(name="earlier"),
        "urn:pulumi:dev::logic-apps-environment::a:b:C::earliest",
    ]
    IntegrationServiceEnvironment("fabrikam", ARGUMENTS, pulumi.ResourceOptions(aliases=aliases))


def test_every_request_is_the_same_whether_the_urns_of_aliases_are_computed_or_not() -> None:
    recorded, recorded_in_full = (
        record(renamed, computes_alias_urns=computed).registrations for computed in (False, True)
    )
    # Line by line, since the SDK collects dependencies in an order that differs.
    for registration, in_full in zip(recorded, recorded_in_full, strict=True):
        assert sorted(str(registration.request).splitlines()) == sorted(str(in_full.request).splitlines())
    # What the engine makes of the aliases is tested in tests/end_to_end/test_options.py; here, that it gets them.
    named = [alias.spec.name or alias.urn.rpartition("::")[2] for alias in recorded[0].request.aliases]
    assert named == ["earlier", "earliest"]
    assert [r.name for r in recorded if r.request.custom and not r.request.aliases] == []

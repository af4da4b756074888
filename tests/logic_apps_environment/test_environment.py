"""What ``IntegrationServiceEnvironment`` registers: children, parents, order, options, outputs; and what it does not.

Tested here: the component, on a recording monitor. The real engine and ARM are tested in tests/end_to_end.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pulumi
import pytest

from logic_apps_environment import (
    ArgumentsError,
    IntegrationServiceEnvironment,
    IntegrationServiceEnvironmentArgs,
    NetworkArgs,
    SkuArgs,
)
from tests.support.certificate_factory import certificate, private_key
from tests.support.recording import (
    ENVIRONMENT_COMPONENT,
    GENERIC_RESOURCE,
    NETWORK_COMPONENT,
    SUBNET,
    SUBSCRIPTION,
    VIRTUAL_NETWORK,
    Recording,
    record,
)

REPOSITORY = Path(__file__).parents[2]
DOCUMENTED_BODY = json.loads((REPOSITORY / "tests/data/documented-request-body.json").read_text())

FABRIKAM: Any = {
    "resource_group_name": "Fabrikam-RG",
    "name": "Fabrikam-ISE",
    "location": "WestUS2",
    "sku": {"name": "Premium", "capacity": 1},
    "endpoint": "External",
    "network": {"name": "Fabrikam-VNET", "address_space": ["10.0.0.0/24"]},
    "certificates": {"testCertificate": {"file": str(REPOSITORY / "certificates/test-certificate.pem")}},
    "tags": {"department": "integration"},
}


def environment(opts: pulumi.ResourceOptions | None = None, **changes: Any) -> Any:
    """A program that makes one environment called ``fabrikam``; None takes an argument away.

    A change may be a function, called when the program runs: an Output can only be made then.
    """

    def program() -> None:
        args: Any = {
            key: value() if callable(value) else value
            for key, value in (FABRIKAM | changes).items()
            if value is not None
        }
        IntegrationServiceEnvironment("fabrikam", args, opts)

    return program


def later(value: str) -> Any:
    """A value that is known only when the program runs."""
    return lambda: pulumi.Output.from_input(value)


@pytest.fixture(scope="module")
def fabrikam() -> Recording:
    return record(environment())


def options_of(recording: Recording, name: str) -> Any:
    return recording[name].request


def test_it_creates_only_a_network_four_subnets_and_an_environment(fabrikam: Recording) -> None:
    assert [(r.type, r.name) for r in fabrikam.registrations] == [
        (ENVIRONMENT_COMPONENT, "fabrikam"),
        (NETWORK_COMPONENT, "fabrikam"),
        (VIRTUAL_NETWORK, "fabrikam-vnet"),
        (SUBNET, "fabrikam-subnet-1"),
        (SUBNET, "fabrikam-subnet-2"),
        (SUBNET, "fabrikam-subnet-3"),
        (SUBNET, "fabrikam-subnet-4"),
        (GENERIC_RESOURCE, "fabrikam-ise"),
    ]
    assert fabrikam.invokes == []


def test_the_environment_belongs_to_the_component_and_the_network_resources_to_the_network(fabrikam: Recording) -> None:
    whole, network = fabrikam.component(ENVIRONMENT_COMPONENT), fabrikam.component(NETWORK_COMPONENT)
    assert network.parent == whole.urn
    assert fabrikam["fabrikam-ise"].parent == whole.urn
    for name in ("vnet", "subnet-1", "subnet-2", "subnet-3", "subnet-4"):
        assert fabrikam[f"fabrikam-{name}"].parent == network.urn


def test_the_request_is_the_documented_one(fabrikam: Recording) -> None:
    """Microsoft's REST how-to, "Request body example". The address has id, name and type; ARM normalizes locations."""
    inputs = fabrikam["fabrikam-ise"].inputs
    assert inputs["resourceProviderNamespace"] + "/" + inputs["resourceType"] == DOCUMENTED_BODY["type"]
    assert inputs["parentResourcePath"] == ""
    assert inputs["resourceName"] == DOCUMENTED_BODY["name"]
    assert inputs["resourceGroupName"] == DOCUMENTED_BODY["id"].split("/")[4]
    assert inputs["apiVersion"] == "2019-05-01"
    assert inputs["location"] == DOCUMENTED_BODY["location"].lower()
    assert inputs["sku"] == DOCUMENTED_BODY["sku"]

    documented = DOCUMENTED_BODY["properties"]
    sent = inputs["properties"]
    assert sent.keys() == documented.keys()
    assert sent["networkConfiguration"]["accessEndpoint"] == documented["networkConfiguration"]["accessEndpoint"]
    assert sent["networkConfiguration"]["subnets"] == [
        {"id": subnet["id"].replace("/subscriptions/00000000-0000-0000-0000-000000000000", SUBSCRIPTION)}
        for subnet in documented["networkConfiguration"]["subnets"]
    ]
    assert sent["certificates"].keys() == documented["certificates"].keys()
    certificate, documented_certificate = (
        sent["certificates"]["testCertificate"],
        documented["certificates"]["testCertificate"],
    )
    assert certificate.keys() == documented_certificate.keys()
    assert certificate["kind"] == documented_certificate["kind"]
    assert certificate["publicCertificate"].startswith(documented_certificate["publicCertificate"].removesuffix("..."))


def test_without_certificates_the_request_has_no_certificates_and_nothing_expires() -> None:
    recording = record(environment(certificates=None))
    assert "certificates" not in recording["fabrikam-ise"].inputs["properties"]
    outputs = recording.component(ENVIRONMENT_COMPONENT).outputs
    assert outputs is not None
    assert outputs.get("next_certificate_expiry") is None


def test_tags_apply_to_everything_that_supports_tags(fabrikam: Recording) -> None:
    for name in ("fabrikam-vnet", "fabrikam-ise"):
        assert fabrikam[name].inputs["tags"] == {"department": "integration"}
    for number in range(1, 5):
        assert "tags" not in fabrikam[f"fabrikam-subnet-{number}"].inputs


def test_no_tags_are_sent_when_none_are_given() -> None:
    recording = record(environment(tags=None))
    assert "tags" not in recording["fabrikam-vnet"].inputs
    assert "tags" not in recording["fabrikam-ise"].inputs


def test_the_environment_comes_after_all_four_subnets(fabrikam: Recording) -> None:
    assert fabrikam.dependencies("fabrikam-ise") >= {f"fabrikam-subnet-{number}" for number in range(1, 5)}


def test_creating_changing_and_deleting_the_environment_may_take_five_hours_and_more(fabrikam: Recording) -> None:
    """Microsoft's REST how-to says up to four hours; the provider alone gives up after two."""
    timeouts = options_of(fabrikam, "fabrikam-ise").customTimeouts
    hours = [int(getattr(timeouts, operation).removesuffix("h")) for operation in ("create", "update", "delete")]
    assert min(hours) >= 5


def test_properties_that_are_fixed_at_creation_replace_the_environment_and_delete_it_first(fabrikam: Recording) -> None:
    """Microsoft's ISE article of 2022-08-20: SKU, endpoint type, subnets and encryption are chosen at creation."""
    options = options_of(fabrikam, "fabrikam-ise")
    assert set(options.replaceOnChanges) == {
        "location",
        "identity",
        "sku.name",
        "properties.networkConfiguration.accessEndpoint.type",
        "properties.networkConfiguration.subnets",
        "properties.encryptionConfiguration",
    }
    assert options.deleteBeforeReplace


def test_the_environment_is_replaced_together_with_any_subnet(fabrikam: Recording) -> None:
    """The name replaces a resource; while one of the subnets is about to be replaced, it is unknown to the engine."""
    found = set(options_of(fabrikam, "fabrikam-ise").propertyDependencies["resourceName"].urns)
    assert found >= {fabrikam[f"fabrikam-subnet-{number}"].urn for number in range(1, 5)}


def test_properties_that_the_service_sets_are_never_a_change_and_nothing_else_is_ignored(fabrikam: Recording) -> None:
    """The read-only fields of the API description 2019-05-01, as paths below ``properties``."""
    assert set(options_of(fabrikam, "fabrikam-ise").ignoreChanges) == {
        "properties.provisioningState",
        "properties.state",
        "properties.integrationServiceEnvironmentId",
        "properties.endpointsConfiguration",
        "properties.networkConfiguration.virtualNetworkAddressSpace",
        "properties.networkConfiguration.subnets[*].name",
        "properties.networkConfiguration.subnets[*].type",
    }


def test_outputs_are_the_values_of_azures_response(fabrikam: Recording) -> None:
    group = f"{SUBSCRIPTION}/resourceGroups/Fabrikam-RG"
    network = f"{group}/providers/Microsoft.Network/virtualNetworks/Fabrikam-VNET"
    assert fabrikam.component(ENVIRONMENT_COMPONENT).outputs == {
        "resource_group_id": group,
        "resource_group_name": "Fabrikam-RG",
        "location": "westus2",
        "virtual_network_id": network,
        "virtual_network_name": "Fabrikam-VNET",
        "subnet_ids": {f"subnet-{number}": f"{network}/subnets/subnet-{number}" for number in range(1, 5)},
        "ordered_subnet_ids": [f"{network}/subnets/subnet-{number}" for number in range(1, 5)],
        "environment_id": f"{group}/providers/Microsoft.Logic/integrationServiceEnvironments/Fabrikam-ISE",
        "environment_name": "Fabrikam-ISE",
        "endpoint_type": "External",
        "workflow_outgoing_ip_addresses": ["203.0.113.1", "10.0.0.0/27"],
        "workflow_access_endpoint_ip_addresses": ["203.0.113.2"],
        "connector_outgoing_ip_addresses": ["203.0.113.3", "203.0.113.4"],
        "connector_access_endpoint_ip_addresses": [],
        "next_certificate_expiry": "2051-01-01T00:00:00Z",
        "connector_ids": {},
        "integration_account_ids": {},
    }


def test_outputs_have_the_same_names_as_attributes() -> None:
    made: list[IntegrationServiceEnvironment] = []
    arguments = FABRIKAM | {"identity": {"type": "SystemAssigned"}}
    recording = record(lambda: made.append(IntegrationServiceEnvironment("fabrikam", arguments)))
    outputs = recording.component(ENVIRONMENT_COMPONENT).outputs
    assert outputs is not None
    attributes = {name for name, value in vars(made[0]).items() if isinstance(value, pulumi.Output)}
    # Every resource has the output "urn"; an output that is None is not registered.
    without_value = {"security_group_id", "route_table_id"}
    assert attributes - {"urn"} - without_value == outputs.keys() - {"ordered_subnet_ids"}
    assert made[0].ordered_subnet_ids == made[0].network.ordered_subnet_ids


def test_a_preview_of_a_new_environment_has_its_names_but_no_ids_or_addresses() -> None:
    outputs = record(environment(), preview=True).component(ENVIRONMENT_COMPONENT).outputs
    assert outputs is not None
    assert all(isinstance(identity, type(pulumi.UNKNOWN)) for identity in outputs.pop("ordered_subnet_ids"))
    known = {name: value for name, value in outputs.items() if not isinstance(value, type(pulumi.UNKNOWN))}
    assert known == {
        "resource_group_name": "Fabrikam-RG",
        "location": "westus2",
        "environment_name": "Fabrikam-ISE",
        "endpoint_type": "External",
        "next_certificate_expiry": "2051-01-01T00:00:00Z",
        "connector_ids": {},
        "integration_account_ids": {},
    }


def test_an_environment_that_came_back_without_properties_still_has_outputs() -> None:
    """After a failed creation the provider may have only the id."""
    outputs = record(environment(), without_properties=True).component(ENVIRONMENT_COMPONENT).outputs
    assert outputs is not None
    assert outputs["environment_id"].endswith("/Fabrikam-ISE")
    assert outputs["workflow_outgoing_ip_addresses"] == []


PROTECTED = {"fabrikam-vnet", *(f"fabrikam-subnet-{number}" for number in range(1, 5)), "fabrikam-ise"}


def protected(opts: pulumi.ResourceOptions | None = None) -> set[str]:
    """The custom resources that are protected, of an environment with everything that can be recreated."""
    with_nsg = {
        "security_group": {"name": "nsg"},
        "route_table": {
            "name": "rt",
            "routes": {"internet": {"address_prefix": "0.0.0.0/0", "next_hop_type": "Internet"}},
        },
    }
    program = environment(
        opts,
        network=FABRIKAM["network"] | with_nsg,
        managed_connectors=["sql"],
        integration_accounts={"partners": {"sku": "Standard"}},
    )
    return {r.name for r in record(program).registrations if r.request.custom and r.request.protect}


def test_only_resources_that_azure_cannot_create_again_are_protected_by_default() -> None:
    assert protected() == PROTECTED
    assert protected(pulumi.ResourceOptions()) == PROTECTED


def test_nothing_is_protected_with_protect_false() -> None:
    assert protected(pulumi.ResourceOptions(protect=False)) == set()


def test_protect_true_reaches_every_child() -> None:
    recording = record(environment(pulumi.ResourceOptions(protect=True)))
    assert [r.name for r in recording.registrations if not r.request.protect] == []


@pytest.mark.parametrize(("protect", "expected"), [(None, PROTECTED), (False, set()), (True, PROTECTED)])
def test_the_protection_of_a_parent_component_applies_as_for_every_resource(
    protect: bool | None, expected: set[str]
) -> None:
    def platform() -> None:
        around = pulumi.ComponentResource(
            "company:index:Platform", "platform", {}, pulumi.ResourceOptions(protect=protect)
        )
        environment(pulumi.ResourceOptions(parent=around))()

    recording = record(platform)
    assert {r.name for r in recording.registrations if r.request.custom and r.request.protect} == expected


def test_options_meant_for_the_component_are_not_copied_to_children() -> None:
    options = pulumi.ResourceOptions(ignore_changes=["tags"], aliases=[pulumi.Alias(name="earlier")])
    recording = record(environment(options))
    for name in ("fabrikam-vnet", "fabrikam-subnet-1", "fabrikam-ise"):
        assert "tags" not in options_of(recording, name).ignoreChanges
    assert list(options_of(recording, "fabrikam-subnet-1").ignoreChanges) == []


def test_a_transformation_adds_to_the_options_of_the_children(fabrikam: Recording) -> None:
    """The options that docs/how-to/move-existing-code.md calls safe; everything else is as without it."""

    def transformation(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult:
        added = pulumi.ResourceOptions(
            aliases=[pulumi.Alias(name="earlier")],
            ignore_changes=["delegations"],
            replace_on_changes=["tags"],
            retain_on_delete=True,
        )
        return pulumi.ResourceTransformationResult(args.props, pulumi.ResourceOptions.merge(args.opts, added))

    recording = record(environment(pulumi.ResourceOptions(transformations=[transformation])))
    kept = (
        "parent",
        "protect",
        "dependencies",
        "deleteBeforeReplace",
        "customTimeouts",
        "replacement_trigger",
        "hooks",
    )
    for name in ("fabrikam-vnet", "fabrikam-subnet-1", "fabrikam-ise"):
        own, options = options_of(fabrikam, name), options_of(recording, name)
        assert list(options.ignoreChanges) == [*own.ignoreChanges, "delegations"]
        assert list(options.replaceOnChanges) == [*own.replaceOnChanges, "tags"]
        assert options.retainOnDelete
        assert "earlier" in {alias.spec.name for alias in options.aliases}
        assert [getattr(options, option) for option in kept] == [getattr(own, option) for option in kept]


def test_arguments_may_be_outputs_and_are_validated_and_normalized_when_they_resolve() -> None:
    recording = record(environment(location=later("West US 2"), name=later("later")))
    assert recording["fabrikam-ise"].inputs["location"] == "westus2"
    assert recording["fabrikam-vnet"].inputs["location"] == "westus2"
    assert recording["fabrikam-ise"].inputs["resourceName"] == "later"


def test_an_output_that_resolves_to_an_invalid_value_stops_the_program_with_the_same_message() -> None:
    with pytest.raises(ArgumentsError, match='name: "no/slashes" is not a valid name'):
        record(environment(name=later("no/slashes")))


def test_every_type_of_output_is_validated_when_it_resolves() -> None:
    expired = certificate("Late", ends_in_days=-1)
    for changes, rule in (
        ({"location": later("2west")}, "location-shape"),
        ({"resource_group_name": later("rg.")}, "resource-group-name"),
        ({"network": lambda: FABRIKAM["network"] | {"name": later("v")()}}, "virtual-network-name"),
        ({"tags": lambda: {"team": later("x" * 257)()}}, "tag-value"),
        ({"certificates": lambda: {"late": {"public_certificate": later(expired)()}}}, "certificate-expired"),
        (
            {"certificates": lambda: {"late": {"public_certificate": later(private_key("Late"))()}}},
            "certificate-private-key",
        ),
    ):
        with pytest.raises(ArgumentsError, match=rf"\[{rule}\]"):
            record(environment(**changes))


def test_certificates_are_validated_together_when_the_last_of_them_resolves() -> None:
    pem = (REPOSITORY / "certificates/test-certificate.pem").read_text()
    both = FABRIKAM["certificates"]
    with pytest.raises(ArgumentsError, match="certificate-repeated"):
        record(environment(certificates=lambda: both | {"late": {"public_certificate": later(pem)()}}))


def test_a_certificate_may_be_an_output_and_is_sent_as_base64_of_pem() -> None:
    pem = (REPOSITORY / "certificates/root-authority.pem").read_text()
    recording = record(environment(certificates=lambda: {"later": {"public_certificate": later(pem)()}}))
    sent = recording["fabrikam-ise"].inputs["properties"]["certificates"]["later"]["publicCertificate"]
    assert sent.startswith("LS0tLS1CRUdJTiBDRV")


def test_invalid_arguments_are_reported_together_before_anything_is_registered() -> None:
    with pytest.raises(ArgumentsError) as caught:
        record(environment(sku={"name": "Developer", "capacity": 1}, endpoint="external", network=None))
    places = [problem.path for problem in caught.value.problems]
    assert places == [("sku", "capacity"), ("endpoint",), ("network",)]


def test_each_warning_is_reported_once_by_its_component(caplog: pytest.LogCaptureFixture) -> None:
    issuing = {"issuing": {"file": str(REPOSITORY / "certificates/issuing-authority.pem")}}
    record(environment(location="westus22", certificates=issuing))
    warned = [entry.getMessage() for entry in caplog.records if entry.levelname == "WARNING"]
    assert sorted(re.findall(r"\[([a-z-]+)\]", "\n".join(warned))) == ["certificate-issuer-missing", "location-unknown"]


def test_one_error_has_all_problems_of_nested_arguments_in_pythons_spelling() -> None:
    unknown: Any = {"adress_space": []}
    args = IntegrationServiceEnvironmentArgs(
        resource_group_name="rg.",
        name="ise",
        location="westus2",
        sku=SkuArgs(name="Premium", capacity=11),
        endpoint="Internal",
        network=NetworkArgs(name="vnet", address_space=["10.0.0.0/26"], **unknown),
        certificates={},
    )
    with pytest.raises(ArgumentsError) as caught:
        record(lambda: IntegrationServiceEnvironment("orders", args))
    assert str(caught.value) == (
        "orders has 4 problems; no resource of this component was created or changed.\n\n"
        "1. orders: sku.capacity: 11 is not valid: the Premium SKU supports 0 to 10 "
        "scale units. [sku-capacity]\n"
        "   Allowed: a whole number from 0 to 10\n"
        "   Example: 1\n\n"
        "2. orders: network.address_space: 10.0.0.0/26 has no room for four /27 subnets. "
        "[address-space-too-small]\n"
        "   Allowed: one prefix of /25 or larger, or several with room for the four subnets\n"
        '   Example: ["10.0.0.0/25"]\n\n'
        '3. orders: network.adress_space: is not a known key. Did you mean "address_space"? '
        "[unknown-key]\n"
        "   Allowed: virtual_network_id, subnet_ids, name, address_space, subnets, dns_servers, security_group, "
        "route_table, service_endpoints\n\n"
        '4. orders: resource_group_name: "rg." is not a valid name for '
        "a resource group. [resource-group-name]\n"
        "   Allowed: 1 to 90 letters, digits, underscores, parentheses, hyphens and periods, not ending with a period\n"
        "   Example: Fabrikam-RG"
    )


@pytest.mark.parametrize("nothing", [None, [], "text"])
def test_arguments_of_an_invalid_type_are_rejected_in_the_same_way(nothing: Any) -> None:
    with pytest.raises(ArgumentsError, match="has 1 problem"):
        record(lambda: IntegrationServiceEnvironment("fabrikam", nothing))


def test_arguments_as_one_output_are_rejected_with_what_may_be_an_output() -> None:
    with pytest.raises(ArgumentsError, match="expected a mapping; values in it may be Outputs"):
        record(lambda: IntegrationServiceEnvironment("fabrikam", pulumi.Output.from_input(FABRIKAM)))  # type: ignore[arg-type]


def test_an_argument_in_both_spellings_is_rejected() -> None:
    with pytest.raises(ArgumentsError, match=r"resource_group_name: is given twice: in snake_case and in camelCase\."):
        record(environment(resourceGroupName="Fabrikam-RG"))


def test_all_tags_as_one_output_are_validated_and_sent() -> None:
    recording = record(environment(tags=lambda: pulumi.Output.from_input({"team": "integration"})))
    for name in ("fabrikam-ise", "fabrikam-vnet"):
        assert recording[name].inputs["tags"] == {"team": "integration"}
    with pytest.raises(ArgumentsError, match=r"tags\.team: .*\[tag-value\]"):
        record(environment(tags=lambda: pulumi.Output.from_input({"team": "x" * 257})))


def test_an_awaitable_is_accepted_as_an_output_of_its_value() -> None:
    async def name() -> str:
        return "awaited"

    assert record(environment(name=name))["fabrikam-ise"].inputs["resourceName"] == "awaited"


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        *(("endpoint", "a plain value, because"), ("sku", "a plain value, because")),
        *(("network", "a mapping; values in it may be"), ("certificates", "a mapping; values in it may be")),
        ("managed_connectors", "a list; values in it may be"),
    ],
)
def test_arguments_that_decide_which_resources_exist_cannot_be_outputs(argument: str, expected: str) -> None:
    with pytest.raises(ArgumentsError, match=f"An Output is not valid: expected {expected}"):
        record(environment(**{argument: later("x")}))


def test_connectors_are_allowed_by_their_public_addresses_once_the_environment_exists() -> None:
    """Microsoft's ISE article: with an External endpoint a rule for the connectors' outgoing addresses is mandatory."""
    with_nsg = FABRIKAM["network"] | {"security_group": {"name": "nsg"}}
    recording = record(environment(network=with_nsg))
    rule = recording["fabrikam-nsg-AllowConnectorsInbound"]
    assert rule.inputs["sourceAddressPrefixes"] == ["203.0.113.3/32", "203.0.113.4/32"]
    assert rule.inputs["destinationAddressPrefix"] == "10.0.0.0/24"
    assert rule.inputs["destinationPortRange"] == "*"
    assert "fabrikam-ise" in recording.dependencies(rule.name)
    assert rule.parent == recording.component(NETWORK_COMPONENT).urn


def test_the_addresses_of_connectors_are_unknown_in_a_preview() -> None:
    with_nsg = FABRIKAM["network"] | {"security_group": {"name": "nsg"}}
    inputs = record(environment(network=with_nsg), preview=True)["fabrikam-nsg-AllowConnectorsInbound"].inputs
    assert isinstance(inputs["sourceAddressPrefixes"], type(pulumi.UNKNOWN))


@pytest.mark.parametrize("changes", [{"endpoint": "Internal"}, {"network": FABRIKAM["network"]}])
def test_without_a_security_group_or_with_an_internal_endpoint_connectors_need_no_rule(changes: dict[str, Any]) -> None:
    with_nsg = {"network": FABRIKAM["network"] | {"security_group": {"name": "nsg"}}}
    recording = record(environment(**(with_nsg | changes)))
    assert [name for name in recording.names if "Connectors" in name and "Azure" not in name] == []


@pytest.mark.parametrize(
    ("sku", "endpoint", "expected"),
    [
        ({"name": "Premium"}, "Internal", {"Redis", "RedisProbes"}),
        ({"name": "Developer"}, "Internal", set()),
        ({"name": "Premium"}, "External", {"Redis", "RedisProbes", "Connectors"}),
    ],
)
def test_the_rules_are_those_of_the_environments_sku_and_endpoint(
    sku: dict[str, Any], endpoint: str, expected: set[str]
) -> None:
    with_nsg = FABRIKAM["network"] | {"security_group": {"name": "nsg"}}
    names = record(environment(sku=sku, endpoint=endpoint, network=with_nsg)).names
    inbound = {name.removeprefix("fabrikam-nsg-Allow").removesuffix("Inbound") for name in names}
    assert inbound & {"Redis", "RedisProbes", "Connectors"} == expected


def test_one_program_can_have_two_environments() -> None:
    def program() -> None:
        IntegrationServiceEnvironment("one", FABRIKAM | {"name": "ise-one"})
        IntegrationServiceEnvironment("two", FABRIKAM | {"name": "ise-two"})

    recording = record(program)
    assert recording["one-ise"].inputs["resourceName"] == "ise-one"
    assert recording["two-ise"].inputs["resourceName"] == "ise-two"
    assert recording.dependencies("two-ise") >= {f"two-subnet-{number}" for number in range(1, 5)}
    assert not recording.dependencies("two-ise") & {name for name in recording.names if name.startswith("one-")}

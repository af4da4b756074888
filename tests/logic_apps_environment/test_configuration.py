"""Stack configuration: accepted values, and the messages for rejected ones.

Messages are part of the interface, so their texts are compared. Microsoft's pages, which each rule names, state what
Azure accepts.
"""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from logic_apps_environment import (
    ArgumentsError,
    ConnectorArgs,
    EncryptionKeyArgs,
    IdentityArgs,
    IntegrationAccountArgs,
    StackConfiguration,
)
from logic_apps_environment.certificates.args import CertificateArgs
from logic_apps_environment.environment.args import SkuArgs
from logic_apps_environment.network.args import NetworkArgs, SubnetArgs
from logic_apps_environment.network.environment_network_args import EnvironmentNetworkArgs
from logic_apps_environment.stack.configuration import ResourceGroupConfiguration
from logic_apps_environment.traffic.args import RouteArgs, RouteTableArgs, SecurityGroupArgs
from logic_apps_environment.validation.rule import format_path
from logic_apps_environment.validation.setting import setting_of
from tests.support.certificate_factory import private_key
from tests.support.private_key_forms import ENCODINGS, pieces
from tests.support.stack_files import PROJECT_FILE, REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Callable

    from logic_apps_environment.validation.model import Model

PROJECT = "logic-apps-environment"
CERTIFICATE = str(REPOSITORY / "certificates/root-authority.pem")

VALID: dict[str, Any] = {
    "location": "westus2",
    "name": "Fabrikam-ISE",
    "resourceGroup": {"name": "Fabrikam-RG"},
    "sku": {"name": "Premium", "capacity": 1},
    "endpoint": "External",
    "network": {"name": "Fabrikam-VNET", "addressSpace": ["10.0.0.0/24"]},
}


def read(**changes: Any) -> StackConfiguration:
    """The configuration that a stack file with these changes gives; None takes a key away."""
    values = {key: value for key, value in (VALID | changes).items() if value is not None}
    texts = {
        f"{PROJECT}:{key}": value if isinstance(value, str) else json.dumps(value) for key, value in values.items()
    }
    return StackConfiguration.read(PROJECT, texts)


def message(**changes: Any) -> str:
    """What the user reads, without its first line and the numbers."""
    with pytest.raises(ArgumentsError) as caught:
        read(**changes)
    return "\n".join(str(caught.value).splitlines()[2:])


def subnets(*ranges: str | None) -> dict[str, Any]:
    """A network with these four subnets."""
    four = [
        {"name": f"s{number}", **({"addressPrefix": given} if given else {})} for number, given in enumerate(ranges)
    ]
    return {**VALID["network"], "subnets": four}


COMPANY = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet-company"


def self_signed(number: int) -> str:
    """PEM text of a certificate unlike all others."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Root {number}")])
    builder = x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key())
    builder = builder.serial_number(number + 1)
    builder = builder.not_valid_before(datetime(2020, 1, 1, tzinfo=UTC)).not_valid_after(
        datetime(2099, 1, 1, tzinfo=UTC)
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


def test_a_complete_configuration_is_read_unchanged() -> None:
    configuration = read(certificates={"root": {"file": CERTIFICATE}}, tags={"a": "b"}, protect=True)
    assert configuration.resource_group.create is True
    assert configuration.protect is True
    assert [str(subnet_range) for subnet_range in configuration.network.subnet_ranges] == [
        "10.0.0.0/27",
        "10.0.0.32/27",
        "10.0.0.64/27",
        "10.0.0.96/27",
    ]


@pytest.mark.parametrize("location", ["westus2", "WestUS2", "West US 2"])
def test_a_region_is_accepted_by_name_and_by_display_name(location: str) -> None:
    assert read(location=location).location == "westus2"


def test_a_value_that_is_too_long_for_a_region_is_an_error_that_does_not_repeat_it() -> None:
    """The base64 of a key may be letters and digits alone; a warning of an unknown region would show it."""
    assert "zzzzzzzz?" in message(location="zz" * 4 + "?")
    text = message(location="zz" * 80)
    assert "location" in text
    assert "zzzzzzzzzzzz" not in text


def test_a_missing_key_is_named_with_its_allowed_values() -> None:
    assert message(endpoint=None) == (
        "1. logic-apps-environment:endpoint: is required, but is not set. [missing-value]\n"
        "   Allowed: Internal or External\n   Example: Internal"
    )


def test_a_near_miss_is_recognized() -> None:
    assert message(endpoint="external") == (
        '1. logic-apps-environment:endpoint: "external" is not valid: expected Internal or External. '
        'Did you mean "External"? [endpoint-type]'
    )


def test_an_unknown_key_deep_inside_names_the_nearest_known_one() -> None:
    assert message(network=VALID["network"] | {"adressSpace": []}) == (
        "1. logic-apps-environment:network.adressSpace: is not a known key. "
        'Did you mean "addressSpace"? [unknown-key]\n'
        "   Allowed: virtualNetworkId, subnetIds, name, addressSpace, subnets, dnsServers, securityGroup, routeTable, "
        "serviceEndpoints"
    )


def test_an_unknown_key_that_resembles_none_lists_what_is_known() -> None:
    assert message(sku={"name": "Premium", "zzz": 1}) == (
        "1. logic-apps-environment:sku.zzz: is not a known key. [unknown-key]\n   Allowed: name, capacity"
    )


def test_all_problems_are_in_one_message() -> None:
    with pytest.raises(ArgumentsError) as caught:
        read(
            location="",
            name="a b",
            resourceGroup={"name": "ends.", "create": "yes"},
            sku={"name": "Premium", "capacity": 11},
            endpoint=None,
            network={"name": "x", "addressSpace": ["10.0.0.0/26"]},
            certificates={"gone": {"file": "no/such/file.pem"}},
            tags={"number": 5},
            protect="maybe",
        )
    assert [problem.path for problem in caught.value.problems] == [
        ("name",),
        ("location",),
        ("sku", "capacity"),
        ("endpoint",),
        ("network", "name"),
        ("network", "addressSpace"),
        ("certificates", "gone", "file"),
        ("tags", "number"),
        ("resourceGroup", "name"),
        ("resourceGroup", "create"),
        ("protect",),
    ]
    assert str(caught.value).startswith(
        "The configuration of this stack has 11 problems; nothing was created or changed"
    )


@pytest.mark.parametrize(("name", "capacity"), [("Premium", 0), ("Premium", 10), ("Developer", 0)])
def test_skus_of_the_service_are_accepted(name: str, capacity: int) -> None:
    """The service's own SKU list: Premium 0 to 10, Developer 0."""
    assert read(sku={"name": name, "capacity": capacity}).sku.capacity == capacity


@pytest.mark.parametrize(("name", "capacity"), [("Premium", -1), ("Premium", 11), ("Developer", 1)])
def test_other_capacities_are_rejected(name: str, capacity: int) -> None:
    assert message(sku={"name": name, "capacity": capacity}).startswith("1. logic-apps-environment:sku.capacity: ")


def test_a_capacity_that_no_sku_supports_is_reported_together_with_an_invalid_name() -> None:
    with pytest.raises(ArgumentsError) as caught:
        read(sku={"name": "premium", "capacity": 11})
    assert [format_path(problem.path) for problem in caught.value.problems] == ["sku.name", "sku.capacity"]


@pytest.mark.parametrize("capacity", [True, "many", "1_0", "+3", " 1 ", "", 1.5, None, [1]])
def test_a_capacity_that_is_no_whole_number_is_rejected(capacity: object) -> None:
    assert message(sku={"name": "Premium", "capacity": capacity}).startswith("1. logic-apps-environment:sku.capacity: ")


def test_a_capacity_may_be_a_string_as_pulumi_config_set_may_write_it() -> None:
    assert read(sku={"name": "Premium", "capacity": "3"}).sku.capacity == 3


@pytest.mark.parametrize(
    ("given", "statement"),
    [
        ("10.0.0.1/24", '"10.0.0.1/24" has host bits set.'),
        ("10.0.0.0", '"10.0.0.0" has no prefix length.'),
        ("10.0.0.0/255.255.255.0", '"10.0.0.0/255.255.255.0" has no prefix length.'),
        ("10.0.0.0/33", '"10.0.0.0/33" is not a valid IPv4 range in CIDR notation.'),
        ("fd00::/64", '"fd00::/64" is an IPv6 range; only IPv4 is supported.'),
        ("", '"" is not a valid IPv4 range in CIDR notation.'),
        (167772160, "167772160 is not valid: expected an IPv4 range in CIDR notation."),
    ],
)
def test_an_address_range_is_ipv4_in_cidr_notation(given: object, statement: str) -> None:
    first_line = message(network=VALID["network"] | {"addressSpace": [given]}).splitlines()[0]
    assert first_line.startswith(f"1. logic-apps-environment:network.addressSpace[0]: {statement} [")


@pytest.mark.parametrize(
    ("network", "place"),
    [
        (VALID["network"] | {"addressSpace": []}, "network.addressSpace"),
        (VALID["network"] | {"addressSpace": ["10.0.0.0/26"]}, "network.addressSpace"),
        (VALID["network"] | {"addressSpace": ["10.0.0.0/24", "10.0.0.128/25"]}, "network.addressSpace[1]"),
        (VALID["network"] | {"subnets": []}, "network.subnets"),
        (VALID["network"] | {"subnets": [{"name": f"s{n}"} for n in range(5)]}, "network.subnets"),
        (subnets("10.0.0.0/27", "10.0.0.32/27", "10.0.0.64/27", None), "network.subnets[3].addressPrefix"),
        (subnets("10.0.0.0/27", "10.0.0.32/27", "10.0.0.64/27", "10.0.0.64/26"), "network.subnets[3].addressPrefix"),
        (subnets("10.0.0.0/27", "10.0.0.32/27", "10.0.0.64/27", "10.0.1.0/27"), "network.subnets[3].addressPrefix"),
        (subnets("10.0.0.0/27", "10.0.0.32/27", "10.0.0.64/27", "10.0.0.96/28"), "network.subnets[3].addressPrefix"),
    ],
    ids=[
        "no prefix",
        "no room",
        "overlapping prefixes",
        "none",
        "five",
        "one without range",
        "overlap",
        "outside",
        "too small",
    ],
)
def test_invalid_networks_are_rejected_at_the_invalid_value(network: object, place: str) -> None:
    assert message(network=network).startswith(f"1. logic-apps-environment:{place}: ")


@pytest.mark.parametrize(
    ("network", "expected"),
    [
        ({}, {"name": "missing-value", "addressSpace": "missing-value"}),
        ({"subnetIds": []}, {"subnetIds": "subnet-count"}),
        ({"virtualNetworkId": COMPANY}, {"subnets": "missing-value"}),
        (
            {"virtualNetworkId": COMPANY, "subnets": [{"name": f"s{number}"} for number in range(4)]},
            {f"subnets[{number}].addressPrefix": "missing-value" for number in range(4)},
        ),
        (
            {
                "virtualNetworkId": COMPANY,
                "subnets": subnets("10.0.0.0/27", "10.0.0.0/27", "100.64.0.0/27", "10.0.0.32/28")["subnets"],
            },
            {
                "subnets[1].addressPrefix": "subnet-overlap",
                "subnets[2].addressPrefix": "address-reserved",
                "subnets[3].addressPrefix": "subnet-too-small",
            },
        ),
        (
            {"virtualNetworkId": COMPANY, "subnetIds": [], "name": "vnet", "dnsServers": ["10.0.0.4"]},
            {
                "subnetIds": "network-alternatives",
                "name": "network-alternatives",
                "subnets": "missing-value",
                "dnsServers": "network-alternatives",
            },
        ),
        (
            {"virtualNetworkId": "vnet-company", "addressSpace": ["10.0.0.0/24"]},
            {
                "virtualNetworkId": "virtual-network-id",
                "addressSpace": "network-alternatives",
                "subnets": "missing-value",
            },
        ),
        (
            {"subnetIds": ["one"], "securityGroup": {"name": "nsg"}, "serviceEndpoints": ["Microsoft.Sql"]},
            {
                "subnetIds[0]": "subnet-id",
                "subnetIds": "subnet-count",
                "securityGroup": "network-alternatives",
                "serviceEndpoints": "network-alternatives",
            },
        ),
    ],
)
def test_each_source_of_a_network_accepts_only_its_own_keys(network: dict[str, Any], expected: dict[str, str]) -> None:
    with pytest.raises(ArgumentsError) as caught:
        read(network=network)
    found = {format_path(problem.path): problem.rule.identifier for problem in caught.value.problems}
    assert found == {f"network.{place}": rule for place, rule in expected.items()}


@pytest.mark.parametrize(
    ("network", "allowed"),
    [
        (VALID["network"], "exactly 4 subnets; omit the key to have names and ranges assigned automatically"),
        ({"virtualNetworkId": COMPANY}, "exactly 4 subnets"),
    ],
    ids=["new network", "existing network"],
)
def test_the_subnets_may_be_omitted_only_in_a_new_network(network: dict[str, Any], allowed: str) -> None:
    one = {"subnets": [{"name": "one", "addressPrefix": "10.0.0.0/27"}]}
    with pytest.raises(ArgumentsError) as caught:
        read(network=network | one)
    assert [problem.allowed for problem in caught.value.problems] == [allowed]


def test_a_larger_subnet_than_needed_is_accepted() -> None:
    """Microsoft's quickstart template of the service uses /26."""
    configuration = read(network=subnets("10.0.0.0/26", "10.0.0.64/26", "10.0.0.128/26", "10.0.0.192/26"))
    assert str(configuration.network.subnet_ranges[3]) == "10.0.0.192/26"


def test_two_subnets_of_one_name_are_rejected_ignoring_case() -> None:
    network = VALID["network"] | {"subnets": [{"name": name} for name in ("a", "b", "c", "A")]}
    assert message(network=network).startswith('1. logic-apps-environment:network.subnets[3].name: "A" is already')


# Microsoft's "Naming rules and restrictions for Azure resources"; for subnets also the ISE article, "Prerequisites".
@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        ("name", ["a", "9", "A-b_c.d", "x" * 80], ["x" * 81, "a b", "a/b", "é"]),
        ("resourceGroup", ["a", "(rg)", "a.b", "x" * 90], ["", "x" * 91, "ends.", "a/b"]),
        ("network", ["ab", "9b", "a_", "x" * 64], ["a", "-b", "b-", "b.", "x" * 65, "a b"]),
        ("subnet", ["a", "a1", "a_", "x" * 80], ["", "1a", "_a", "a.", "a<b", "x" * 81]),
    ],
)
def test_names_follow_azures_rules(key: str, good: list[str], bad: list[str]) -> None:
    def naming(name: str) -> dict[str, Any]:
        match key:
            case "name":
                return {"name": name}
            case "resourceGroup":
                return {"resourceGroup": {"name": name}}
            case "network":
                return {"network": VALID["network"] | {"name": name}}
            case _:
                others = [{"name": other} for other in ("other-1", "other-2", "other-3")]
                return {"network": VALID["network"] | {"subnets": [{"name": name}, *others]}}

    for name in good:
        read(**naming(name))
    for name in bad:
        assert "is not a valid name for a" in message(**naming(name)), name


def test_a_certificate_is_given_by_file_or_by_text_not_both_not_neither() -> None:
    assert message(certificates={"root": {}}).startswith(
        "1. logic-apps-environment:certificates.root: has neither file nor publicCertificate."
    )
    both = {"file": CERTIFICATE, "publicCertificate": Path(CERTIFICATE).read_text()}
    assert message(certificates={"root": both}).startswith(
        "1. logic-apps-environment:certificates.root: has both file and publicCertificate"
    )


def test_a_missing_file_is_reported() -> None:
    assert message(certificates={"root": {"file": "no/such.pem"}}).startswith(
        '1. logic-apps-environment:certificates.root.file: "no/such.pem" does not exist.'
    )


@pytest.mark.parametrize("encoding", sorted(ENCODINGS))
def test_a_key_in_place_of_the_name_of_a_file_is_not_repeated(encoding: str) -> None:
    encoded = ENCODINGS[encoding](hashlib.sha512(b"a key").digest()).decode()
    said = message(certificates={"root": {"file": encoded}})
    assert said.startswith("1. logic-apps-environment:certificates.root.file: ")
    assert not pieces(said.encode(), 8) & pieces(encoded.encode(), 8)


def test_more_than_twenty_certificates_are_rejected() -> None:
    """Microsoft's REST how-to, edition of 2022-11-04: at most 20."""
    many = {f"root{number}": {"publicCertificate": self_signed(number)} for number in range(21)}
    assert message(certificates=many).startswith("1. logic-apps-environment:certificates: contains 21 certificates.")
    many.popitem()
    assert len(read(certificates=many).certificates) == 20


def test_a_kind_of_certificate_that_is_not_documented_is_rejected() -> None:
    assert "certificates.root.kind" in message(certificates={"root": {"file": CERTIFICATE, "kind": "Personal"}})


@pytest.mark.parametrize("form", ["file", "publicCertificate"])
def test_no_part_of_a_private_key_is_repeated(form: str, tmp_path: Path) -> None:
    key = "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg\n-----END PRIVATE KEY-----\n"
    (tmp_path / "key.pem").write_text(key)
    given = {"file": str(tmp_path / "key.pem")} if form == "file" else {"publicCertificate": key}
    text = message(certificates={"root": given})
    assert "contains a private key" in text
    assert "MIGH" not in text
    assert "BEGIN" not in text


# Every place into which a key can be pasted by mistake.
KEY_PLACES: list[Callable[[str], dict[str, Any]]] = [
    lambda key: {"certificates": {"a": {"file": key}}},
    lambda key: {"certificates": {"a": {"publicCertificate": key}}},
    lambda key: {"certificates": {"a": {"file": CERTIFICATE, "kind": key}}},
    lambda key: {"certificates": {key: {"file": CERTIFICATE}}},
    lambda key: {"certificates": {"a": {key: "x"}}},
    lambda key: {"certificates": {"a": key}},
    lambda key: {"certificates": key},
    lambda key: {"name": key},
    lambda key: {"location": key},
    lambda key: {"endpoint": key},
    lambda key: {"sku": {"name": key}},
    lambda key: {"resourceGroup": {"name": key}},
    lambda key: {"tags": {key: "x"}},
    lambda key: {"network": VALID["network"] | {"addressSpace": [key]}},
    lambda key: {key: "x"},
]


@pytest.mark.parametrize("place", range(len(KEY_PLACES)))
@pytest.mark.parametrize("form", ["PEM", "PEM in one line", "base64 of DER", "base64 of PEM"])
def test_not_even_a_part_of_a_key_is_repeated_wherever_it_was_pasted(place: int, form: str) -> None:
    pem = private_key("Pasted")
    body = "".join(line for line in pem.splitlines() if not line.startswith("-----"))
    key = {
        "PEM": pem,
        "PEM in one line": pem.replace("\n", " "),
        "base64 of DER": body,
        "base64 of PEM": base64.b64encode(pem.encode()).decode(),
    }[form]
    try:
        read(**KEY_PLACES[place](key))
    except ArgumentsError as error:
        text = str(error)
    else:
        # Base64 alone is a tag's name like any other; there is no telling that it is more.
        assert form.startswith("base64")
        assert place == 12
        return
    for start in range(len(key) - 12):
        window = key[start : start + 12]
        assert window.startswith("-----") or "KEY" in window or window not in text, window


def test_a_certificate_of_the_wrong_type_is_not_repeated_either() -> None:
    assert "secret" not in message(certificates={"root": "secret"})
    assert "secret" not in message(certificates={"root": {"file": ["secret"]}})
    assert "secret" not in message(certificates="secret")


def test_stack_files_know_one_spelling_of_each_key() -> None:
    network = {"name": "Fabrikam-VNET", "address_space": ["10.0.0.0/24"]}
    assert 'network.address_space: is not a known key. Did you mean "addressSpace"?' in message(network=network)


def test_a_certificate_in_place_of_its_file_is_named_in_the_message() -> None:
    assert "is a certificate, not a file name" in message(
        certificates={"root": {"file": Path(CERTIFICATE).read_text()}}
    )


def test_a_value_that_is_nested_too_deeply_is_reported_like_other_mistakes() -> None:
    texts = {f"{PROJECT}:{key}": value if isinstance(value, str) else json.dumps(value) for key, value in VALID.items()}
    texts[f"{PROJECT}:tags"] = '{"a": ' + "[" * 100_000 + "]" * 100_000 + "}"
    with pytest.raises(ArgumentsError, match="logic-apps-environment:tags"):
        StackConfiguration.read(PROJECT, texts)


def test_an_encrypted_value_is_rejected_because_azure_returns_it_in_plain_text() -> None:
    texts = {f"{PROJECT}:{key}": value if isinstance(value, str) else json.dumps(value) for key, value in VALID.items()}
    with pytest.raises(ArgumentsError, match="logic-apps-environment:name: is a secret"):
        StackConfiguration.read(PROJECT, texts, [f"{PROJECT}:name", "other:token"])


@pytest.mark.parametrize("key", ["sku", "network", "resourceGroup", "tags", "certificates"])
@pytest.mark.parametrize("value", ["text", 5, True, [], None])
def test_a_value_of_another_shape_is_rejected_at_its_key(key: str, value: object) -> None:
    values = {name: given if isinstance(given, str) else json.dumps(given) for name, given in VALID.items()}
    values[key] = json.dumps(value)
    with pytest.raises(ArgumentsError) as caught:
        StackConfiguration.read(PROJECT, {f"{PROJECT}:{name}": text for name, text in values.items()})
    assert [problem.path for problem in caught.value.problems] == [(key,)]


def test_pulumi_yaml_describes_every_key_and_leaves_the_types_to_the_program() -> None:
    """With a type, the engine would report a wrong one itself, alone and before the program reports the rest."""
    declared = PROJECT_FILE["config"]
    assert {field.alias for field in StackConfiguration.model_fields.values()} == declared.keys()
    for key, declaration in declared.items():
        assert declaration.keys() == {"description", "default"}, key
        assert declaration["description"], key


def test_pulumi_yaml_has_the_defaults_of_the_model_and_nothing_for_required_keys() -> None:
    for name, field in StackConfiguration.model_fields.items():
        default = list(field.default) if isinstance(field.default, tuple) else field.default
        expected = "" if field.is_required() else default
        assert PROJECT_FILE["config"][field.alias or name]["default"] == expected, name


@pytest.mark.parametrize("key", ["location", "name", "resourceGroup", "sku", "endpoint", "network"])
def test_a_required_key_without_a_value_is_missing(key: str) -> None:
    """Pulumi.yaml gives it an empty text, and so does the engine for a key whose value is left blank."""
    with pytest.raises(ArgumentsError) as caught:
        read(**{key: ""})
    assert [(problem.path, problem.rule.identifier) for problem in caught.value.problems] == [((key,), "missing-value")]


@pytest.mark.parametrize(
    "model",
    [
        *(StackConfiguration, ResourceGroupConfiguration, SkuArgs, CertificateArgs, ConnectorArgs, IdentityArgs),
        *(EncryptionKeyArgs, IntegrationAccountArgs),
        *(NetworkArgs, EnvironmentNetworkArgs, SubnetArgs, SecurityGroupArgs, RouteTableArgs, RouteArgs),
    ],
)
def test_every_field_has_a_description_allowed_values_and_an_example(model: type[Model]) -> None:
    for name, field in model.model_fields.items():
        assert field.description, name
        assert setting_of(model, name).allowed, name
        assert setting_of(model, name).example, name

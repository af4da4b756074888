"""Every rule: an example that breaks it, one at the limit, its message, its entry in the documentation."""

from __future__ import annotations

import importlib
import pkgutil
import re
import runpy

import pytest

import logic_apps_environment as library
from logic_apps_environment import RULES, Problem, Severity
from logic_apps_environment.certificates import rules as certificates
from logic_apps_environment.environment import rules as settings
from logic_apps_environment.validation.rule import Rule
from tests.support import certificate_factory
from tests.support.rule_examples import BASE, EXAMPLES, LOOK_UP_EXAMPLES, PROJECT, Example, problems_with
from tests.support.stack_files import REPOSITORY

MESSAGES = REPOSITORY / "tests/data/messages.txt"


def identifiers(problems: list[Problem]) -> set[str]:
    return {problem.rule.identifier for problem in problems}


def test_the_base_configuration_breaks_no_rule() -> None:
    assert problems_with({}) == []


def test_every_rule_has_an_example() -> None:
    assert {*EXAMPLES, *LOOK_UP_EXAMPLES} == {rule.identifier for rule in RULES}


def test_the_list_of_rules_contains_the_rules_of_every_module_of_the_library() -> None:
    names = [each.name for each in pkgutil.walk_packages(library.__path__, f"{library.__name__}.")]
    modules = [importlib.import_module(name) for name in names if not name.endswith("__main__")]
    defined = {member for module in modules for member in vars(module).values() if isinstance(member, Rule)}
    assert set(RULES) == defined


@pytest.mark.parametrize("identifier", EXAMPLES)
def test_the_example_breaks_its_rule_and_no_other(identifier: str) -> None:
    assert identifiers(EXAMPLES[identifier].problems()) == {identifier}


@pytest.mark.parametrize("identifier", EXAMPLES)
def test_the_example_at_the_limit_breaks_no_rule(identifier: str) -> None:
    assert problems_with(EXAMPLES[identifier].holds, EXAMPLES[identifier].holds_secret) == []


@pytest.mark.parametrize("identifier", LOOK_UP_EXAMPLES)
def test_the_example_of_a_look_up_breaks_only_its_rule_and_the_one_at_the_limit_none(identifier: str) -> None:
    broken, inside = LOOK_UP_EXAMPLES[identifier]
    assert identifiers(broken) == {identifier}
    assert inside == []


def test_a_weak_signature_is_a_warning_like_a_weak_key() -> None:
    """The data is a root signed by itself, and an authority below it that the root signed over SHA-1."""
    text = (REPOSITORY / "tests/data/signed-over-sha-1.pem").read_text()
    (problem,) = problems_with({"certificates": {"chain": {"publicCertificate": text}}})
    assert problem.rule.identifier == "certificate-weak"
    assert "SHA1" in problem.statement


def test_each_rule_has_an_identifier_that_can_be_searched_for() -> None:
    assert len({rule.identifier for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", rule.identifier)
        assert rule.statement.endswith(".")
        assert len(rule.source) >= 10


def in_a_stack(problem: Problem) -> str:
    """A problem of a look-up with the path in a stack: rules about a network have paths inside the network."""
    match problem.rule.identifier.partition("-")[0]:
        case "network" | "subnet":
            problem = problem.within("network")
        case "traffic":
            problem = problem.within("network", "securityGroup", "id")
        case "settings":
            return problem.format()
    return problem.format(f"{PROJECT}:")


def test_the_message_of_each_rule_is_the_reviewed_one() -> None:
    """tests/data/messages.txt has one message for each rule, in the order of the examples. Review it when it changes.

    Days and the prefix of the project vary and are masked.
    """
    spelled = []
    for identifier, example in EXAMPLES.items():
        problem = example.problems()[0]
        text = problem.format(f"{PROJECT}:")
        spelled.append(f"{problem.rule.severity}: {re.sub(r'[0-9]{4}-[0-9]{2}-[0-9]{2}', 'YYYY-MM-DD', text)}")
        assert f"[{identifier}]" in text
    spelled += [f"{p.rule.severity}: {in_a_stack(p)}" for (p, *_), _ in LOOK_UP_EXAMPLES.values()]
    assert "\n\n".join(spelled) + "\n" == MESSAGES.read_text()


def test_the_page_of_rules_is_current() -> None:
    rules_page = runpy.run_path(str(REPOSITORY / "docs/generate.py"))["rules_page"]
    assert (REPOSITORY / "docs/rules.md").read_text() == rules_page(), "run `make docs`"


@pytest.mark.parametrize(
    ("host", "acknowledged", "warns"),
    [(None, False, True), ("", False, True), ("127.0.0.1:8443", False, False), (None, True, False)],
)
def test_the_retirement_is_reported_for_azure_only_and_until_it_is_acknowledged(
    host: str | None, acknowledged: bool, warns: bool
) -> None:
    assert bool(settings.check_retirement(host, acknowledged=acknowledged)) is warns


def test_problems_that_do_not_prevent_the_creation_are_warnings_and_all_others_are_errors() -> None:
    warnings = {rule.identifier for rule in RULES if rule.severity is Severity.WARNING}
    assert warnings == {
        "location-unknown",
        "subnet-larger-than-needed",
        "service-tag-unknown",
        "route-management-traffic",
        "service-endpoint-unknown",
        "subnet-held-nearby",
        "certificate-expires-soon",
        "certificate-not-yet-valid",
        "certificate-end-entity",
        "certificate-serial-number",
        "certificate-issuer-missing",
        "certificate-weak",
        "connector-unknown",
        "connector-content-link-plain",
        "connector-sap-libraries",
        "connector-tagged",
        "service-retired",
        "subnet-same-range",
        "key-version-current",
        "key-unseen",
        "settings-removed",
        "traffic-impaired",
        "traffic-unseen",
    }


def test_ten_different_mistakes_give_ten_messages() -> None:
    ten = Example(
        {
            "name": "",
            "location": "!",
            "resourceGroup": {"name": "rg.", "creat": True},
            "sku": {"name": "premium"},
            "endpoint": "Both",
            "network": BASE["network"] | {"name": "v", "addressSpace": ["10.0.0.0/26"]},
            "certificates": {"root": {}},
            "tags": {"a/b": ""},
        }
    )
    assert len(problems_with(ten.breaks)) == 10


def identifiers_of(**certificates_by_name: str) -> set[str]:
    return identifiers(
        problems_with({"certificates": {name: {"publicCertificate": t} for name, t in certificates_by_name.items()}})
    )


def test_an_issuer_of_the_same_name_but_another_key_is_not_the_issuer() -> None:
    impostor = certificate_factory.certificate("Root", key_name="Impostor")
    issuing = certificate_factory.certificate("Issuing", issuer="Root")
    assert identifiers_of(root=impostor, issuing=issuing) == {"certificate-issuer-missing"}


@pytest.mark.parametrize(
    ("kind", "weak"), [("dsa", True), ("secp192r1", True), ("secp224r1", False), ("ed25519", False)]
)
def test_keys_of_other_kinds_are_weak_below_112_bits_of_strength(kind: str, weak: bool) -> None:
    """NIST SP 800-131A Rev. 2; made with OpenSSL, since Python's libraries no longer make all of them."""
    text = (REPOSITORY / f"tests/data/keys/{kind}.pem").read_text()
    assert identifiers_of(root=text) == ({"certificate-weak"} if weak else set())


@pytest.mark.parametrize(
    "address_range",
    [
        "0.1.0.0/24",
        "100.64.0.0/24",
        "127.0.0.0/24",
        "168.63.129.0/24",
        "169.254.1.0/24",
        "224.0.0.0/24",
        "255.255.255.0/24",
    ],
)
def test_every_documented_unsupported_range_is_rejected(address_range: str) -> None:
    """Microsoft's ISE article, "Prerequisites"; Azure Virtual Network FAQ."""
    network = BASE["network"] | {"addressSpace": [address_range]}
    assert identifiers(problems_with({"network": network})) == {"address-reserved"}


@pytest.mark.parametrize("name", ["Azure", "office365", "LoginPage", "my-Microsoft-ise", "WINDOWS", "web.config"])
def test_reserved_words_of_azure_are_rejected(name: str) -> None:
    """Microsoft, "Resolve errors for reserved resource names": whole names, at the start, anywhere."""
    assert identifiers(problems_with({"name": name})) == {"environment-name-reserved"}


@pytest.mark.parametrize("name", ["azure-ise", "my-login", "office3655", "excellent"])
def test_names_that_only_resemble_reserved_words_are_accepted(name: str) -> None:
    assert problems_with({"name": name}) == []


def test_a_bundle_is_sent_under_numbered_names() -> None:
    assert certificates.sent_names("root", 1) == ["root"]
    assert certificates.sent_names("root", 3) == ["root-1", "root-2", "root-3"]

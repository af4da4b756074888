"""Mistakes in a stack file, as the user of the real CLI sees them: messages instead of tracebacks, and nothing made."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.end_to_end.conftest import Project


def refusal(project: Project) -> str:
    printed = project.fail("preview", "--non-interactive")
    assert "Traceback" not in printed
    assert project.resources() == []
    assert project.writes() == []
    return printed


def test_all_mistakes_are_named_at_once_before_anything_is_registered(project: Project) -> None:
    project.configure(
        endpoint="external",
        endpiont="Internal",
        sku={"name": "Developer", "capacity": 3},
        network={"name": "vnet", "addressSpace": ["10.0.0.0/26"]},
        certificates={"gone": {"file": "certificates/gone.pem"}},
    )
    printed = refusal(project)
    for expected in (
        "The configuration of this stack has 5 problems",
        'logic-apps-environment:endpoint: "external" is not valid: expected Internal or External. Did you mean',
        'logic-apps-environment:endpiont: is not a known key. Did you mean "endpoint"?',
        "logic-apps-environment:sku.capacity: 3 is not valid: the Developer SKU does not support additional",
        "logic-apps-environment:network.addressSpace: 10.0.0.0/26 has no room for four /27 subnets.",
        'logic-apps-environment:certificates.gone.file: "certificates/gone.pem" does not exist',
    ):
        assert expected in printed
    assert "logic-apps-vnet" not in printed


def test_ten_different_mistakes_get_ten_messages_in_one_preview(project: Project) -> None:
    project.configure(
        name="no/slashes",
        location="2west",
        resourceGroup={"name": "rg."},
        sku={"name": "Premium", "capacity": 11},
        endpoint="external",
        network={"name": "v", "addressSpace": ["10.0.0.1/24"]},
        certificates={"a": {}, "b": {"file": "certificates/test-certificate.pem", "kind": "Personal"}},
        tags={"a/b": "", "azureTeam": ""},
        endpiont="Internal",
    )
    printed = refusal(project)
    for rule in (
        *("environment-name", "location-shape", "resource-group-name", "sku-capacity", "endpoint-type"),
        *("virtual-network-name", "address-notation", "certificate-source", "certificate-kind", "tag-name"),
        *("tag-name-reserved", "unknown-key"),
    ):
        assert printed.count(f"[{rule}]") == 1, rule


def test_problems_that_do_not_prevent_the_creation_are_warnings_and_the_preview_continues(project: Project) -> None:
    names = [{"name": f"s{n}", "addressPrefix": f"10.10.0.{32 * n}/27"} for n in range(3)]
    project.configure(
        location="westus22",
        network={
            "name": "vnet",
            "addressSpace": ["10.10.0.0/24"],
            "subnets": [*names, {"name": "s3", "addressPrefix": "10.10.0.128/26"}],
        },
        certificates={"issuing": {"file": "certificates/issuing-authority.pem"}},
    )
    printed = project.succeed("preview", "--non-interactive")
    for rule in (
        "location-unknown",
        "subnet-larger-than-needed",
        "certificate-issuer-missing",
    ):
        assert f"[{rule}]" in printed
    assert "warning: " in printed
    # Names that the stack file contains are known before anything is created.
    for output in ('environment_name +: "ise-logic-apps-dev"', 'resource_group_name +: "rg-logic-apps-dev"'):
        assert re.search(output, printed), output
    assert "service-retired" not in printed, "the sandbox creates environments"


def test_missing_keys_wrong_types_and_converted_values_are_named_together(project: Project) -> None:
    """The engine would report them one at a time and first, if Pulumi.yaml declared types and no defaults."""
    stack_file = project.folder / f"Pulumi.{project.stack}.yaml"
    project.configure(
        network=None,
        name=None,
        protect=None,
        sku="Premium",
        tags={"created": date(2024, 1, 31), "costCenter": 1234},
        resourceGroup={"name": "Fabrikam-RG\r"},
    )
    lines = "  protect: yes\n  name: 1.10\n  logic-app-environment:endpoint: External\n"
    stack_file.write_text(stack_file.read_text() + lines)
    printed = refusal(project)
    for expected in (
        "The configuration of this stack has 8 problems",
        "logic-apps-environment:network: is required, but is not set.",
        'logic-apps-environment:sku: "Premium" is not valid: expected an object.',
        "logic-apps-environment:tags.costCenter: 1234 is not valid: expected a string.",
        'logic-apps-environment:tags.created: "2024-01-31 00:00:00 +0000 UTC" is a date that YAML converted.',
        "ends with a carriage return (U+000D).",
        'logic-apps-environment:name: YAML converted 1.10, which is not in quotes in the stack file, to "1.1".',
        'logic-apps-environment:protect: "yes" is not valid: expected true or false.',
        (
            'logic-apps-environment:endpoint: is set as "logic-app-environment:endpoint", in a namespace that this '
            "program does not read."
        ),
    ):
        assert expected in printed


def test_no_part_of_a_private_key_is_printed_or_stored(project: Project) -> None:
    """Without a preview, since Pulumi keeps the configuration of an update in its history."""
    body = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg"
    key = f"-----begin private key-----\n{body}\n-----end private key-----\n"
    certificate = (project.folder / "certificates" / "test-certificate.pem").read_text()
    (project.folder / "certificates" / "key.pem").write_text(key)
    project.configure(
        certificates={
            "named": {"file": "certificates/key.pem"},
            "beside": {"publicCertificate": certificate + key},
            "alone": {"publicCertificate": body},
        }
    )
    printed = project.fail("up", "--yes", "--skip-preview", "--non-interactive")
    assert "Traceback" not in printed
    assert "[certificate-private-key]" in printed
    for place in ("named.file", "beside.publicCertificate", "alone.publicCertificate"):
        assert f"certificates.{place}" in printed
    assert body not in printed
    kept = [
        path
        for path in project.home.rglob("*")
        if path.is_file() and not path.is_relative_to(project.home / "toolchain")
    ]
    assert [path for path in kept if path.name.endswith(".history.json")]
    assert [path for path in kept if body.encode() in path.read_bytes()] == []

"""`logic-apps-environment check` as a person, a pipeline and a pre-commit hook run it."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from click.testing import CliRunner, Result

from logic_apps_environment.commands.cli import main
from tests.support.injected_mistakes import MISTAKES, VALID, with_mistakes
from tests.support.rule_examples import BASE, PROJECT

if TYPE_CHECKING:
    from collections.abc import Mapping

REPOSITORY = Path(__file__).parents[4]


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project file in the working directory."""
    shutil.copy(REPOSITORY / "Pulumi.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ARM_METADATA_HOSTNAME", raising=False)
    return tmp_path


def check(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["check", *arguments], prog_name="logic-apps-environment")


def write(name: str, configuration: Mapping[str, Any]) -> None:
    config = {key if ":" in key else f"{PROJECT}:{key}": value for key, value in configuration.items()}
    Path(name).write_text(yaml.safe_dump({"config": config}, sort_keys=False))


def findings(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(check("--format", "json", name).stdout)
    return found


def test_the_stack_files_of_the_repository_are_valid() -> None:
    stacks = [str(REPOSITORY / f"Pulumi.{stack}.yaml") for stack in ("dev", "test", "prod")]
    checked = check(*stacks)
    assert checked.exit_code == 0
    assert "Checked 3 files: 0 errors, 3 warnings." in checked.stdout
    assert checked.stdout.count("[service-retired]") == 3


def test_a_valid_file_prints_only_the_summary() -> None:
    write("Pulumi.dev.yaml", BASE)
    checked = check("Pulumi.dev.yaml")
    assert (checked.exit_code, checked.stdout) == (0, "Checked 1 file: 0 errors, 0 warnings.\n")


def test_every_mistake_is_reported_with_its_rule_and_the_line_that_has_it() -> None:
    configuration, caused = with_mistakes(MISTAKES)
    write("Pulumi.dev.yaml", configuration)
    lines = Path("Pulumi.dev.yaml").read_text().splitlines()
    found = findings("Pulumi.dev.yaml")
    assert sorted(each["rule"] for each in found) == sorted(rule for _, rule in caused)
    assert len(found) > 30
    for each in found:
        name = re.split(r"[.:\[]", each["key"].rstrip('"]'))[-1]
        assert name.isdigit() or name.strip('"') in lines[each["line"] - 1] or "missing" in each["rule"]


def test_text_names_file_line_severity_key_rule_and_what_is_allowed() -> None:
    write("Pulumi.dev.yaml", BASE | {"endpoint": "external"})
    checked = check("Pulumi.dev.yaml")
    assert checked.exit_code == 1
    assert checked.stdout.splitlines() == [
        (
            f'Pulumi.dev.yaml:9: error: {PROJECT}:endpoint: "external" is not valid: expected Internal or External. '
            'Did you mean "External"? [endpoint-type]'
        ),
        "Checked 1 file: 1 error, 0 warnings. Files with errors are not checked for warnings.",
    ]


def test_text_lists_the_same_mistake_in_many_places_five_times_and_names_the_other_lines() -> None:
    write("Pulumi.dev.yaml", BASE | {"tags": {f"tag-{number}": {"wrong": True} for number in range(3000)}})
    first_line = Path("Pulumi.dev.yaml").read_text().splitlines().index(f"  {PROJECT}:tags:") + 2
    printed = check("Pulumi.dev.yaml").stdout
    assert "Checked 1 file: 3000 errors" in printed or "Checked 1 file: 3001 errors" in printed
    assert printed.count("is not valid: expected a string") == 5
    others = next(
        line for line in printed.splitlines() if " more [" in line and f"in lines {first_line + 10}, " in line
    )
    assert others.endswith(" and 2975 more")
    assert len(printed.splitlines()) < 60


def test_github_shows_a_problem_beside_its_line() -> None:
    write("Pulumi.dev.yaml", BASE | {"endpoint": "100%"})
    checked = check("--format", "github", "Pulumi.dev.yaml")
    assert checked.exit_code == 1
    assert checked.stdout == (
        f'::error file=Pulumi.dev.yaml,line=9,title=endpoint-type::{PROJECT}:endpoint: "100%25" is not valid: '
        "expected Internal or External. [endpoint-type]%0A   Example: Internal\n"
    )


def test_text_shows_a_long_list_of_allowed_values_once() -> None:
    write("Pulumi.dev.yaml", BASE | {"managedConnectors": ["sqll", "salesforce", "teams"]})
    printed = check("Pulumi.dev.yaml").stdout
    assert printed.count("is not a known ISE connector") == 3
    assert printed.count("servicebus, sftpwithssh") == 1
    assert [each["allowed"].count("servicebus") for each in findings("Pulumi.dev.yaml")] == [1, 1, 1]


def test_warnings_do_not_fail() -> None:
    write("Pulumi.dev.yaml", BASE | {"location": "westus22"})
    checked = check("Pulumi.dev.yaml")
    assert checked.exit_code == 0
    assert "warning: logic-apps-environment:location: " in checked.stdout


def test_values_that_yaml_converted_are_found() -> None:
    write("Pulumi.dev.yaml", BASE)
    file = Path("Pulumi.dev.yaml")
    file.write_text(file.read_text().replace("Fabrikam-ISE", "1.10"))
    assert [(each["line"], each["rule"]) for each in findings("Pulumi.dev.yaml")] == [(3, "converted-value")]


def test_encrypted_links_are_not_checked_and_other_encrypted_values_are_errors() -> None:
    connectors = ["sql", {"name": "sap", "contentLink": {"secure": "v1:x"}}]
    write("Pulumi.dev.yaml", BASE | {"managedConnectors": connectors, "sku": {"name": {"secure": "v1:y"}}})
    found = findings("Pulumi.dev.yaml")
    assert [(each["key"], each["severity"], each["rule"]) for each in found] == [
        (f"{PROJECT}:sku", "error", "encrypted-value"),
        (f"{PROJECT}:managedConnectors[1].contentLink", "note", ""),
    ]


def test_keys_that_an_environment_of_pulumi_esc_can_have_are_not_missing() -> None:
    Path("Pulumi.dev.yaml").write_text(f"environment: [ise]\nconfig:\n  {PROJECT}:endpoint: external\n")
    assert [(each["severity"], each["rule"]) for each in findings("Pulumi.dev.yaml")] == [
        ("note", ""),
        ("error", "endpoint-type"),
    ]


@pytest.mark.parametrize("key", ["azurenative:location", "logic-app-environment:protect"])
def test_a_misspelled_namespace_is_found_in_its_line(key: str) -> None:
    write("Pulumi.dev.yaml", BASE | {key: "x", "aws:region": "y"})
    assert [(each["line"], each["key"]) for each in findings("Pulumi.dev.yaml")] == [(15, key)]


def test_certificate_files_are_found_from_the_folder_of_the_project(project: Path) -> None:
    shutil.copytree(REPOSITORY / "certificates", project / "below/certificates")
    shutil.move("Pulumi.yaml", "below")
    write("below/Pulumi.dev.yaml", BASE | {"certificates": {"test": {"file": "certificates/test-certificate.pem"}}})
    assert check("below/Pulumi.dev.yaml").exit_code == 0


def test_keys_belong_to_the_project_that_the_project_file_names(project: Path) -> None:
    (project / "Pulumi.yaml").write_text("name: orders\nruntime: python\n")
    write("Pulumi.dev.yaml", {f"orders:{key}": value for key, value in VALID.items()} | {"orders:endpoint": "none"})
    assert {each["key"] for each in findings("Pulumi.dev.yaml")} == {"orders:endpoint"}


@pytest.mark.parametrize("example", ["two-environments", "in-yaml", "network-of-another-stack/environment"])
def test_a_program_with_keys_of_its_own_is_not_checked(example: str) -> None:
    checked = check(str(REPOSITORY / "examples" / example / "Pulumi.dev.yaml"))
    assert (checked.exit_code, checked.stdout) == (2, "")
    assert "keys of its own; `pulumi preview` validates" in checked.stderr


def test_missing_keys_name_those_that_another_project_would_read(project: Path) -> None:
    declarations = (project / "Pulumi.yaml").read_text().replace("name: logic-apps-environment", "name: orders")
    for content in ("name: orders\nruntime: python\n", declarations):
        (project / "Pulumi.yaml").write_text(content)
        write("Pulumi.dev.yaml", BASE | {"azure-native:location": "westus2"})
        found = findings("Pulumi.dev.yaml")
        assert {each["rule"] for each in found} == {"missing-value"}
        assert f"The program reads orders:location, not {PROJECT}:location." in [each["remedy"] for each in found]


def test_the_section_config_of_an_old_project_file_is_a_folder(project: Path) -> None:
    (project / "Pulumi.yaml").write_text(f"name: {PROJECT}\nruntime: python\nconfig: stacks\n")
    write("Pulumi.dev.yaml", BASE)
    assert check("Pulumi.dev.yaml").exit_code == 0


def test_a_file_that_is_not_yaml_is_an_error_in_its_line() -> None:
    Path("Pulumi.dev.yaml").write_text("config:\n  a: 1\n  a: 2\n")
    checked = check("Pulumi.dev.yaml")
    assert checked.exit_code == 1
    assert "Pulumi.dev.yaml:3: error: The file cannot be read: this key is already defined in line 2." in checked.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "Missing argument 'FILE...'"),
        (("Pulumi.none.yaml",), "Pulumi.none.yaml cannot be read: No such file or directory."),
        (("Pulumi.yaml",), "Pulumi.yaml is the project file. Specify stack files, such as Pulumi.dev.yaml."),
        (("--format", "xml", "Pulumi.dev.yaml"), "'xml' is not one of"),
    ],
)
def test_wrong_use_is_exit_code_2(arguments: tuple[str, ...], message: str) -> None:
    checked = check(*arguments)
    assert checked.exit_code == 2
    assert message in checked.stderr


@pytest.mark.parametrize("output", ["text", "json", "github"])
def test_files_that_cannot_be_checked_do_not_hide_the_findings_of_others(output: str) -> None:
    write("Pulumi.dev.yaml", BASE | {"endpoint": "none"})
    checked = check("--format", output, "Pulumi.one.yaml", "Pulumi.dev.yaml", "Pulumi.two.yaml")
    assert checked.exit_code == 2
    assert "endpoint-type" in checked.stdout
    assert [line.split(" cannot")[0] for line in checked.stderr.splitlines()] == [
        "error: Pulumi.one.yaml",
        "error: Pulumi.two.yaml",
    ]
    if output == "text":
        assert "Checked 1 file: 1 error" in checked.stdout


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "No such file"),
        ("runtime: python", "does not contain the project's name"),
        ("a: [", "is not YAML"),
        ("- a", "does not contain the project's name"),
    ],
)
def test_a_project_file_that_cannot_be_used_is_exit_code_2(project: Path, content: str | None, message: str) -> None:
    write("Pulumi.dev.yaml", BASE)
    (project / "Pulumi.yaml").unlink()
    if content is not None:
        (project / "Pulumi.yaml").write_text(content)
    checked = check("Pulumi.dev.yaml")
    assert checked.exit_code == 2
    assert message in checked.stderr


def test_the_pre_commit_hook_runs_the_command_on_stack_files() -> None:
    (hook,) = yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text())
    assert hook["entry"] == "logic-apps-environment check"
    assert [
        bool(re.search(hook["files"], file)) for file in ("Pulumi.dev.yaml", "a/Pulumi.x-1.yaml", "Pulumi.yaml")
    ] == [*(True, True, False)]
    pyproject = (REPOSITORY / "pyproject.toml").read_text()
    assert all(f'"{dependency}"' in pyproject for dependency in hook["additional_dependencies"])

"""`logic-apps-environment recover` as users see it: its messages, the locks, and what it writes."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from logic_apps_environment.commands.recovery.pulumi_cli import Pulumi
from logic_apps_environment.suggested_commands import SuggestedCommands
from logic_apps_sandbox import arm
from tests.logic_apps_environment.commands.recovery.fake_pulumi import USER, Setting
from tests.logic_apps_environment.commands.recovery.recordings import PROJECT, recorded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

IN_ORDER = {"version": 3, "deployment": {"manifest": {}, "resources": []}}


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    """A project whose stack is in order."""
    setting = Setting(tmp_path)
    setting.keep(IN_ORDER)
    return setting


@pytest.fixture
def azure(setting: Setting, tmp_path: Path) -> Iterator[arm.Simulator]:
    """An empty simulated Azure that the recovery is led to."""
    with arm.serving(tmp_path / "arm") as simulator:
        setting.variables |= {
            "ARM_METADATA_HOSTNAME": simulator.address,
            "ARM_DISABLE_INSTANCE_DISCOVERY": "true",
            "ARM_SUBSCRIPTION_ID": simulator.settings.subscription_id,
            "ARM_TENANT_ID": simulator.settings.tenant_id,
            "ARM_CLIENT_ID": simulator.settings.client_id,
            "ARM_CLIENT_SECRET": simulator.settings.client_secret,
            "REQUESTS_CA_BUNDLE": str(simulator.settings.ca_bundle),
            "NO_PROXY": "127.0.0.1",
        }
        yield simulator


def expect_refusal(setting: Setting, *parts: str, path: str | None = None) -> None:
    """It ends with one message that has these parts, and nothing was written."""
    finished = setting.run("--stack", "dev", path=path)
    assert finished.code == 1
    assert finished.printed.startswith("error: ")
    assert "Traceback" not in finished.printed
    for part in parts:
        assert part in finished.printed
    assert "stack import" not in setting.calls
    assert not (setting.project / ".pulumi-recovery").exists()


def test_a_stack_in_order_is_reported_and_left_unchanged(setting: Setting) -> None:
    finished = setting.run("--stack", "dev")
    assert (finished.code, finished.printed.count("\n")) == (0, 1)
    assert "is in order" in finished.printed
    assert "stack import" not in setting.calls


def test_without_a_stack_the_error_names_the_option(setting: Setting) -> None:
    finished = setting.run()
    assert finished.code == 2
    assert "--stack" in finished.printed


def test_without_pulumi_the_error_names_the_installation_guide(setting: Setting, tmp_path: Path) -> None:
    expect_refusal(
        setting, "command `pulumi` is not on the PATH", "https://www.pulumi.com/docs/install/", path=str(tmp_path)
    )


def test_outside_of_a_project_the_error_names_the_folder_to_use(setting: Setting) -> None:
    (setting.project / "Pulumi.yaml").unlink()
    expect_refusal(setting, "no Pulumi project", str(setting.project))


@pytest.mark.parametrize("text", ["", "- 1", "name: [", "runtime: python", "\x00"])
def test_a_project_file_without_a_name_is_named(text: str, setting: Setting) -> None:
    (setting.project / "Pulumi.yaml").write_text(text)
    expect_refusal(setting, "Pulumi.yaml does not have the name of the project", "name: my-project")


def test_a_stack_that_does_not_exist_is_named(setting: Setting) -> None:
    setting.refuse("stack export", "error: no stack named 'dev' found")
    expect_refusal(setting, "there is no stack named 'dev'", "pulumi stack ls")


def test_an_error_of_pulumi_in_exporting_the_state_is_quoted(setting: Setting) -> None:
    setting.refuse("stack export", "error: passphrase must be set with PULUMI_CONFIG_PASSPHRASE")
    expect_refusal(setting, "passphrase must be set with PULUMI_CONFIG_PASSPHRASE", "restore a backup")


@pytest.mark.parametrize("text", ["", "garbage", "[]", '{"deployment": {"resources": [1]}}'])
def test_a_state_that_is_not_json_is_rejected(text: str, setting: Setting) -> None:
    setting.keep(text)
    expect_refusal(setting, "the stack's state", "Restore a backup")


def test_the_state_null_is_replaced_by_the_previous_one(setting: Setting) -> None:
    """Pulumi reads it as a stack without resources, and an update would create everything again."""
    setting.keep({"version": 3, "deployment": None})
    state = setting.backend / ".pulumi" / "stacks" / PROJECT / "dev.json"
    state.parent.mkdir(parents=True)
    state.write_text("null")
    previous = json.dumps({"version": 3, "checkpoint": {"stack": "dev", "latest": {}}})
    state.with_name("dev.json.bak").write_text(previous)
    finished = setting.run("--stack", "dev")
    assert finished.code == 0, finished.printed
    assert "Repaired: dev.json is not a state; dev.json.bak has the previous state" in finished.printed
    assert state.read_text() == previous
    (kept,) = (setting.project / ".pulumi-recovery").iterdir()
    assert kept.read_text() == "null"


def test_the_state_of_another_project_is_rejected(setting: Setting) -> None:
    (setting.project / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    setting.keep(recorded("creating-the-environment"))
    expect_refusal(setting, "'logic-apps-environment'", "'shop'")


def test_the_lock_of_a_process_that_has_ended_is_cleared(setting: Setting) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    lock = setting.lock(ended.pid, platform.node())
    finished = setting.run("--stack", "dev")
    assert finished.code == 0
    assert f"Cleared the lock of a command that no longer runs (process {ended.pid} of {USER}" in finished.printed
    assert not lock.exists()


def test_the_lock_of_a_process_id_that_another_program_has_now_is_cleared(setting: Setting) -> None:
    """After a restart of the machine, most numbers belong to others."""
    lock = setting.lock(os.getpid(), platform.node())
    assert setting.run("--stack", "dev").code == 0
    assert not lock.exists()


def test_a_dry_run_leaves_a_stale_lock(setting: Setting) -> None:
    lock = setting.lock(os.getpid(), platform.node())
    finished = setting.run("--stack", "dev", "--dry-run")
    assert finished.code == 0
    assert "The lock would be cleared" in finished.printed
    assert lock.exists()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[int]:
    """The id of a process that is called pulumi."""
    program = tmp_path / "running" / "pulumi"
    program.parent.mkdir()
    shutil.copy(shutil.which("sleep") or "/bin/sleep", program)
    with subprocess.Popen([program, "60"]) as process:
        try:
            yield process.pid
        finally:
            process.kill()


@pytest.mark.parametrize("option", [[], ["--dry-run"]])
def test_a_command_that_still_runs_is_named_before_the_state_is_read(
    option: list[str], setting: Setting, running: int
) -> None:
    lock = setting.lock(running, platform.node())
    setting.refuse("stack export", "error: failed to load checkpoint: EOF")
    finished = setting.run("--stack", "dev", *option)
    assert finished.code == 1
    assert f"is still running (process {running} of {USER} on {platform.node()}, since 2026-11-24T20:10:23)" in (
        finished.printed
    )
    assert f"Wait until it has ended, or stop it with `kill -INT {running}`" in finished.printed
    assert "pulumi cancel --stack dev --yes" in finished.printed
    assert lock.exists()
    assert not {"stack export", "stack import", "preview --json"} & set(setting.calls)


def test_the_lock_of_a_process_id_that_no_process_can_have_is_cleared(setting: Setting) -> None:
    setting.lock(2**63, platform.node())
    finished = setting.run("--stack", "dev")
    assert (finished.code, "Traceback" in finished.printed) == (0, False)
    assert f"Cleared the lock of a command that no longer runs (process {2**63} of {USER}" in finished.printed


def test_a_lock_that_cannot_be_read_is_respected_and_its_file_named(setting: Setting) -> None:
    """Half a lock was written by a command that died while writing it, or that still writes it."""
    setting.lock(1, "anywhere").write_text("")
    expect_refusal(setting, "a lock that cannot be read", "0f0e.json", "pulumi cancel --stack dev --yes")


def test_the_lock_of_another_machine_is_respected(setting: Setting) -> None:
    lock = setting.lock(1, "build-agent-7")
    expect_refusal(
        setting,
        f"may still be running on another host (process 1 of {USER} on build-agent-7, since 2026-11-24T20:10:23)",
        "pulumi cancel --stack dev --yes",
    )
    assert lock.exists()


def test_the_lock_of_another_stack_is_ignored(setting: Setting) -> None:
    setting.lock(1, "build-agent-7", stack="prod")
    assert setting.run("--stack", "dev").code == 0


@pytest.mark.parametrize(("stack", "is_refused"), [("dev", True), ("ada/shop/dev", True), ("prod", False)])
def test_an_update_in_progress_in_pulumi_cloud_is_reported(stack: str, is_refused: bool, setting: Setting) -> None:
    setting.use_cloud([{"name": "ada/dev", "updateInProgress": True}, {"name": "prod", "updateInProgress": False}])
    finished = setting.run("--stack", stack)
    assert finished.code == int(is_refused)
    assert ("stack export" in setting.calls) is not is_refused
    assert ("another command is using the stack" in finished.printed) is is_refused
    assert "Recovery cannot see locks and damaged states in the backend https://app.pulumi.com:" in finished.printed


IN_SANDBOX = {"LOGIC_APPS_SANDBOX_HOME": "/somewhere"}


@pytest.mark.usefixtures("azure")
@pytest.mark.parametrize(
    ("variables", "is_checkout", "commands"),
    [
        ({}, True, ("pulumi preview --stack dev", "pulumi up --stack dev", "pulumi destroy --stack dev --run-program")),
        (IN_SANDBOX, True, ("make preview STACK=dev", "make up STACK=dev", "make destroy STACK=dev")),
        (IN_SANDBOX, False, ("logic-apps-sandbox run -- pulumi preview --stack dev",)),
    ],
)
def test_the_suggested_commands_fit_azure_the_sandbox_and_a_checkout(
    variables: dict[str, str], is_checkout: bool, commands: tuple[str, ...], setting: Setting
) -> None:
    setting.variables |= variables
    if is_checkout:
        (setting.project / "components/logic_apps_environment").mkdir(parents=True)
    setting.keep(recorded("creating-the-environment"))
    finished = setting.run("--stack", "dev")
    for command in commands:
        assert f"`{command}`" in finished.printed
    assert ("make " in finished.printed) is (bool(variables) and is_checkout)


def test_the_suggested_command_that_clears_a_lock_runs_in_the_sandbox(setting: Setting) -> None:
    setting.variables |= IN_SANDBOX
    setting.lock(1, "build-agent-7")
    expect_refusal(setting, "`logic-apps-sandbox run -- pulumi cancel --stack dev --yes`")


def test_a_resource_that_was_not_created_is_removed_from_the_state_after_a_backup(
    setting: Setting, azure: arm.Simulator
) -> None:
    """Nothing at all exists in this Azure."""
    before = recorded("creating-the-environment")
    setting.keep(before)
    finished = setting.run("--stack", "dev")
    assert finished.code == 0, finished.printed
    imported = json.loads((setting.backend / "imported").read_text())
    left = [each["type"].split(":")[0] for each in imported["deployment"]["resources"]]
    assert "azure-native" not in left
    assert "pending_operations" not in imported["deployment"]
    (backup,) = (setting.project / ".pulumi-recovery").iterdir()
    assert json.loads(backup.read_text()) == before
    assert backup.stat().st_mode & 0o777 == 0o600
    assert azure.address not in finished.printed


@pytest.mark.usefixtures("azure")
def test_a_dry_run_reports_the_same_and_writes_nothing(setting: Setting) -> None:
    setting.keep(recorded("creating-the-environment"))
    finished = setting.run("--stack", "dev", "--dry-run")
    assert finished.code == 0
    assert "logic-apps-ise: its creation was interrupted, and it does not exist; would be removed" in finished.printed
    assert "Nothing was changed" in finished.printed
    assert "stack import" not in setting.calls
    assert not (setting.project / ".pulumi-recovery").exists()


@pytest.mark.usefixtures("azure")
def test_a_state_that_cannot_be_written_is_reported_as_unchanged(setting: Setting) -> None:
    setting.keep(recorded("creating-the-environment"))
    setting.refuse("stack import", "error: the stack is currently locked by 1 lock(s)")
    finished = setting.run("--stack", "dev")
    assert finished.code == 1
    assert "could not be written and is unchanged" in finished.printed
    assert "pulumi cancel --stack dev --yes" in finished.printed


@pytest.mark.usefixtures("azure")
def test_a_failed_preview_is_reported_and_recovery_continues(setting: Setting) -> None:
    setting.keep(recorded("creating-the-environment"))
    setting.refuse("preview", "error: Missing required configuration variable 'logic-apps-environment:sku'")
    finished = setting.run("--stack", "dev")
    assert finished.code == 1
    assert "Missing required configuration variable" in finished.printed
    assert (setting.backend / "imported").exists()
    assert "Traceback" not in finished.printed


PROTECTED = (
    "error: unable to replace resource as it is currently marked for protection. To unprotect the resource, remove "
    "the `protect` flag from the resource in your Pulumi program and run `pulumi up`"
)


def test_the_steps_of_a_preview_that_fails_are_used(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine continues a preview after a protected resource."""
    steps = [{"op": "replace", "urn": "urn:pulumi:dev::shop::azure-native:resources:ResourceGroup::rg"}]
    setting.fail_preview(steps, PROTECTED)
    monkeypatch.setenv("PATH", f"{setting.backend}{os.pathsep}{os.environ['PATH']}")
    planned, reason = Pulumi("dev", SuggestedCommands("dev", in_sandbox=False)).planned_steps()
    assert planned == steps
    assert "currently marked for protection" in reason


def test_no_message_asks_to_remove_the_protection(setting: Setting) -> None:
    setting.fail_preview([], PROTECTED)
    finished = setting.run("--stack", "dev")
    assert finished.code == 1
    assert "The preview of the program failed" in finished.printed
    assert "currently marked for protection" in finished.printed
    assert "remove the `protect` flag" not in finished.printed


@pytest.mark.usefixtures("azure")
def test_a_dry_run_describes_no_action_as_done(setting: Setting) -> None:
    setting.keep(recorded("creating-the-environment"))
    setting.lock(0, platform.node())
    finished = setting.run("--stack", "dev", "--dry-run")
    assert "would be removed" in finished.printed
    done = re.findall(
        r"(?<!would be )\b(?:removed|imported|cleared|kept|repaired|recovered|written)\b", finished.printed
    )
    assert done == []


@pytest.mark.usefixtures("azure")
def test_the_message_about_rejected_credentials_lists_the_ways_to_sign_in(setting: Setting) -> None:
    setting.keep(recorded("creating-the-environment"))
    setting.variables["ARM_CLIENT_SECRET"] = "wrong"
    expect_refusal(setting, "signing in to Azure failed", "az login", "ARM_CLIENT_SECRET")


@pytest.mark.usefixtures("azure")
@pytest.mark.parametrize(
    ("status", "code"), [(401, "ExpiredAuthenticationToken"), (429, "TooManyRequests"), (500, "InternalServerError")]
)
def test_an_error_of_azure_that_is_about_every_resource_ends_the_recovery(
    status: int, code: str, setting: Setting
) -> None:
    setting.keep(recorded("updating-the-environment"))
    refuse_lookups(setting, status, code, times=9)
    setting.retry_at_once()
    expect_refusal(setting, f"status {status}", f"{code}: Not now.", "The state was not changed")


@pytest.mark.usefixtures("azure")
@pytest.mark.parametrize(
    ("status", "code"),
    [
        (404, "SubscriptionNotFound"),
        (404, "InvalidResourceType"),
        (403, "AuthorizationFailed"),
        (401, "InvalidAuthenticationTokenTenant"),
    ],
)
def test_a_resource_that_azure_does_not_show_stays_in_the_state_and_is_reported(
    status: int, code: str, setting: Setting
) -> None:
    """A login to another tenant gets such answers for everything."""
    setting.keep(recorded("updating-the-environment"))
    refuse_lookups(setting, status, code, times=99)
    finished = setting.run("--stack", "dev")
    assert finished.code == 1
    assert finished.printed.count(f"Azure returned status {status} for /subscriptions/") >= 3
    assert f"{code}: Not now." in finished.printed
    assert "logic-apps-rg: left alone: it could not be looked up" in finished.printed
    assert "removed from" not in finished.printed
    assert "stack import" not in setting.calls


@pytest.mark.usefixtures("azure")
def test_a_resource_in_an_unknown_subscription_does_not_prevent_the_recovery_of_the_others(
    setting: Setting,
) -> None:
    document = recorded("updating-the-environment")
    resources = document["deployment"]["resources"]
    group = next(each for each in resources if each["urn"].endswith("::logic-apps-rg"))
    other = {
        **group,
        "urn": f"{group['urn']}-other",
        "id": "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/other",
    }
    resources.append(other)
    setting.keep(document)
    finished = setting.run("--stack", "dev")
    assert finished.code == 1
    assert "logic-apps-rg-other: left alone: it could not be looked up: Azure returned status 404" in finished.printed
    assert "logic-apps-rg: does not exist" in finished.printed
    kept = json.loads((setting.backend / "imported").read_text())["deployment"]["resources"]
    assert other in kept
    assert not any(each["urn"].endswith("::logic-apps-rg") and not each.get("pendingReplacement") for each in kept)


ESCAPE = "\x1b]0;title\x07\r\n  everything is in order\u202e"


@pytest.mark.usefixtures("azure")
def test_control_characters_in_names_of_the_state_are_escaped(setting: Setting) -> None:
    document = recorded("updating-the-environment")
    resources = document["deployment"]["resources"]
    group = next(each for each in resources if each["urn"].endswith("::logic-apps-rg"))
    resources += [
        {**group, "urn": f"{group['urn']}-gone{ESCAPE}", "id": f"{group['id']}-gone"},
        {**group, "urn": f"{group['urn']}-unreadable{ESCAPE}", "id": f"/subscriptions/1{ESCAPE}/resourceGroups/a"},
    ]
    setting.keep(document)
    finished = setting.run("--stack", "dev", "--dry-run")
    expect_plain(finished.printed)
    assert "logic-apps-rg-gone\\x1b]0;title\\x07\\r\\n  everything" in finished.printed
    assert "logic-apps-rg-unreadable\\x1b" in finished.printed


@pytest.mark.parametrize("host", [f"{platform.node()}{ESCAPE}", platform.node()])
@pytest.mark.parametrize("user", [f"ada{ESCAPE}", "ada"])
def test_control_characters_in_a_lock_file_are_escaped(host: str, user: str, setting: Setting) -> None:
    file = setting.lock(0, host)
    file.write_text(json.dumps({**json.loads(file.read_text()), "username": user}))
    expect_plain(setting.run("--stack", "dev").printed)


@pytest.mark.usefixtures("azure")
def test_control_characters_in_a_message_of_azure_are_escaped(setting: Setting) -> None:
    setting.keep(recorded("updating-the-environment"))
    refuse_lookups(setting, 403, f"No{ESCAPE}", times=99)
    finished = setting.run("--stack", "dev")
    expect_plain(finished.printed)
    assert "No\\x1b]0;title\\x07\\r\\n" in finished.printed


def expect_plain(printed: str) -> None:
    """Nothing was printed that a terminal acts on, and no line that is not the command's own."""
    assert all(character.isprintable() for character in printed.replace("\n", ""))
    assert "everything is in order" not in [line.strip() for line in printed.split("\n")]
    assert not any(line.startswith("  everything") for line in printed.split("\n"))


def refuse_lookups(setting: Setting, status: int, code: str, times: int) -> None:
    """From now on Azure answers lookups with this error."""
    arm.control_of(setting.backend.parent / "arm").inject(
        arm.RequestFault(
            method="GET", path="*/resourcegroups/*", status=status, code=code, message="Not now.", times=times
        )
    )


def test_a_cloud_that_cannot_be_reached_is_named(setting: Setting) -> None:
    setting.keep(recorded("creating-the-environment"))
    setting.variables["ARM_METADATA_HOSTNAME"] = "127.0.0.1:1"
    setting.retry_at_once()
    expect_refusal(setting, "https://127.0.0.1:1/metadata/endpoints", "ARM_METADATA_HOSTNAME")


def test_an_unknown_cloud_is_reported_with_the_known_ones(setting: Setting) -> None:
    setting.keep(recorded("creating-the-environment"))
    setting.variables["ARM_ENVIRONMENT"] = "mars"
    expect_refusal(setting, "'mars'", "public, usgovernment, china")

"""The commands of the sandbox: exit codes, signals, output, and the files that they leave.

The simulator (`fake_simulator.py`) and the CLI are fakes, so that only the commands themselves are tested.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from logic_apps_sandbox.commands.cli import layout_for
from logic_apps_sandbox.files import write_file

FAKE = Path(__file__).parents[1] / "support" / "fake_simulator.py"
REPOSITORY = Path(__file__).parents[2]


class Sandbox:
    """A project in a temporary folder, with commands of the sandbox to run in it."""

    def __init__(self, folder: Path) -> None:
        """Makes the project and a toolchain with a CLI that prints its arguments."""
        self.project = folder / "project"
        self.home = folder / "home"
        self.log = folder / "simulator.log"
        self.project.mkdir()
        (self.project / "Pulumi.yaml").write_text("name: demo\nruntime: python\n")
        toolchain = self.home / "toolchain"
        toolchain.mkdir(parents=True)
        (toolchain / "pulumi").write_text('#!/bin/sh\necho "pulumi $@"\n')
        (toolchain / "pulumi").chmod(0o755)
        (toolchain / "pulumi.json").write_text('{"executable": "pulumi", "version": "3.274.1", "origin": "a test"}')
        self.variables = {
            **os.environ,
            "LOGIC_APPS_SANDBOX_HOME": str(self.home),
            "FAKE_SIMULATOR_LOG": str(self.log),
            "XDG_CACHE_HOME": str(folder / "cache"),
            "ARM_USE_OIDC": "true",
        }

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command in a new session: without a terminal, as in continuous integration."""
        # Tests that run under nohup ignore SIGHUP, and what they start would too.
        before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
        try:
            return subprocess.Popen(
                [sys.executable, "-P", FAKE, *arguments],
                cwd=self.project,
                env=self.variables,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
        finally:
            signal.signal(signal.SIGHUP, before)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs a command to its end."""
        process = self.start(*arguments)
        out, err = process.communicate(timeout=60)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    @property
    def simulator_log(self) -> list[str]:
        """When the simulator started and ended."""
        return self.log.read_text().splitlines() if self.log.exists() else []


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    return Sandbox(tmp_path)


@pytest.fixture
def started(sandbox: Sandbox) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    processes: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        processes.append(sandbox.start(*arguments))
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def test_the_exit_code_of_the_command_is_passed_through(sandbox: Sandbox) -> None:
    assert sandbox.run("run", "--", "sh", "-c", "exit 7").returncode == 7


def test_a_command_that_a_signal_ended_returns_128_and_its_number(sandbox: Sandbox) -> None:
    assert sandbox.run("run", "--", "sh", "-c", "kill -9 $$").returncode == 128 + 9


def test_a_command_that_does_not_exist_returns_127_with_a_message_and_the_simulator_ends(sandbox: Sandbox) -> None:
    ended = sandbox.run("run", "--", "nosuchcommand")
    assert ended.returncode == 127
    assert ended.stderr == "Error: the command 'nosuchcommand' was not found\n"
    assert sandbox.simulator_log[-1] == "ended"


def test_a_file_that_cannot_be_executed_returns_126(sandbox: Sandbox) -> None:
    (sandbox.project / "broken").write_text("#!/no/such/interpreter\n")
    (sandbox.project / "broken").chmod(0o755)
    ended = sandbox.run("run", "--", "./broken")
    assert ended.returncode == 126
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("named", ["./data.txt", "data.txt"])
def test_a_file_that_is_not_a_program_returns_126_too(sandbox: Sandbox, named: str) -> None:
    (sandbox.project / "data.txt").write_text("text\n")
    sandbox.variables["PATH"] = f"{sandbox.project}{os.pathsep}{os.environ['PATH']}"
    ended = sandbox.run("run", "--", named)
    assert (ended.returncode, ended.stderr) == (126, f"Error: {named!r} cannot be run: Permission denied\n")


@pytest.mark.parametrize("command", ["resources", "requests"])
def test_a_folder_that_does_not_exist_is_reported(sandbox: Sandbox, command: str) -> None:
    ended = sandbox.run(command, "--data", str(sandbox.project / "nothing"))
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"Error: the folder {sandbox.project}/nothing does not exist.")
    assert not (sandbox.project / "nothing").exists()


def test_without_the_packages_the_error_says_how_to_install_them() -> None:
    # -S leaves out whatever is installed for the Python that virtual environments are made of.
    python = [sys._base_executable, "-S"]  # type: ignore[attr-defined]  # not in the types of every platform
    ended = subprocess.run(
        [*python, "-m", "logic_apps_sandbox", "--help"], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert "pip install 'logic-apps-environment[sandbox]'" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_options_after_the_command_are_its_own(sandbox: Sandbox) -> None:
    assert sandbox.run("run", "echo", "--pace", "--help").stdout == "--pace --help\n"


def test_the_simulator_starts_before_the_command_and_stops_after_it(sandbox: Sandbox) -> None:
    script = 'echo "$ARM_METADATA_HOSTNAME"; cat "$FAKE_SIMULATOR_LOG"'
    printed = sandbox.run("run", "--pace", "0", "--", "sh", "-c", script).stdout.splitlines()
    assert printed == ["127.0.0.1:9", f"started in {sandbox.home}/arm port=0 pace=0.0"]
    assert sandbox.simulator_log[-1] == "ended"


def test_without_an_option_the_simulator_keeps_its_pace(sandbox: Sandbox) -> None:
    sandbox.run("run", "--", "true")
    assert sandbox.simulator_log[0].endswith("pace=None")


def test_the_option_for_the_retired_service_is_passed_on_and_reported(sandbox: Sandbox) -> None:
    assert "use --not-retired" in sandbox.run("run", "--retired", "--", "true").stderr
    assert sandbox.run("run", "--not-retired", "--", "true").stderr == ""
    assert [line.partition("retired=")[2] for line in sandbox.simulator_log[::2]] == ["True", "False"]


@pytest.mark.parametrize("pace", ["-1", "nan", "inf", "1e10", "fast"])
def test_an_invalid_pace_is_rejected(sandbox: Sandbox, pace: str) -> None:
    refused = sandbox.run("run", "--pace", pace, "--", "true")
    assert refused.returncode == 2
    assert "--pace" in refused.stderr


def test_the_credentials_of_a_real_account_do_not_reach_the_command(sandbox: Sandbox) -> None:
    assert sandbox.run("run", "--", "sh", "-c", 'echo "[$ARM_USE_OIDC]"').stdout == "[]\n"


def test_pulumi_is_the_launcher_and_the_launcher_becomes_the_cli(sandbox: Sandbox) -> None:
    printed = sandbox.run("run", "--", "sh", "-c", "command -v pulumi; pulumi version --some option")
    assert printed.stdout.splitlines() == [f"{sandbox.home}/bin/pulumi", "pulumi version --some option"]


def test_the_plugin_is_where_pulumi_looks_for_exactly_the_version_of_the_sdk(sandbox: Sandbox) -> None:
    sandbox.run("run", "--", "true")
    plugin = sandbox.home / "pulumi" / "plugins" / "resource-azure-native-v3.29.0" / "pulumi-resource-azure-native"
    assert os.access(plugin, os.X_OK)


def test_the_passphrase_is_made_once_and_only_its_owner_can_read_it(sandbox: Sandbox) -> None:
    sandbox.run("run", "--", "true")
    passphrase = sandbox.home / "passphrase"
    first = passphrase.read_text()
    sandbox.run("run", "--", "true")
    assert passphrase.read_text() == first
    assert len(first) >= 32
    assert passphrase.stat().st_mode & 0o777 == 0o600


def test_nothing_is_written_into_the_project(sandbox: Sandbox) -> None:
    sandbox.run("run", "--", "true")
    assert [each.name for each in sandbox.project.iterdir()] == ["Pulumi.yaml"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_reaches_the_command_once_and_the_simulator_ends_after_it(
    sandbox: Sandbox, started: Callable[..., subprocess.Popen[str]], number: signal.Signals
) -> None:
    script = (
        "import os, signal, sys\n"
        f"wanted = [{int(number)}]\n"
        "signal.pthread_sigmask(signal.SIG_BLOCK, wanted)\n"
        "print('ready', flush=True)\n"
        "signal.sigwait(wanted)\n"
        "print('a second one:', signal.sigtimedwait(wanted, 0.3))\n"
        "print('simulators ended:', open(os.environ['FAKE_SIMULATOR_LOG']).read().count('ended'))\n"
        "sys.exit(3)\n"
    )
    process = started("run", "--", sys.executable, "-c", script)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    children = psutil.Process(process.pid).children(recursive=True)
    # As a terminal or `timeout` does: to all of the group.
    os.killpg(process.pid, number)
    out, err = process.communicate(timeout=30)
    assert (out, err) == ("a second one: None\nsimulators ended: 0\n", "")
    assert process.returncode == 3
    assert sandbox.simulator_log[-1] == "ended"
    assert not [child for child in children if child.is_running()]


def test_two_commands_at_the_same_time_both_work(started: Callable[..., subprocess.Popen[str]]) -> None:
    both = [started("run", "--", "pulumi", "version") for _ in range(2)]
    assert [process.communicate(timeout=60)[0] for process in both] == ["pulumi version\n"] * 2


def test_outside_of_a_project_the_message_says_what_to_do(sandbox: Sandbox) -> None:
    (sandbox.project / "Pulumi.yaml").unlink()
    ended = sandbox.run("run", "--", "true")
    assert ended.returncode == 1
    assert ended.stderr.startswith("Error: there is no Pulumi.yaml in ")


def test_the_first_command_in_a_project_installs_the_cli_and_later_ones_use_it(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    shutil.rmtree(sandbox.home / "toolchain")
    for name in ("pulumi", "pulumi-language-python"):
        write_file(
            tmp_path / "bin" / name, '#!/bin/sh\n[ "$1" = version ] && echo v3.250.0 || echo "found $@"\n', mode=0o755
        )
    sandbox.variables["PATH"] = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
    first, second = (sandbox.run("run", "--", "pulumi", "whoami") for _ in range(2))
    assert (first.returncode, first.stdout) == (0, "found whoami\n")
    assert "installs the Pulumi CLI" in first.stderr
    assert (second.returncode, second.stdout, second.stderr) == (0, "found whoami\n", "")


def test_for_a_program_in_yaml_its_language_host_is_looked_for_too(sandbox: Sandbox) -> None:
    (sandbox.project / "Pulumi.yaml").write_text("name: demo\nruntime: yaml\n")
    sandbox.variables |= {"PATH": "/nowhere", "LOGIC_APPS_SANDBOX_PULUMI_ARCHIVES": "http://127.0.0.1:9"}
    assert "go is not on PATH" in sandbox.run("run", "--", "/bin/true").stderr
    write_file(sandbox.home / "toolchain/pulumi-language-yaml", "", mode=0o755)
    assert sandbox.run("run", "--", "/bin/true").returncode == 0


def test_the_error_for_a_cli_that_cannot_be_installed_states_what_each_option_requires(sandbox: Sandbox) -> None:
    shutil.rmtree(sandbox.home / "toolchain")
    sandbox.variables |= {"PATH": "/nowhere", "LOGIC_APPS_SANDBOX_PULUMI_ARCHIVES": "http://127.0.0.1:9"}
    ended = sandbox.run("run", "--", "true")
    assert ended.returncode == 1
    assert "a pulumi on PATH: not found" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("client", ["az", "terraform", "tofu"])
def test_a_client_without_pulumi_runs_in_any_folder_and_installs_nothing(
    sandbox: Sandbox, tmp_path: Path, client: str
) -> None:
    (sandbox.project / "Pulumi.yaml").unlink()
    shutil.rmtree(sandbox.home / "toolchain")
    del sandbox.variables["LOGIC_APPS_SANDBOX_HOME"]
    write_file(tmp_path / client, '#!/bin/sh\necho "$AZURE_CONFIG_DIR" "$ARM_METADATA_HOST"\n', mode=0o755)
    ended = sandbox.run("run", "--", str(tmp_path / client))
    assert (ended.returncode, ended.stderr) == (0, "")
    folder, address = ended.stdout.split()
    assert folder == str(sandbox.project / ".sandbox/azure")
    assert f"endpoint_resource_manager = https://{address}\n" in (Path(folder) / "clouds.config").read_text()
    assert not (sandbox.project / ".sandbox/toolchain").exists()


def test_a_new_project_is_created_in_a_folder_without_one(sandbox: Sandbox) -> None:
    (sandbox.project / "Pulumi.yaml").unlink()
    created = sandbox.run("run", "--", "pulumi", "new", "--help")
    assert (created.returncode, created.stderr) == (0, "")
    assert "no Pulumi.yaml" in sandbox.run("run", "--", "pulumi", "up").stderr


@pytest.mark.parametrize(
    "command", [["new", "python"], ["new", "python", "--dir", "billing"], ["-C", "billing", "new"]]
)
def test_a_new_project_in_a_folder_of_another_one_gets_its_own_sandbox(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    folder = sandbox.project / "billing"
    folder.mkdir()
    monkeypatch.chdir(sandbox.project if "billing" in command else folder)
    monkeypatch.delenv("LOGIC_APPS_SANDBOX_HOME", raising=False)
    layout = layout_for(("pulumi", *command), needs_project=True)
    assert (layout.project, layout.home) == (folder, folder / ".sandbox")
    assert layout_for(("pulumi", "up"), needs_project=True).project == sandbox.project
    assert layout_for(("pulumi", *command, "--help"), needs_project=True).project == sandbox.project


def test_the_azure_cli_is_signed_in_and_only_the_owner_can_read_its_secret(sandbox: Sandbox) -> None:
    sandbox.run("run", "--", "true")
    (subscription,) = json.loads((sandbox.home / "azure/azureProfile.json").read_text())["subscriptions"]
    login_file = sandbox.home / "azure/service_principal_entries.json"
    (login,) = json.loads(login_file.read_text())
    assert (subscription["user"]["name"], subscription["tenantId"]) == (login["client_id"], login["tenant"])
    assert subscription["environmentName"] == "sandbox"
    assert login_file.stat().st_mode & 0o777 == 0o600


def test_git_ignores_the_folder_of_the_sandbox(sandbox: Sandbox) -> None:
    sandbox.run("run", "--", "true")
    assert (sandbox.home / ".gitignore").read_text() == "*\n"


def test_shell_selects_the_stack_says_what_it_is_and_opens_the_users_shell(sandbox: Sandbox) -> None:
    sandbox.variables["SHELL"] = "/bin/echo"
    printed = sandbox.run("shell", "--stack", "test").stdout
    assert "pulumi stack select test" in printed
    assert "stack test is selected" in printed


def test_a_stack_that_cannot_be_selected_opens_no_shell(sandbox: Sandbox) -> None:
    (sandbox.home / "toolchain" / "pulumi").write_text("#!/bin/sh\necho 'error: no stack named nosuch' >&2\nexit 255\n")
    ended = sandbox.run("shell", "--stack", "nosuch")
    assert ended.returncode == 255
    assert ended.stdout == ""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_prints_what_a_client_needs_but_not_the_secret_and_ends_cleanly(
    sandbox: Sandbox,
    started: Callable[..., subprocess.Popen[str]],
    number: signal.Signals,
    tmp_path: Path,
) -> None:
    process = started("serve", "--port", "8443", "--data", str(tmp_path / "data"), "--pace", "1.5")
    assert process.stdout is not None
    printed = ""
    while "metadata/endpoints" not in printed:
        printed += process.stdout.readline()
    process.send_signal(number)
    rest, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert (rest, err) == ("The simulator has stopped.\n", "")
    for needed in ("127.0.0.1:9", "the-subscription", "the-tenant", "the-client", f"{tmp_path}/data/ca.pem"):
        assert needed in printed
    assert "the-secret" not in printed
    assert sandbox.simulator_log == [f"started in {tmp_path}/data port=8443 pace=1.5", "ended"]


def test_resources_lists_child_resources_directly_below_their_parent(sandbox: Sandbox) -> None:
    (sandbox.home / "arm").mkdir()
    lines = sandbox.run("resources").stdout.splitlines()
    assert [line.split("Microsoft")[0].rstrip() for line in lines[1:]] == [
        "rg-1",
        "  vnet-1",
        "    subnet-1",
        "  vnet-2",
    ]
    assert lines[3].split()[-3:] == ["Microsoft.Network/virtualNetworks/subnets", "westus2", "Updating"]


def test_resources_as_json_has_the_same_order(sandbox: Sandbox) -> None:
    (sandbox.home / "arm").mkdir()
    listed = json.loads(sandbox.run("resources", "--json").stdout)
    assert [each["name"] for each in listed] == ["rg-1", "vnet-1", "subnet-1", "vnet-2"]
    assert listed[0] == {
        "id": "/subscriptions/S/resourceGroups/rg-1",
        "type": "Microsoft.Resources/resourceGroups",
        "name": "rg-1",
        "location": "westus2",
        "state": "Succeeded",
    }


def test_resources_reports_that_a_sandbox_is_empty(sandbox: Sandbox) -> None:
    assert sandbox.run("resources").stdout.startswith("The sandbox has no resources.")
    assert json.loads(sandbox.run("resources", "--json").stdout) == []


@pytest.mark.parametrize(
    "command", ["run", "shell", "serve", "settings", "resources", "requests", "time", "faults", "repair", "reset"]
)
def test_every_command_explains_itself_with_examples_to_copy(sandbox: Sandbox, command: str) -> None:
    lines = [line.strip() for line in sandbox.run(command, "--help").stdout.splitlines()]
    examples = lines[next(at for at, line in enumerate(lines) if line in ("Example:", "Examples:")) + 1 :]
    assert f"logic-apps-sandbox {command}" in examples[0]

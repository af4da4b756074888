"""The launcher runs ``pulumi`` commands so that none changes a stack file of the project.

The CLI is a fake that records its arguments and writes a salt where the real one does.
"""

import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest
import yaml

from logic_apps_sandbox.files import python_executable, write_file
from logic_apps_sandbox.toolchain.pulumi_commands import CommandLine

REPOSITORY = Path(__file__).parents[3]

TRACKED = "# mine\nconfig:\n  demo:size: 1\n"

FAKE_CLI = """\
#!/bin/sh
echo "$(pwd): $*" >> {log}
echo "$LOGIC_APPS_SANDBOX_PROGRAM_PYTHON" > {program_python}
case "$*" in
  "stack init "*) [ -e {state}/.pulumi/stacks/demo/$3.json ] && {{ echo "error: stack already exists" >&2; exit 255; }}
    mkdir -p {state}/.pulumi/stacks/demo; echo "{{}}" > {state}/.pulumi/stacks/demo/$3.json
    sleep ${{SAVING_SECONDS:-0}}
    echo "encryptionsalt: v1:salt-of-$3" >> Pulumi.$3.yaml;;
  "stack select --create "*) echo "encryptionsalt: v1:a" > Pulumi.$4.yaml;;
  *--config-file=*) grep -q encryptionsalt "${{*#*--config-file=}}" || echo "no salt was given" >&2;;
  new*) [ -e Pulumi.dev.yaml ] || printf 'encryptionsalt: v1:a\\nconfig:\\n  demo:size: 1\\n' > Pulumi.dev.yaml
    echo "encryptionsalt: v1:b" > Pulumi.test.yaml;;
  "stack --show-name"*) cat {selected} || exit 255;;
esac
"""


class Sandbox:
    """A project with a stack file, and a launcher."""

    def __init__(self, folder: Path) -> None:
        """Makes the project, with a file for the stacks dev and prod, and installs the launcher."""
        self.project = folder / "project"
        self.project.mkdir()
        (self.project / "Pulumi.yaml").write_text("name: demo\nruntime: python\n")
        for stack in ("dev", "prod"):
            (self.project / f"Pulumi.{stack}.yaml").write_text(TRACKED)
        self.stack_files = folder / "home" / "project"
        self.selected = folder / "selected"
        self._log = folder / "log"
        state = folder / "home" / "state"
        cli = folder / "pulumi"
        self.program_python = folder / "program-python"
        text = FAKE_CLI.format(log=self._log, state=state, selected=self.selected, program_python=self.program_python)
        write_file(cli, text, mode=0o755)
        self.launcher = folder / "bin" / "pulumi"
        arguments = [str(cli), str(self.stack_files), str(state)]
        text = python_executable(Path(sys.executable), REPOSITORY, "logic_apps_sandbox.toolchain.launcher", *arguments)
        write_file(self.launcher, text, mode=0o755)

    def pulumi(
        self, *arguments: str, folder: Path | None = None, **variables: str
    ) -> "subprocess.CompletedProcess[str]":
        """Runs the launcher."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PULUMI_")}
        return subprocess.run(
            [self.launcher, *arguments],
            cwd=folder or self.project,
            env={**environment, **variables},
            capture_output=True,
            text=True,
            check=False,
        )

    def called(self) -> list[str]:
        """The arguments of all calls of the CLI so far, in the project's folder."""
        lines = self._log.read_text().splitlines() if self._log.exists() else []
        return [line.partition(": ")[2] for line in lines if line.startswith(f"{self.project}")]

    def copy_of(self, stack: str) -> str:
        """The copy of a stack file that the CLI is given."""
        return (self.stack_files / f"Pulumi.{stack}.yaml").read_text()

    def unchanged(self) -> bool:
        """Whether the project is as it was made."""
        names = sorted(each.name for each in self.project.iterdir())
        texts = [(self.project / f"Pulumi.{stack}.yaml").read_text() for stack in ("dev", "prod")]
        return names == ["Pulumi.dev.yaml", "Pulumi.prod.yaml", "Pulumi.yaml"] and texts == [TRACKED, TRACKED]


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    return Sandbox(tmp_path)


@pytest.mark.parametrize("command", ["preview", "pre", "up", "update", "refresh", "destroy", "down", "dn", "import"])
def test_a_command_that_reads_the_stack_file_gets_a_copy_with_the_salt(sandbox: Sandbox, command: str) -> None:
    sandbox.pulumi(command, "--yes", "--stack", "dev")
    assert sandbox.called() == [f"{command} --yes --stack dev --config-file={sandbox.stack_files}/Pulumi.dev.yaml"]
    assert sandbox.copy_of("dev").startswith(TRACKED)
    assert sandbox.copy_of("dev").endswith("\nencryptionsalt: v1:salt-of-dev\n")
    assert sandbox.unchanged()


def test_the_copy_follows_the_stack_file_and_keeps_its_salt(sandbox: Sandbox) -> None:
    sandbox.pulumi("up", "--stack", "dev")
    (sandbox.project / "Pulumi.dev.yaml").write_text("config:\n  demo:size: 2\n")
    sandbox.pulumi("up", "--stack", "dev")
    assert "demo:size: 2\n" in sandbox.copy_of("dev")
    assert "demo:size: 1\n" not in sandbox.copy_of("dev")
    assert sandbox.copy_of("dev").count("encryptionsalt: v1:salt-of-dev\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["up", "--stack=prod"],
        ["up", "-s", "prod"],
        ["up", "-sprod"],
        ["up", "-ys", "prod"],
        ["up", "-m", "-s dev", "-s", "prod"],
        ["--color", "never", "-v", "9", "up", "--stack", "prod"],
        ["up", "--stack", "organization/demo/prod"],
    ],
)
def test_the_stack_is_understood_as_the_cli_understands_it(sandbox: Sandbox, arguments: list[str]) -> None:
    sandbox.pulumi(*arguments)
    assert sandbox.called() == [" ".join([*arguments, f"--config-file={sandbox.stack_files}/Pulumi.prod.yaml"])]


def test_a_stack_from_the_environment_is_used(sandbox: Sandbox) -> None:
    sandbox.pulumi("preview", PULUMI_STACK="prod")
    assert sandbox.called() == [f"preview --config-file={sandbox.stack_files}/Pulumi.prod.yaml"]


def test_without_a_named_stack_the_selected_one_is_used(sandbox: Sandbox) -> None:
    sandbox.selected.write_text("prod\n")
    sandbox.pulumi("preview")
    assert sandbox.called()[-1] == f"preview --config-file={sandbox.stack_files}/Pulumi.prod.yaml"


def test_without_any_stack_the_message_says_how_to_name_one_and_nothing_runs(sandbox: Sandbox) -> None:
    ended = sandbox.pulumi("preview")
    assert ended.returncode == 255
    assert "--stack" in ended.stderr
    assert "dev, prod" in ended.stderr
    assert sandbox.called() == ["stack --show-name --non-interactive"]


def test_in_a_project_without_stacks_the_message_says_how_to_create_one(sandbox: Sandbox) -> None:
    for stack in ("dev", "prod"):
        (sandbox.project / f"Pulumi.{stack}.yaml").unlink()
    assert "pulumi stack init dev" in sandbox.pulumi("preview").stderr


def test_the_project_of_another_folder_is_used_when_pulumi_is_told_to_go_there(sandbox: Sandbox) -> None:
    sandbox.pulumi("-C", str(sandbox.project), "up", "--stack", "dev", folder=Path("/"))
    assert sandbox.copy_of("dev").startswith(TRACKED)


def test_a_config_file_that_the_user_names_is_left_to_the_user(sandbox: Sandbox) -> None:
    sandbox.pulumi("up", "--stack", "dev", "--config-file", "other.yaml")
    assert sandbox.called() == ["up --stack dev --config-file other.yaml"]


@pytest.mark.parametrize("key", ["encryptionsalt: v1:mine", "secretsprovider: azurekeyvault://x", "encryptedkey: abc"])
def test_a_salt_or_secrets_provider_from_elsewhere_is_replaced_in_the_copy(sandbox: Sandbox, key: str) -> None:
    file = sandbox.project / "Pulumi.dev.yaml"
    file.write_text(f"{key}\n{TRACKED}")
    for _ in range(2):
        sandbox.pulumi("up", "--stack", "dev")
        assert sandbox.called()[-1] == f"up --stack dev --config-file={sandbox.stack_files}/Pulumi.dev.yaml"
        assert sandbox.copy_of("dev").startswith(TRACKED)
        assert sandbox.copy_of("dev").endswith("\nencryptionsalt: v1:salt-of-dev\n")
    assert file.read_text() == f"{key}\n{TRACKED}"


ENCRYPTED = f"encryptionsalt: v1:mine\n{TRACKED}  demo:key:\n    secure: v1:abc\n"


@pytest.mark.parametrize("command", ["up", "preview", "config", "stack output", "stack history --show-secrets"])
def test_encrypted_values_from_elsewhere_end_the_command_with_what_to_do(sandbox: Sandbox, command: str) -> None:
    (sandbox.project / "Pulumi.dev.yaml").write_text(ENCRYPTED)
    ended = sandbox.pulumi(*command.split(), "--stack", "dev")
    assert ended.returncode == 255
    assert ended.stderr.startswith("error: Pulumi.dev.yaml has values that were encrypted for another backend")
    assert "Copy the file to Pulumi.NAME.yaml without encryptionsalt" in ended.stderr
    assert sandbox.called() == []


def test_values_that_were_encrypted_for_a_stack_of_the_sandbox_are_used_as_they_are(sandbox: Sandbox) -> None:
    sandbox.pulumi("stack", "output", "--stack", "dev")
    (sandbox.project / "Pulumi.dev.yaml").write_text(ENCRYPTED)
    sandbox.pulumi("up", "--stack", "dev")
    assert sandbox.called()[-1] == "up --stack dev"


# The real CLI created this salt with the passphrase "correct horse".
SALT = "encryptionsalt: v1:4OJodVzZX7k=:v1:w0grQc1m6ezV9o4U:SDNpqvap1DIsMcfJVxJkGyUVHe/5Ow=="


@pytest.mark.parametrize(
    ("secrets", "passphrase", "is_readable"),
    [
        (SALT, "correct horse", True),
        (SALT.replace("v1:4", '"v1:4') + '"', "correct horse", True),
        (SALT, "another", False),
        ("encryptionsalt: v1:mine", "correct horse", False),
        ("encryptionsalt:", "correct horse", False),
        ("secretsprovider: azurekeyvault://vault/keys/key\nencryptedkey: abc", "correct horse", False),
        ("secretsprovider: awskms://alias/key\nencryptedkey: abc", "correct horse", True),
        ("# Pulumi Cloud adds nothing.", "correct horse", False),
    ],
)
@pytest.mark.parametrize("command", ["up --stack dev", "stack history --show-secrets --stack dev"])
def test_an_existing_stack_whose_file_was_encrypted_elsewhere_is_not_used(
    sandbox: Sandbox, command: str, secrets: str, passphrase: str, is_readable: bool
) -> None:
    sandbox.pulumi("stack", "output", "--stack", "dev")
    called = sandbox.called()
    (sandbox.project / "Pulumi.dev.yaml").write_text(f"{secrets}\n{TRACKED}  demo:key:\n    secure: v1:abc\n")
    ended = sandbox.pulumi(*command.split(), PULUMI_CONFIG_PASSPHRASE=passphrase)
    assert (len(sandbox.called()) > len(called)) is is_readable
    assert ("has values that were encrypted for another backend" in ended.stderr) is not is_readable


def test_a_stack_is_missing_for_values_that_the_sandbox_can_decrypt(sandbox: Sandbox) -> None:
    """After a reset, and for a copy of another stack's file."""
    (sandbox.project / "Pulumi.dev.yaml").write_text(f"{SALT}\n{TRACKED}  demo:key:\n    secure: v1:abc\n")
    ended = sandbox.pulumi("up", "--stack", "dev", PULUMI_CONFIG_PASSPHRASE="correct horse")
    assert ended.stderr.startswith("error: the sandbox does not have the stack dev")
    assert ended.stderr.endswith("run: pulumi stack init dev\n")
    assert sandbox.called() == []


ON_ENCRYPTED_VALUES = {
    "config get key": True,
    "config get demo:key": True,
    "config get demo:other": False,
    "config get other:key": False,
    "config get missing": False,
    "config get servers": True,
    "config get --path servers[0].password": True,
    "config get --path servers[0].name": False,
    'config get --path servers[0]["a.b"]': True,
    "config get --path servers[1]": False,
    "config get --path": False,
    "config --show-secrets": True,
    "config --show-secrets=false": False,
    "config": False,
    "config set key value --secret": True,
    "config set key value": False,
    "config set-all --secret key=value": True,
    "config rm key": False,
    "stack history": False,
    "stack history --show-secrets": True,
    "stack output --show-secrets": False,
    "up": True,
}
"""Commands, and whether they decrypt or encrypt values of this stack file (pulumi/pulumi v3.274.1,
pkg/cmd/pulumi/config/config.go: the calls of ``GetSecretsManager``)."""

WITH_SECRETS = """\
config:
  demo:key: {secure: v1:abc}
  demo:other: 1
  demo:servers:
    - name: a
      password: {secure: v1:abc}
      a.b: {secure: v1:abc}
"""


@pytest.mark.parametrize("command", ON_ENCRYPTED_VALUES)
def test_a_command_decrypts_what_it_prints_or_uses(command: str) -> None:
    line = CommandLine.parse(command.split())
    assert line.decrypts(WITH_SECRETS, "demo") is ON_ENCRYPTED_VALUES[command]


@pytest.mark.parametrize("option", [["--stack", "dev"], []])
def test_a_value_that_was_encrypted_elsewhere_is_not_printed(sandbox: Sandbox, option: list[str]) -> None:
    """Pulumi would add a salt to a file that was encrypted by Pulumi Cloud."""
    sandbox.selected.write_text("dev\n")
    sandbox.pulumi("stack", "output", "--stack", "dev")
    (sandbox.project / "Pulumi.dev.yaml").write_text(f"{TRACKED}  demo:key:\n    secure: v1:abc\n")
    ended = sandbox.pulumi("config", "get", "key", *option)
    assert ended.stderr.startswith("error: Pulumi.dev.yaml has values that were encrypted for another backend")
    assert sandbox.pulumi("config", "get", "size", *option).stderr == ""
    assert sandbox.called()[-1] == " ".join(["config", "get", "size", *option])


def test_commands_that_save_configuration_do_not_share_a_copy(sandbox: Sandbox) -> None:
    """Pulumi writes the values of --config to its file, and another command could read them."""
    for option in (["--config", "demo:size=2"], ["-c", "demo:size=3"]):
        sandbox.pulumi("up", *option, "--stack", "dev")
    first, second = (call.rpartition("--config-file=")[2] for call in sandbox.called())
    assert len({first, second, str(sandbox.stack_files / "Pulumi.dev.yaml")}) == 3
    assert Path(second).read_text().endswith("\nencryptionsalt: v1:salt-of-dev\n")
    assert not Path(first).exists()  # Its command has ended.
    assert sandbox.copy_of("dev") == "encryptionsalt: v1:salt-of-dev\n"


def test_configuration_is_not_saved_in_a_stack_file_with_encrypted_values(sandbox: Sandbox) -> None:
    sandbox.pulumi("stack", "output", "--stack", "dev")
    (sandbox.project / "Pulumi.dev.yaml").write_text(ENCRYPTED)
    sandbox.pulumi("up", "--config", "demo:size=2", "--stack", "dev")
    copy = Path(sandbox.called()[-1].rpartition("--config-file=")[2])
    assert copy.is_relative_to(sandbox.stack_files)
    assert copy.read_text() == ENCRYPTED


@pytest.mark.parametrize("command", ["stack init mine", "stack select --create mine"])
def test_the_file_of_a_new_stack_gets_no_salt(sandbox: Sandbox, command: str) -> None:
    created = sandbox.pulumi(*command.split())
    assert (created.returncode, sandbox.called()) == (0, [command])
    assert (sandbox.project / "Pulumi.mine.yaml").read_text() == ""
    again = sandbox.pulumi("-C", str(sandbox.project), "stack", "init", "mine", folder=Path("/"))
    assert again.returncode == 0


def test_a_stack_without_a_file_in_the_project_is_left_to_pulumi(sandbox: Sandbox) -> None:
    sandbox.pulumi("up", "--stack", "mine")
    assert sandbox.called() == ["up --stack mine"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["config", "set", "size", "2", "--stack", "dev"],
        ["stack", "output", "--stack", "dev"],
        ["stack", "select", "dev"],
    ],
)
def test_other_commands_run_unchanged_after_their_stack_is_created(sandbox: Sandbox, arguments: list[str]) -> None:
    sandbox.pulumi(*arguments)
    assert sandbox.called() == [" ".join(arguments)]
    assert sandbox.copy_of("dev") == "encryptionsalt: v1:salt-of-dev\n"
    assert sandbox.unchanged()


def test_stack_init_makes_the_stack_in_the_sandbox_and_selects_it(sandbox: Sandbox) -> None:
    sandbox.pulumi("stack", "init", "dev")
    assert sandbox.called() == ["stack select dev"]
    assert sandbox.unchanged()


def test_stack_init_of_a_stack_that_exists_fails_as_pulumi_does(sandbox: Sandbox) -> None:
    sandbox.pulumi("stack", "init", "dev")
    ended = sandbox.pulumi("stack", "init", "dev")
    assert ended.returncode == 255
    assert "already exists" in ended.stderr


@pytest.mark.parametrize("arguments", [["version"], [], ["--help"], ["up", "--help"], ["plugin", "ls", "--json"]])
def test_commands_without_a_stack_are_passed_on_as_they_are(sandbox: Sandbox, arguments: list[str]) -> None:
    sandbox.pulumi(*arguments)
    assert sandbox.called() == [" ".join(arguments)]


def test_the_salt_of_a_removed_stack_is_used_again(sandbox: Sandbox) -> None:
    sandbox.pulumi("up", "--stack", "dev")
    salt = sandbox.copy_of("dev").splitlines()[-1]
    (sandbox.stack_files.parent / "state" / ".pulumi" / "stacks" / "demo" / "dev.json").unlink()
    sandbox.pulumi("up", "--stack", "dev")
    assert salt in sandbox.copy_of("dev").splitlines()


def test_two_first_commands_at_the_same_time_create_the_stack_once(sandbox: Sandbox) -> None:
    variables = {**os.environ, "SAVING_SECONDS": "0.3"}
    command = [str(sandbox.launcher), "up", "--stack", "dev"]
    both = [subprocess.Popen(command, cwd=sandbox.project, env=variables, stderr=subprocess.PIPE) for _ in range(2)]
    assert [process.communicate()[1] for process in both] == [b"", b""]
    assert sandbox.copy_of("dev").count("encryptionsalt") == 1
    assert len(sandbox.called()) == 2


def test_words_after_a_double_dash_are_no_options() -> None:
    line = CommandLine.parse(["up", "--", "--stack", "dev"])
    assert (line.words, line.options) == (["up", "--stack", "dev"], {})


@pytest.mark.parametrize("name", ["rm", "remove", "delete"])
def test_removing_a_stack_keeps_the_projects_file(sandbox: Sandbox, name: str) -> None:
    """`pulumi destroy` itself recommends `stack rm`, which otherwise deletes the stack's file."""
    sandbox.pulumi("stack", name, "dev", "--yes")
    assert sandbox.called() == [f"stack {name} dev --yes --preserve-config"]


def test_options_of_the_launcher_are_before_a_double_dash(sandbox: Sandbox) -> None:
    sandbox.pulumi("stack", "rm", "--yes", "--", "dev")
    assert sandbox.called() == ["stack rm --yes --preserve-config -- dev"]


HARMFUL = {
    "destroy --remove --stack dev": "pulumi stack rm dev",
    "destroy --stack=dev --remove=true": "pulumi stack rm dev",
    "down --remove -s dev": "pulumi stack rm dev",
    "dn --remove -sdev": "pulumi stack rm dev",
    "stack rename --stack dev other": "Pulumi.NAME.yaml",
    "stack rename -s mine prod": "Pulumi.NAME.yaml",
    "stack change-secrets-provider passphrase --stack dev": "outside the sandbox",
    "stack migrate file:///tmp dev": "outside the sandbox",
    "stack migrate file:///tmp mine --target dev": "outside the sandbox",
    "config cp --dest dev -s mine": "pulumi config set KEY VALUE",
    "config cp --dest dev -s prod": "would change Pulumi.dev.yaml",
    "config cp -d mine --stack prod": "pulumi config set KEY VALUE",
    "config copy --dest dev -s mine": "pulumi config set KEY VALUE",
    "config refresh --force --stack dev": "git checkout Pulumi.dev.yaml",
}
"""Commands that write into a stack file, delete or move it, and have no option against that (pulumi/pulumi v3.274.1,
pkg/cmd/pulumi), and a part of what is to be done instead."""


@pytest.mark.parametrize("command", HARMFUL)
def test_a_command_that_would_change_the_projects_file_is_rejected_with_what_to_do_instead(
    sandbox: Sandbox, command: str
) -> None:
    sandbox.selected.write_text("mine\n")
    ended = sandbox.pulumi(*command.split())
    assert ended.returncode == 255
    assert ended.stderr.startswith("error: `pulumi ")
    assert "Traceback" not in ended.stderr
    assert HARMFUL[command] in ended.stderr
    assert [call for call in sandbox.called() if not call.startswith("stack --show-name")] == []
    assert sandbox.unchanged()


@pytest.mark.parametrize(
    "command",
    [
        "stack rename -s mine other",
        "stack change-secrets-provider passphrase --stack mine",
        "stack history -s dev",
        "stack history --show-secrets=false -s dev",
        "destroy --remove --stack mine",
        "config cp -s mine -d other",
        "config refresh -s mine",
    ],
)
def test_commands_that_change_no_file_of_the_project_are_passed_on(sandbox: Sandbox, command: str) -> None:
    sandbox.selected.write_text("mine\n")
    assert sandbox.pulumi(*command.split()).stderr == ""
    assert sandbox.called()[-1] == command


IN_COPIES = {
    "stack history --show-secrets -s dev": "--stack=dev",
    "stack hist --show-secrets": "--stack=prod",
    "state move --source dev --dest org/demo/prod URN": "--source=dev",
    "state mv --dest dev URN": "--source=prod",
    "state mv --dest mine URN": "--source=prod",
}
"""Commands that add a salt to a stack file and have no --config-file, and the option with which they name the stack
that is selected in the project's folder, which is prod."""


@pytest.mark.parametrize("command", IN_COPIES)
def test_a_command_without_config_file_runs_in_the_folder_of_the_copies(sandbox: Sandbox, command: str) -> None:
    sandbox.selected.write_text("prod\n")
    ended = sandbox.pulumi(*command.split())
    assert (ended.returncode, ended.stderr) == (0, "")
    assert sandbox.called()[-1] == f"{command} {IN_COPIES[command]} --cwd={sandbox.stack_files}"
    stacks = [stack for stack in ("dev", "prod") if stack in f"{command} {IN_COPIES[command]}"]
    assert all("encryptionsalt: v1:salt-of" in sandbox.copy_of(stack) for stack in stacks)
    assert sandbox.unchanged()


def test_a_stack_with_its_own_secrets_provider_keeps_it_in_the_folder_of_the_copies(sandbox: Sandbox) -> None:
    sandbox.pulumi("stack", "output", "--stack", "dev")
    (sandbox.project / "Pulumi.dev.yaml").write_text(ENCRYPTED)
    sandbox.pulumi("stack", "history", "--show-secrets", "--stack", "dev")
    assert sandbox.copy_of("dev") == ENCRYPTED


@pytest.fixture
def environment(sandbox: Sandbox) -> Path:
    """A virtual environment with Pulumi's SDK and that of azure-native, which the project's program uses."""
    folder = sandbox.project.parent / "environment"
    venv.create(folder)
    (packages,) = folder.glob("lib/python*/site-packages")
    for package in ("pulumi", "pulumi_azure_native"):
        write_file(packages / package / "__init__.py", "")
    write_file(packages / "pulumi_azure_native/pulumi-plugin.json", '{"resource": true, "version": "3.1.4"}')
    options = f"{{virtualenv: {os.path.relpath(folder, sandbox.project)}}}"
    (sandbox.project / "Pulumi.yaml").write_text(f"name: demo\nruntime: {{name: python, options: {options}}}\n")
    return folder


def test_a_program_runs_in_its_own_virtual_environment(sandbox: Sandbox, environment: Path) -> None:
    home = sandbox.project.parent / "pulumi-home"
    sandbox.pulumi("up", "--stack", "dev", PULUMI_HOME=str(home))
    assert Path(sandbox.program_python.read_text().strip()).samefile(environment / "bin/python")
    assert (home / "plugins/resource-azure-native-v3.1.4/pulumi-resource-azure-native").is_file()


@pytest.mark.parametrize("command", ["up --stack dev", "install"])
def test_a_virtual_environment_without_pulumi_ends_with_the_command_that_installs_it(
    sandbox: Sandbox, environment: Path, command: str
) -> None:
    shutil.rmtree(next(environment.glob("lib/python*/site-packages/pulumi")))
    ended = sandbox.pulumi(*command.split())
    assert (ended.returncode, sandbox.called()) == (255, [])
    assert "has no Pulumi SDK" in ended.stderr
    assert "-m pip install -r requirements.txt" in ended.stderr


@pytest.mark.parametrize(
    "runtime", ["python", "{name: python}", f"{{name: python, options: {{virtualenv: '{sys.prefix}'}}}}", "[]", "yaml"]
)
def test_other_programs_run_in_the_environment_of_the_sandbox(sandbox: Sandbox, runtime: str) -> None:
    (sandbox.project / "Pulumi.yaml").write_text(f"name: demo\nruntime: {runtime}\n")
    sandbox.pulumi("up", "--stack", "dev", LOGIC_APPS_SANDBOX_PROGRAM_PYTHON="/of/a/program/that/runs/pulumi")
    assert sandbox.program_python.read_text().strip() == sys.executable


def test_a_virtual_environment_that_does_not_exist_is_that_of_the_sandbox(sandbox: Sandbox) -> None:
    runtime = "{name: python, options: {virtualenv: nowhere}}"
    (sandbox.project / "Pulumi.yaml").write_text(f"name: demo\nruntime: {runtime}\n")
    sandbox.pulumi("up", "--stack", "dev", LOGIC_APPS_SANDBOX_PROGRAM_PYTHON="/of/a/program/that/runs/pulumi")
    assert sandbox.program_python.read_text().strip() == sys.executable


def test_a_destroy_without_remove_is_not_rejected(sandbox: Sandbox) -> None:
    sandbox.pulumi("destroy", "--remove=false", "--stack", "dev")
    assert sandbox.called() == [
        f"destroy --remove=false --stack dev --config-file={sandbox.stack_files}/Pulumi.dev.yaml"
    ]


@pytest.mark.parametrize("name", ["init", "new", "create", "setup"])
@pytest.mark.parametrize(
    "arguments", [["dev"], ["--secrets-provider", "passphrase", "dev"], ["--copy-config-from", "prod", "-s", "dev"]]
)
def test_a_stack_is_created_in_the_sandbox_by_any_alias_of_the_command(
    sandbox: Sandbox, name: str, arguments: list[str]
) -> None:
    assert sandbox.pulumi("stack", name, *arguments).stderr == ""
    assert sandbox.called() == ["stack select dev"]
    assert sandbox.copy_of("dev") == "encryptionsalt: v1:salt-of-dev\n"
    assert sandbox.unchanged()


def test_a_stack_that_is_not_to_be_selected_is_only_shown(sandbox: Sandbox) -> None:
    sandbox.pulumi("stack", "init", "dev", "--no-select")
    assert sandbox.called() == ["stack --show-name --stack dev"]


@pytest.mark.parametrize("arguments", ["select -c dev", "select --create dev", "select dev -c"])
def test_selecting_with_create_creates_the_stack_in_the_sandbox(sandbox: Sandbox, arguments: str) -> None:
    sandbox.pulumi("stack", *arguments.split())
    assert sandbox.called() == [f"stack {arguments}"]
    assert sandbox.copy_of("dev") == "encryptionsalt: v1:salt-of-dev\n"


@pytest.mark.parametrize("named", ["Pulumi.prod.yaml", "./Pulumi.prod.yaml", "{project}/Pulumi.prod.yaml"])
def test_a_stack_file_of_the_project_that_is_named_is_copied_too(sandbox: Sandbox, named: str) -> None:
    file = named.format(project=sandbox.project)
    sandbox.pulumi("up", "--stack", "dev", "--config-file", file)
    copy = f"--config-file={sandbox.stack_files}/Pulumi.dev.yaml"
    assert sandbox.called() == [f"up --stack dev --config-file {file} {copy}"]
    assert "Pulumi.prod.yaml; edit that" in sandbox.copy_of("dev")
    assert sandbox.unchanged()


def test_a_stack_file_that_is_not_utf_8_ends_with_one_line(sandbox: Sandbox) -> None:
    (sandbox.project / "Pulumi.dev.yaml").write_bytes(b"config:\n  demo:owner: M\xfcller\n")
    ended = sandbox.pulumi("up", "--stack", "dev")
    assert (ended.returncode, ended.stderr.count("\n")) == (255, 1)
    assert "Pulumi.dev.yaml is not UTF-8, from byte 24 on" in ended.stderr


def test_a_stack_file_is_read_as_utf_8_in_every_locale(sandbox: Sandbox) -> None:
    text = f"{TRACKED}# Müller\n"
    (sandbox.project / "Pulumi.dev.yaml").write_text(text, encoding="utf-8")
    ended = sandbox.pulumi("up", "--stack", "dev", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert ended.stderr == ""
    assert (sandbox.stack_files / "Pulumi.dev.yaml").read_text(encoding="utf-8").startswith(text)


def test_a_stack_that_was_removed_is_created_again_although_its_backup_exists(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path)
    sandbox.pulumi("preview", "--stack", "dev")
    state = tmp_path / "home" / "state" / ".pulumi" / "stacks" / "demo"
    (state / "dev.json").rename(state / "dev.json.bak")
    sandbox.pulumi("preview", "--stack", "dev")
    assert (state / "dev.json").is_file()


KEY = """-----begin private key-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgCarnPnkVaPVbWiwGQ
-----end private key-----
"""
SECRET = "CarnPnkVaPVbWiwGQ"


def stack_file_with(value: str) -> str:
    """A stack file with a value where a certificate belongs, and with the same as a comment."""
    lines = "".join(f"# {line}\n" for line in value.splitlines())
    return f"{lines}config:\n  demo:size: 3\n  demo:certificates: {json.dumps({'a': {'publicCertificate': value}})}\n"


def test_the_copy_contains_a_placeholder_for_a_private_key(sandbox: Sandbox) -> None:
    (sandbox.project / "Pulumi.dev.yaml").write_text(stack_file_with(KEY))
    assert sandbox.pulumi("preview", "--stack", "dev").returncode == 0
    copy = yaml.safe_load(sandbox.copy_of("dev"))
    value = copy["config"]["demo:certificates"]["a"]["publicCertificate"]
    assert value.startswith("-----BEGIN PRIVATE KEY-----")
    assert copy["config"]["demo:size"] == 3
    assert copy["encryptionsalt"] == "v1:salt-of-dev"
    assert SECRET not in sandbox.copy_of("dev")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Pulumi.yaml", f"name: demo\nruntime: python\nconfig:\n  demo:a: {json.dumps(KEY)}\n"),
        ("Pulumi.dev.yaml", f"{stack_file_with(KEY)}  demo:b:\n    secure: v1:abc\nencryptionsalt: v1:own\n"),
        ("Pulumi.dev.yaml", f"config: [\n{KEY}"),
        ("other.yaml", stack_file_with(KEY)),
    ],
    ids=["project file", "stack file with encrypted values", "stack file that is not YAML", "another file"],
)
def test_a_private_key_that_cannot_be_removed_ends_the_command(sandbox: Sandbox, name: str, text: str) -> None:
    (sandbox.project / name).write_text(text)
    option = ["--config-file", name] if name == "other.yaml" else []
    ended = sandbox.pulumi("up", "--stack", "dev", *option)
    assert ended.returncode == 255
    assert name in ended.stderr
    assert "contains a private key" in ended.stderr
    assert SECRET not in ended.stderr
    assert "up" not in " ".join(sandbox.called())
    kept = [path.read_text() for path in sandbox.stack_files.parent.rglob("*") if path.is_file()]
    assert not any(SECRET in each for each in kept)


def test_a_private_key_among_the_arguments_ends_the_command(sandbox: Sandbox) -> None:
    ended = sandbox.pulumi("up", "--stack", "dev", "--config", f"demo:certificate={KEY}")
    assert ended.returncode == 255
    assert "contains a private key" in ended.stderr
    assert SECRET not in ended.stderr
    assert sandbox.called() == []


@pytest.mark.parametrize(
    ("folder", "recover"),
    [
        ("components/logic_apps_environment", "make recover STACK=dev"),
        ("elsewhere", "logic-apps-sandbox run -- logic-apps-environment recover --stack dev"),
    ],
)
def test_after_a_kill_the_next_command_suggests_the_recovery(sandbox: Sandbox, folder: str, recover: str) -> None:
    (sandbox.project / folder).mkdir(parents=True)
    state = sandbox.stack_files.parent / "state" / ".pulumi" / "stacks" / "demo" / "dev.json"
    state.parent.mkdir(parents=True)
    state.write_text('{"checkpoint": {"latest": {"pending_operations": [{}]}}}')
    ended = sandbox.pulumi("up", "--yes", "--stack", "dev")
    assert ended.stderr.startswith(
        f"warning: the last command on the stack dev was interrupted. To continue, run: {recover}\n"
    )
    assert len(sandbox.called()) == 1


def test_a_new_project_gets_no_salt_of_the_sandbox(sandbox: Sandbox, tmp_path: Path) -> None:
    """Pulumi creates projects in empty folders only; the sandbox is there, and Python's virtual environment may be."""
    (tmp_path / "new" / ".sandbox").mkdir(parents=True)
    (tmp_path / "new" / ".venv").mkdir()
    (tmp_path / "new" / ".venv" / "pyvenv.cfg").touch()
    created = sandbox.pulumi("new", "python", "--yes", folder=tmp_path / "new")
    assert created.returncode == 0
    assert created.stderr == "To deploy it in the sandbox, run: logic-apps-sandbox run -- pulumi up\n"
    assert (tmp_path / "log").read_text().endswith("/new: new python --yes --force\n")
    assert (tmp_path / "new" / "Pulumi.dev.yaml").read_text() == "config:\n  demo:size: 1\n"


def test_a_new_project_in_a_folder_with_files_is_left_to_pulumi(sandbox: Sandbox) -> None:
    (sandbox.project / "Pulumi.dev.yaml").write_text(f"encryptionsalt: v1:mine\n{TRACKED}")
    sandbox.pulumi("new", "python")
    assert sandbox.called() == ["new python"]
    assert (sandbox.project / "Pulumi.dev.yaml").read_text().startswith("encryptionsalt: v1:mine\n")

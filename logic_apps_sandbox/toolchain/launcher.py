"""The ``pulumi`` that comes first on PATH in the sandbox: it protects stack files, then becomes the CLI.

With a file backend, Pulumi keeps the salt of a stack's passphrase in ``Pulumi.<stack>.yaml`` and adds it whenever it is
missing (pulumi/pulumi, pkg/cmd/pulumi/stack/secrets.go and io.go; the variable PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER
does not prevent that). Other commands delete or move the file. The project's files are tracked by git and belong to the
stacks on Azure, so they must not get a salt of the sandbox. Therefore:

- The launcher creates a stack with a file in the project when it is first named, from a folder in the sandbox's home.
- Commands that read the stack file get ``--config-file`` with a copy that has the sandbox's salt. Private keys are left
  out of the copy, because Pulumi keeps the configuration in its history.
- Commands that read the file and have no ``--config-file`` run in the folder of the copies.
- Commands that delete the file get an option to keep it. Commands without such an option are rejected.

``pulumi_commands`` has the table of commands. ``pulumi config`` reads and edits the project's own file. A stack file
with encrypted values is used unchanged. ``--config KEY=VALUE`` applies to one command only: Pulumi saves it in the
copy, so such a command gets a copy of its own.
"""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from logic_apps_sandbox.files import file_lock, write_file
from logic_apps_sandbox.home import install_provider
from logic_apps_sandbox.layout import (
    HOME_FOLDER,
    PROGRAM_PYTHON_VARIABLE,
    PROJECT_FILE,
    ProjectNotFoundError,
    find_project,
    stack_file,
    stack_files_of,
)
from logic_apps_sandbox.program_environment import program_environment
from logic_apps_sandbox.toolchain.backend import has_stack, salt_of_state, was_interrupted
from logic_apps_sandbox.toolchain.pulumi_commands import CommandLine, plain_name
from logic_apps_sandbox.toolchain.refusals import (
    end,
    read,
    refuse_encrypted_values,
    refuse_harm,
    refuse_missing_stack,
    refuse_private_key,
    refuse_private_keys,
    refuse_to_select,
    without_keys,
)
from logic_apps_sandbox.toolchain.stack_file_copies import StackFileCopies
from logic_apps_sandbox.toolchain.stack_secrets import ENCRYPTED_VALUE, OWN_SECRETS, can_decrypt, has_salt_of_sandbox


@dataclass(frozen=True)
class Launcher:
    """The launcher of one sandbox.

    Attributes:
        cli: the real ``pulumi``.
        copies: the copies of the stack files.
        state: the sandbox's file backend.
    """

    cli: str
    copies: StackFileCopies
    state: Path

    def prepare(self, arguments: list[str]) -> list[str]:
        """Create the stack of a command if necessary, and return the arguments for the real CLI.

        Raises:
            SystemExit: the command would change a stack file, or no stack is selected.
        """
        line = CommandLine.parse(arguments)
        if not line.words or "--help" in line.options or "-h" in arguments:
            return arguments
        if line.new_project:
            raise SystemExit(self._create_project(arguments, line.new_project))
        try:
            project = find_project(line.folder)
        except ProjectNotFoundError:
            return arguments
        stack = self._stack_of(line, project)
        if line.locks and was_interrupted(self.state, _project_name(project), stack):
            _suggest_recovery(project, stack)
        if line.does_harm():
            refuse_harm(line, stack, project)
        if line.runs_in_copies():
            return self._in_copies(line, arguments, project, stack)
        if line.command.keeps_with:
            return _with_option(arguments, line.command.keeps_with)
        return self._with_salt(line, arguments, project, stack) if stack else arguments

    def _create_project(self, arguments: list[str], folder: Path) -> int:
        """Run ``pulumi new`` and return the exit code."""
        if _has_no_files_of_a_project(folder):
            # Pulumi creates projects in empty folders only.
            arguments = _with_option(arguments, "--force")
        code, is_created = self._create_stack_file(arguments, folder)
        if code == 0 and is_created:
            # Pulumi suggests `pulumi up`, which outside of the sandbox deploys to Azure.
            sys.stderr.write("To deploy it in the sandbox, run: logic-apps-sandbox run -- pulumi up\n")
        return code

    def _create_stack_file(self, arguments: list[str], folder: Path) -> tuple[int, bool]:
        """Run a command, and remove the sandbox's salt from the stack files that it creates.

        Returns:
            The exit code, and whether the command created a stack file.
        """
        earlier = stack_files_of(folder)
        code = subprocess.run([self.cli, *arguments], check=False).returncode
        created = [file for stack, file in stack_files_of(folder).items() if stack not in earlier]
        for file in created:
            if not ENCRYPTED_VALUE.search(text := read(file)):
                file.write_text(OWN_SECRETS.sub("", text), encoding="utf-8")
        return code, bool(created)

    def _with_salt(self, line: CommandLine, arguments: list[str], project: Path, stack: str) -> list[str]:
        """Create the stack if necessary, and return arguments with which the CLI finds a salt outside the project."""
        given = line.given_stack_file(project)
        source = given or stack_file(project, stack)
        if line.command.salts:
            refuse_private_keys(line, arguments, project)
        if not source.is_file():
            if line.command.makes or line.command.may_make:
                raise SystemExit(self._create_stack_file(arguments, project)[0])
            return arguments
        text = read(source)
        is_used_unchanged = OWN_SECRETS.search(text) and (line.command.makes or ENCRYPTED_VALUE.search(text))
        if is_used_unchanged and line.command.salts:
            refuse_private_key(source.name, text)
        self._refuse_unreadable_values(line, source, text, project, stack)
        # A file outside the project's stack files is used unchanged.
        needs_copy = line.command.salts and (given or "--config-file" not in line.options)
        if is_used_unchanged:
            if not (needs_copy and line.saves_configuration):
                return arguments
            return _with_file(arguments, self.copies.write_unchanged(text, stack, for_this_command=True))
        is_new = self._make_stack(project, stack)
        if is_new and line.command.makes:
            return _select_or_show(line, stack)
        if not needs_copy:
            return arguments
        text = without_keys(source, text)
        return _with_file(arguments, self.copies.write(text, source, stack, for_this_command=line.saves_configuration))

    def _in_copies(self, line: CommandLine, arguments: list[str], project: Path, stack: str) -> list[str]:
        """Return arguments with which the command runs in the folder of the copies."""
        for name in {stack, *map(plain_name, line.named_stacks)}:
            source = stack_file(project, name)
            if not source.is_file():
                continue
            text = read(source)
            self._refuse_unreadable_values(line, source, text, project, name)
            if OWN_SECRETS.search(text) and ENCRYPTED_VALUE.search(text):
                self.copies.write_unchanged(without_keys(source, text), name, for_this_command=False)
            else:
                self._make_stack(project, name)
                self.copies.write(without_keys(source, text), source, name, for_this_command=False)
        write_file(self.copies.folder / PROJECT_FILE, read(project / PROJECT_FILE))
        # The stack that is selected is that of the project's folder.
        for option in (f"{line.command.stack_option}={line.named_stack or stack}", f"--cwd={self.copies.folder}"):
            arguments = _with_option(arguments, option)
        return arguments

    def _refuse_unreadable_values(self, line: CommandLine, source: Path, text: str, project: Path, stack: str) -> None:
        """Exit if a stack file has values that were encrypted for another backend, and the command needs them.

        The sandbox must have the stack of a file with a salt, because the launcher would create it with another salt;
        ``pulumi stack init`` uses that of the file. Commands that decrypt values need the passphrase too.
        """
        if not ENCRYPTED_VALUE.search(text):
            return
        name = _project_name(project)
        if OWN_SECRETS.search(text) and not line.command.makes and not has_stack(self.state, name, stack):
            if has_salt_of_sandbox(text):
                refuse_missing_stack(source, stack)
            refuse_encrypted_values(source)
        if line.decrypts(text, name) and not can_decrypt(text, salt_of_state=salt_of_state(self.state, name, stack)):
            refuse_encrypted_values(source)

    def _stack_of(self, line: CommandLine, project: Path) -> str:
        """Return the stack of a command; empty if it is unknown and not needed."""
        from_environment = "" if line.command.stack_at else os.environ.get("PULUMI_STACK", "")
        named = plain_name(line.named_stack or from_environment)
        is_needed = line.command.salts or line.runs_in_copies() or line.does_harm()
        if named or not (is_needed or line.may_decrypt()):
            return named
        selected = self._selected_stack(line.folder)
        if is_needed and not selected:
            refuse_to_select(project)
        return selected

    def _selected_stack(self, folder: Path) -> str:
        """Return the selected stack of the folder; empty if none is selected."""
        asked = subprocess.run(
            [self.cli, "stack", "--show-name", "--non-interactive"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        return asked.stdout.strip() if asked.returncode == 0 else ""

    def _make_stack(self, project: Path, stack: str) -> bool:
        """Create the stack in the sandbox's backend unless it exists; return whether it was created."""
        name = _project_name(project)
        # Another command is creating a stack that has no salt yet; the lock below waits for it.
        if has_stack(self.state, name, stack) and self.copies.salt_line(stack):
            return False
        with file_lock(self.copies.folder / "lock"):
            if has_stack(self.state, name, stack):
                return False
            write_file(self.copies.folder / PROJECT_FILE, read(project / PROJECT_FILE))
            self.copies.reset(stack)
            made = subprocess.run(
                [self.cli, "stack", "init", stack, "--no-select", "--non-interactive", "--color=never"],
                cwd=self.copies.folder,
                capture_output=True,
                text=True,
                check=False,
            )
        if made.returncode and "already exists" not in made.stderr:
            sys.stderr.write(made.stderr)
            raise SystemExit(made.returncode)
        return made.returncode == 0


def _use_program_environment(arguments: list[str]) -> None:
    """Prepare the sandbox for a program with its own virtual environment.

    Other programs run in the environment of this command, also if another one has set up the Pulumi CLI or another
    program runs this command.
    """
    line = CommandLine.parse(arguments)
    os.environ[PROGRAM_PYTHON_VARIABLE] = sys.executable
    try:
        environment = program_environment(find_project(line.folder))
    except ProjectNotFoundError:
        return
    if environment is None:
        return
    if line.starts_language_host and not environment.has_pulumi:
        end(
            f"the Python of this project's program, {environment.python}, has no Pulumi SDK. Install what the program "
            f"requires: {environment.python} -m pip install -r requirements.txt"
        )
    os.environ[PROGRAM_PYTHON_VARIABLE] = str(environment.python)
    if (version := environment.azure_native_version) and (pulumi_home := os.environ.get("PULUMI_HOME")):
        install_provider(Path(pulumi_home), python=Path(sys.executable), version=version)


def _suggest_recovery(project: Path, stack: str) -> None:
    is_checkout = (project / "components/logic_apps_environment").is_dir()
    elsewhere = f"logic-apps-sandbox run -- logic-apps-environment recover --stack {stack}"
    recover = f"make recover STACK={stack}" if is_checkout else elsewhere
    sys.stderr.write(f"warning: the last command on the stack {stack} was interrupted. To continue, run: {recover}\n")


def _project_name(project: Path) -> str:
    """Return the name in the project file; empty if there is none."""
    name = re.search(r"^name:\s*[\"']?([\w.-]+)", read(project / PROJECT_FILE), re.MULTILINE)
    return name[1] if name else ""


def _has_no_files_of_a_project(folder: Path) -> bool:
    """Whether nothing but the sandbox and virtual environments is in a folder, or it has git's files too."""
    return all(each.name in {HOME_FOLDER, ".git"} or (each / "pyvenv.cfg").is_file() for each in folder.glob("*"))


def _select_or_show(line: CommandLine, stack: str) -> list[str]:
    """Return the arguments of what remains of ``pulumi stack init`` when the launcher has created the stack."""
    rest = ["--show-name", "--stack"] if "--no-select" in line.options else ["select"]
    folder = [f"--cwd={line.options['--cwd']}"] if "--cwd" in line.options else []
    return ["stack", *rest, stack, *folder]


def _with_file(arguments: list[str], file: Path) -> list[str]:
    """Return the arguments with a stack file."""
    return _with_option(arguments, f"--config-file={file}")


def _with_option(arguments: list[str], option: str) -> list[str]:
    """Return the arguments with one more option: after the others, so that it takes precedence, and before ``--``."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    return [*arguments[:end], option, *arguments[end:]]


def main() -> NoReturn:
    """Become the real CLI. The first three arguments come from the executable of ``logic_apps_sandbox.home``."""
    cli, stack_files, state, *arguments = sys.argv[1:]
    try:
        _use_program_environment(arguments)
        prepared = Launcher(cli, StackFileCopies(Path(stack_files)), Path(state)).prepare(arguments)
    except OSError as error:
        end(f"{error.filename} cannot be used: {error.strerror}")
    # The CLI replaces this process, so that signals, exit code and terminal are those of a direct call.
    os.execv(cli, ["pulumi", *prepared])  # noqa: S606


if __name__ == "__main__":
    main()

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
copy, which the next command replaces.
"""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from logic_apps_sandbox.files import PRIVATE, file_lock, write_file
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
from logic_apps_sandbox.private_keys import redact_private_key
from logic_apps_sandbox.program_environment import program_environment
from logic_apps_sandbox.toolchain.interrupted import was_interrupted
from logic_apps_sandbox.toolchain.pulumi_commands import CommandLine
from logic_apps_sandbox.toolchain.stack_file_text import PrivateKeyError, without_private_keys
from logic_apps_sandbox.toolchain.stack_secrets import ENCRYPTED_VALUE, OWN_SECRETS, SALT_LINE, can_decrypt

ERROR_EXIT = 255
"""The exit code of Pulumi for any error."""


@dataclass(frozen=True)
class Launcher:
    """The launcher of one sandbox.

    Attributes:
        cli: the real ``pulumi``.
        stack_files: the folder for copies of the stack files.
        state: the sandbox's file backend.
    """

    cli: str
    stack_files: Path
    state: Path

    def prepare(self, arguments: list[str]) -> list[str]:
        """Create the stack of a command if necessary, and return the arguments for the real CLI.

        Raises:
            SystemExit: the command would change a stack file, or no stack is selected.
        """
        line = CommandLine.parse(arguments)
        folder = _folder(line)
        if not line.words or "--help" in line.options or "-h" in arguments:
            return arguments
        if line.words[0] == "new":
            raise SystemExit(self._create_project(arguments, folder / line.options.get("--dir", "")))
        try:
            project = find_project(folder)
        except ProjectNotFoundError:
            return arguments
        stack = self._stack_of(line, folder, project)
        if line.locks and was_interrupted(self.state, _project_name(project), stack):
            _suggest_recovery(project, stack)
        if line.does_harm():
            _refuse_harm(line, stack, project)
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
        earlier = stack_files_of(folder)
        code = self._create_stack_file(arguments, folder)
        if code == 0 and stack_files_of(folder) != earlier:
            # Pulumi suggests `pulumi up`, which outside of the sandbox deploys to Azure.
            sys.stderr.write("To deploy it in the sandbox, run: logic-apps-sandbox run -- pulumi up\n")
        return code

    def _create_stack_file(self, arguments: list[str], folder: Path) -> int:
        """Run a command, remove the sandbox's salt from the stack files that it creates, and return the exit code."""
        earlier = stack_files_of(folder)
        code = subprocess.run([self.cli, *arguments], check=False).returncode
        for stack, file in stack_files_of(folder).items():
            if stack not in earlier and not ENCRYPTED_VALUE.search(text := _read(file)):
                file.write_text(OWN_SECRETS.sub("", text), encoding="utf-8")
        return code

    def _with_salt(self, line: CommandLine, arguments: list[str], project: Path, stack: str) -> list[str]:
        """Create the stack if necessary, and return arguments with which the CLI finds a salt outside the project."""
        given = _given_file(line, project)
        source = given or stack_file(project, stack)
        if line.command.salts:
            _refuse_private_keys(line, arguments, project)
        if not source.is_file():
            if line.command.makes or line.command.may_make:
                raise SystemExit(self._create_stack_file(arguments, project))
            return arguments
        text = _read(source)
        if line.command.salts:
            _refuse_unreadable_values(source, text)
        if OWN_SECRETS.search(text) and (line.command.makes or ENCRYPTED_VALUE.search(text)):
            if line.command.salts:
                _refuse_private_key(source.name, text)
            if not line.command.makes:
                self._check_encrypted_values(source, project, stack)
            return arguments
        is_new = self._make_stack(project, stack)
        if is_new and line.command.makes:
            # The command also selects the stack.
            rest = ["--show-name", "--stack"] if "--no-select" in line.options else ["select"]
            return ["stack", *rest, stack, *([f"--cwd={line.options['--cwd']}"] if "--cwd" in line.options else [])]
        # A file outside the project's stack files is used unchanged.
        if line.command.salts and (given or "--config-file" not in line.options):
            return _with_option(arguments, f"--config-file={self._copy(source, stack)}")
        return arguments

    def _in_copies(self, line: CommandLine, arguments: list[str], project: Path, stack: str) -> list[str]:
        """Return arguments with which the command runs in the folder of the copies."""
        for name in {stack, *map(_plain_name, line.named_stacks)}:
            source = stack_file(project, name)
            if not source.is_file():
                continue
            text = _read(source)
            _refuse_unreadable_values(source, text)
            if OWN_SECRETS.search(text) and ENCRYPTED_VALUE.search(text):
                self._check_encrypted_values(source, project, name)
                write_file(self._copy_of(name), without_private_keys(text), mode=PRIVATE)
            else:
                self._make_stack(project, name)
                self._copy(source, name)
        write_file(self.stack_files / PROJECT_FILE, _read(project / PROJECT_FILE))
        # The stack that is selected is that of the project's folder.
        for option in (f"{line.command.stack_option}={line.named_stack or stack}", f"--cwd={self.stack_files}"):
            arguments = _with_option(arguments, option)
        return arguments

    def _check_encrypted_values(self, source: Path, project: Path, stack: str) -> None:
        """Exit if the values in a stack file were encrypted elsewhere: the sandbox does not have the stack."""
        if not self._exists(project, stack):
            _refuse_encrypted_values(source)

    def _stack_of(self, line: CommandLine, folder: Path, project: Path) -> str:
        """Return the stack of a command; empty if it is unknown and not needed."""
        from_environment = "" if line.command.stack_at else os.environ.get("PULUMI_STACK", "")
        named = _plain_name(line.named_stack or from_environment)
        if named or not (line.command.salts or line.runs_in_copies() or line.does_harm()):
            return named
        return self._selected_stack(folder) or _no_stack_is_selected(project)

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
        # Another command is creating a stack that has no salt yet; the lock below waits for it.
        if self._exists(project, stack) and _salt_line(self._copy_of(stack)):
            return False
        with file_lock(self.stack_files / "lock"):
            if self._exists(project, stack):
                return False
            write_file(self.stack_files / PROJECT_FILE, _read(project / PROJECT_FILE))
            # An existing salt is kept, so that secrets in earlier states stay readable.
            copy = self._copy_of(stack)
            write_file(copy, _salt_line(copy), mode=PRIVATE)
            made = subprocess.run(
                [self.cli, "stack", "init", stack, "--no-select", "--non-interactive", "--color=never"],
                cwd=self.stack_files,
                capture_output=True,
                text=True,
                check=False,
            )
        if made.returncode and "already exists" not in made.stderr:
            sys.stderr.write(made.stderr)
            raise SystemExit(made.returncode)
        return made.returncode == 0

    def _exists(self, project: Path, stack: str) -> bool:
        """Return whether the backend has ``.pulumi/stacks/<project>/<stack>.json``, or ``.json.gz`` if compressed."""
        name = _project_name(project)
        if not name:
            return False
        # Only these two: a removed stack leaves ``.json.bak``.
        folder = self.state / ".pulumi" / "stacks" / name
        return any((folder / f"{stack}{ending}").is_file() for ending in (".json", ".json.gz"))

    def _copy(self, source: Path, stack: str) -> Path:
        """Write the copy of a stack file with the sandbox's salt, and return its path."""
        copy = self._copy_of(stack)
        try:
            kept = OWN_SECRETS.sub("", without_private_keys(_read(source)))
        except PrivateKeyError:
            _end(f"{source.name} is not YAML, and {_KEY_FOUND}")
        text = f"{kept.rstrip()}\n# A copy of {source}; edit that file. The sandbox adds the salt below.\n"
        write_file(copy, f"{text}{_salt_line(copy)}", mode=PRIVATE)
        return copy

    def _copy_of(self, stack: str) -> Path:
        return stack_file(self.stack_files, stack)


def _use_program_environment(arguments: list[str]) -> None:
    """Prepare the sandbox for a program with its own virtual environment.

    Other programs run in the environment of this command, also if another one has set up the Pulumi CLI or another
    program runs this command.
    """
    line = CommandLine.parse(arguments)
    os.environ[PROGRAM_PYTHON_VARIABLE] = sys.executable
    try:
        environment = program_environment(find_project(_folder(line)))
    except ProjectNotFoundError:
        return
    if environment is None:
        return
    if line.command.salts and not environment.has_pulumi:
        _end(
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
    name = re.search(r"^name:\s*[\"']?([\w.-]+)", _read(project / PROJECT_FILE), re.MULTILINE)
    return name[1] if name else ""


def _plain_name(stack: str) -> str:
    """Return the name of a stack without organization and project."""
    return stack.rpartition("/")[2]


def _folder(line: CommandLine) -> Path:
    """Return the working directory of the CLI."""
    return Path.cwd() / line.options.get("--cwd", "")


def _given_file(line: CommandLine, project: Path) -> Path | None:
    """Return the file of ``--config-file`` if it is one of the project's stack files."""
    given = _folder(line) / line.options.get("--config-file", "")
    return given if given.resolve() in [file.resolve() for file in stack_files_of(project).values()] else None


def _has_no_files_of_a_project(folder: Path) -> bool:
    """Whether nothing but the sandbox and virtual environments is in a folder, or it has git's files too."""
    return all(each.name in {HOME_FOLDER, ".git"} or (each / "pyvenv.cfg").is_file() for each in folder.glob("*"))


def _with_option(arguments: list[str], option: str) -> list[str]:
    """Return the arguments with one more option: after the others, so that it takes precedence, and before ``--``."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    return [*arguments[:end], option, *arguments[end:]]


def _refuse_harm(line: CommandLine, stack: str, project: Path) -> None:
    """Reject a command that would change a stack file of the project."""
    destination = line.options.get("--dest", stack)
    for each in map(_plain_name, [destination, stack, *line.named_stacks]):
        if (file := stack_file(project, each)).is_file():
            _end(
                f"`{line.spelled_command}` would change {file.name}. The sandbox does not change the project's "
                "stack files.\n"
                f"{line.command.instead.format(stack=each)}"
            )


_KEY_FOUND = (
    "it contains a private key, which the sandbox does not copy. Nothing was run.\n"
    "Remove the key: environments use public certificates only."
)


def _refuse_private_keys(line: CommandLine, arguments: list[str], project: Path) -> None:
    """Reject a command that would write a private key from elsewhere than a stack file into Pulumi's history."""
    for argument in arguments:
        _refuse_private_key("an argument", argument)
    _refuse_private_key(PROJECT_FILE, _read(project / PROJECT_FILE))
    if "--config-file" in line.options and not _given_file(line, project):
        file = _folder(line) / line.options["--config-file"]
        if file.is_file():
            _refuse_private_key(file.name, _read(file))


def _refuse_private_key(where: str, text: str) -> None:
    if redact_private_key(text):
        _end(f"{where} cannot be used: {_KEY_FOUND}")


def _refuse_unreadable_values(source: Path, text: str) -> None:
    if ENCRYPTED_VALUE.search(text) and not can_decrypt(text):
        _refuse_encrypted_values(source)


def _refuse_encrypted_values(source: Path) -> NoReturn:
    _end(
        f"{source.name} has values that were encrypted for another backend, and the sandbox cannot decrypt "
        "them. Nothing was run.\nCopy the file to Pulumi.NAME.yaml without encryptionsalt, secretsprovider, "
        "encryptedkey and the values with `secure:`. Then use the stack NAME: pulumi up --stack NAME"
    )


def _no_stack_is_selected(project: Path) -> NoReturn:
    """Exit, because Pulumi would let the user choose a stack and then change its file."""
    stacks = ", ".join(stack_files_of(project))
    known = f"The stacks of {project}: {stacks}" if stacks else "To create one, run: pulumi stack init dev"
    _end(f"no stack is selected. Name one with --stack, or select one with `pulumi stack select`.\n{known}")


def _end(message: str) -> NoReturn:
    sys.stderr.write(f"error: {message}\n")
    raise SystemExit(ERROR_EXIT)


def _read(file: Path) -> str:
    """Return the text of a file of the project; exit if it is not UTF-8."""
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        _end(f"{file} is not UTF-8, from byte {error.start + 1} on. Save it as UTF-8; Pulumi reads no other encoding.")


def _salt_line(copy: Path) -> str:
    """Return the line with the salt in the copy; empty if there is none yet."""
    try:
        found = SALT_LINE.search(copy.read_text(encoding="utf-8"))
    except OSError:
        return ""
    return f"{found[0]}\n" if found else ""


def main() -> NoReturn:
    """Become the real CLI. The first three arguments come from the executable of ``logic_apps_sandbox.home``."""
    cli, stack_files, state, *arguments = sys.argv[1:]
    try:
        _use_program_environment(arguments)
        prepared = Launcher(cli, Path(stack_files), Path(state)).prepare(arguments)
    except OSError as error:
        _end(f"{error.filename} cannot be used: {error.strerror}")
    # The CLI replaces this process, so that signals, exit code and terminal are those of a direct call.
    os.execv(cli, ["pulumi", *prepared])  # noqa: S606


if __name__ == "__main__":
    main()

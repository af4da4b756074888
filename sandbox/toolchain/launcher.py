"""The `pulumi` that comes first on PATH in the sandbox: it sees that no stack file is changed, then becomes the CLI.

With a file backend, Pulumi keeps the salt of a stack's passphrase in `Pulumi.<stack>.yaml`, and adds it whenever
`stack init`, `preview`, `up`, `refresh`, `destroy` or `import` find none (pulumi/pulumi,
pkg/cmd/pulumi/stack/secrets.go and io.go). The project's files are tracked by git, belong to the stacks on Azure, and
must not get a salt of the sandbox. So:

- a stack that the project has a file for is made in the sandbox when it is first named, from a folder in the sandbox's
  home;
- commands that read the stack file get `--config-file` with a copy of it that has the salt; what Pulumi writes, it
  writes there.
 `pulumi config` still reads and edits the project's own file. A stack file that has a secrets provider or salt of its
own is used as it is. `--config KEY=VALUE` of `up` and its like holds for that one command: it is saved into the copy,
which the next command makes anew.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from sandbox.files import PRIVATE, turn, write_file
from sandbox.layout import PROJECT_FILE, ProjectNotFoundError, find_project

READS_STACK_FILE = frozenset({"preview", "pre", "up", "update", "refresh", "destroy", "down", "dn", "import"})
"""The commands with an option --config-file, under all their names (v3.274.1), but for `config`, which is to edit the
real file.
"""

SHORT_OPTIONS_WITH_VALUE = frozenset("Ccmopstvx")
"""Their one-letter options that take a value."""

GLOBAL_OPTIONS_WITH_VALUE = frozenset(
    {
        "--color",
        "--cwd",
        "--memprofilerate",
        "--otel-traces",
        "--profiling",
        "--tracing",
        "--verbose",
        "--stack",
        "--config-file",
    }
)
"""The long options that take a value and may come before the command, and those that are looked for here."""

LONG_NAMES = {"-s": "--stack", "-C": "--cwd"}

NO_STACK_EXIT = 255
"""The exit code of Pulumi when it finds no stack."""

OWN_SECRETS = re.compile(r"^(encryptionsalt|encryptedkey|secretsprovider)\s*:", re.MULTILINE)
SALT_LINE = re.compile(r"^encryptionsalt:.*$", re.MULTILINE)


@dataclass(frozen=True)
class CommandLine:
    """What matters here of the arguments of `pulumi`."""

    words: list[str] = field(default_factory=list)
    """The command, its subcommand, and their arguments: all that is no option."""

    options: dict[str, str] = field(default_factory=dict)
    """The last value of each option that was recognised, by its long name."""

    @classmethod
    def parse(cls, arguments: list[str]) -> "CommandLine":
        """Reads the arguments as pflag, the CLI's own parser, does: `--x=v`, `--x v`, `-x v`, `-xv`, `-yx v`."""
        line = cls()
        rest = iter(arguments)
        for argument in rest:
            if argument == "--":
                line.words.extend(rest)
            elif argument.startswith("--"):
                name, equals, value = argument.partition("=")
                if not equals and name in GLOBAL_OPTIONS_WITH_VALUE:
                    value = next(rest, "")
                line.options[name] = value
            elif argument.startswith("-") and argument != "-":
                line._parse_short(argument[1:], rest)
            else:
                line.words.append(argument)
        return line

    def _parse_short(self, letters: str, rest: Iterator[str]) -> None:
        for at, letter in enumerate(letters):
            if letter in SHORT_OPTIONS_WITH_VALUE:
                name, attached = f"-{letter}", letters[at + 1 :].removeprefix("=")
                self.options[LONG_NAMES.get(name, name)] = attached or next(rest, "")
                return


@dataclass(frozen=True)
class Launcher:
    """The launcher of one sandbox."""

    cli: str
    """The real `pulumi`."""

    stack_files: Path
    """The folder for copies of the stack files."""

    state: Path
    """The sandbox's file backend."""

    def prepare(self, arguments: list[str]) -> list[str]:
        """Makes the stack that a command is about, if need be, and answers with the arguments for the real CLI."""
        line = CommandLine.parse(arguments)
        command = line.words[0] if line.words else ""
        folder = Path.cwd() / line.options.get("--cwd", "")
        stack = self._named_stack(line)
        if not command or "--help" in line.options:
            return arguments
        try:
            project = find_project(folder)
        except ProjectNotFoundError:
            return arguments
        if line.words[:2] == ["stack", "rm"]:
            # Otherwise the project's own stack file would go with the stack.
            return [*arguments, "--preserve-config"]
        reads_stack_file = command in READS_STACK_FILE
        if not stack and reads_stack_file:
            stack = self._selected_stack(folder) or _no_stack_is_selected(project)
        tracked = project / f"Pulumi.{stack}.yaml"
        if not stack or not tracked.is_file() or OWN_SECRETS.search(tracked.read_text()):
            return arguments
        is_new = self._make_stack(project, stack)
        if is_new and line.words[:2] == ["stack", "init"]:
            # What is left of it to do: `stack init` also selects the stack.
            return ["stack", "select", stack, *(["--cwd", str(folder)] if "--cwd" in line.options else [])]
        if reads_stack_file and "--config-file" not in line.options:
            arguments = [*arguments, f"--config-file={self._copy(tracked)}"]
        return arguments

    def _named_stack(self, line: CommandLine) -> str:
        """The stack that the arguments or PULUMI_STACK name, without organization and project; else empty."""
        named = line.options.get("--stack", "")
        if line.words[:2] in (["stack", "init"], ["stack", "select"]):
            named = named or "".join(line.words[2:3])
        else:
            named = named or os.environ.get("PULUMI_STACK", "")
        return named.rpartition("/")[2]

    def _selected_stack(self, folder: Path) -> str:
        """The stack that is selected in the folder; empty when none is."""
        asked = subprocess.run(
            [self.cli, "stack", "--show-name", "--non-interactive"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        return asked.stdout.strip() if asked.returncode == 0 else ""

    def _make_stack(self, project: Path, stack: str) -> bool:
        """Makes the stack in the sandbox's backend unless it is there; answers whether it did."""
        # A stack without a salt is being made by another command at this moment; its turn is waited for.
        if self._exists(project, stack) and _salt_line(self._copy_of(stack)):
            return False
        with turn(self.stack_files / "lock"):
            if self._exists(project, stack):
                return False
            write_file(self.stack_files / PROJECT_FILE, (project / PROJECT_FILE).read_text())
            # Its salt goes on being used, so that secrets in old states stay readable; the rest is no matter here.
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
        """Whether the backend has the stack: `.pulumi/stacks/<project>/<stack>.json`, `.json.gz` if compressed."""
        name = re.search(r"^name:\s*[\"']?([\w.-]+)", (project / PROJECT_FILE).read_text(), re.MULTILINE)
        if name is None:
            return False
        # Nothing but these two: a removed stack leaves `.json.bak` behind.
        folder = self.state / ".pulumi" / "stacks" / name[1]
        return any((folder / f"{stack}{ending}").is_file() for ending in (".json", ".json.gz"))

    def _copy(self, tracked: Path) -> Path:
        """Writes the copy of a stack file with the sandbox's salt, and answers where it is."""
        copy = self.stack_files / tracked.name
        text = f"{tracked.read_text().rstrip()}\n# The above is {tracked}; edit that. The sandbox adds what follows.\n"
        write_file(copy, f"{text}{_salt_line(copy)}", mode=PRIVATE)
        return copy

    def _copy_of(self, stack: str) -> Path:
        return self.stack_files / f"Pulumi.{stack}.yaml"


def _no_stack_is_selected(project: Path) -> NoReturn:
    """Pulumi would let the user choose a stack here, and then write into its file."""
    stacks = ", ".join(sorted(file.name.split(".")[1] for file in project.glob("Pulumi.*.yaml")))
    sys.stderr.write(
        "error: no stack is selected. Name one with --stack, or select one with `pulumi stack select`.\n"
        f"The stacks of {project}: {stacks}\n"
    )
    raise SystemExit(NO_STACK_EXIT)


def _salt_line(copy: Path) -> str:
    """The line with the salt that Pulumi once wrote into the copy; empty when it has not yet."""
    try:
        found = SALT_LINE.search(copy.read_text())
    except OSError:
        return ""
    return f"{found[0]}\n" if found else ""


def main() -> NoReturn:
    """Becomes the real CLI. The first three arguments come from the executable that `sandbox.home` writes."""
    cli, stack_files, state, *arguments = sys.argv[1:]
    prepared = Launcher(cli, Path(stack_files), Path(state)).prepare(arguments)
    # The same process goes on as the CLI, so signals, exit code and terminal are as if it had been called at once.
    os.execv(cli, ["pulumi", *prepared])  # noqa: S606


if __name__ == "__main__":
    main()

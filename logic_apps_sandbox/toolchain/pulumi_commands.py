"""What each command of the CLI does to its stack file, and how to parse its arguments.

The table follows the CLI's source (pulumi/pulumi v3.274.1, pkg/cmd/pulumi: ``Use``, ``Aliases`` and options of each
command, and every call of ``SaveProjectStack``, ``os.Remove`` and ``os.Rename``). The CLI changes a stack file in four
ways: it adds a missing salt of a passphrase, deletes the file with its stack, renames it with its stack, and edits it
for ``pulumi config``.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from logic_apps_sandbox.layout import stack_files_of
from logic_apps_sandbox.toolchain.stack_file_text import is_secret

GLOBAL_OPTIONS_WITH_VALUE = frozenset(
    {"--cwd", "-C", "--color", "--memprofilerate", "--otel-traces", "--profiling", "--tracing", "--verbose", "-v"}
)
"""Options with a value that every command accepts, before or after its name."""

OFF = frozenset({"false", "False", "FALSE", "f", "F", "0"})
"""The values that switch an option off (Go's strconv.ParseBool)."""

LONG_NAMES = {"-s": "--stack", "-C": "--cwd", "-d": "--dest"}


@dataclass(frozen=True, kw_only=True)
class Command:
    """What a command of the CLI does to stack files.

    Attributes:
        options_with_value: its options with a value except the global ones; of long options only those that the
            launcher needs.
        stack_at: the index of the word that names the stack if ``--stack`` does not; 0 is the command itself.
        salts: whether it reads the file and adds a salt, or does both to the file of ``--config-file``.
        makes: whether it creates the stack and adds a salt to its file.
        may_make: whether it does so with one of its options.
        keeps_with: the option with which it keeps the file.
        instead: what to do instead, if it rewrites, moves or deletes the file and no option prevents that.
        runs_in_copies: whether it reads the file and adds a salt, has no ``--config-file``, and runs in the folder of
            the copies.
        stack_option: the option that names its stack.
        harms_with: the option without which it does not change the file, if there is one.
        decrypts_with: the option with which it encrypts or decrypts values of the file.
        gets_value: whether it decrypts one value of the file.
        makes_project: whether it creates a project.
        installs: whether it starts the language host, to install the packages of the program.
    """

    options_with_value: frozenset[str] = frozenset({"--stack", "-s", "--config-file"})
    stack_at: int | None = None
    salts: bool = False
    makes: bool = False
    may_make: bool = False
    keeps_with: str = ""
    instead: str = ""
    runs_in_copies: bool = False
    stack_option: str = "--stack"
    harms_with: str = ""
    decrypts_with: str = ""
    gets_value: bool = False
    makes_project: bool = False
    installs: bool = False


def _options(names: str) -> frozenset[str]:
    return frozenset(names.split())


OTHER = Command()
"""A command that is not in the table: it does not change the file, or edits it as requested (``pulumi config``)."""

_UPDATE = Command(salts=True, options_with_value=_options("--stack -s --config-file -c -m -p -t -x"))
_IMPORT = Command(salts=True, options_with_value=_options("--stack -s --config-file -f -m -o -p"))
_DESTROY = replace(
    _UPDATE,
    harms_with="--remove",
    instead="Use `pulumi destroy --stack {stack}`, then `pulumi stack rm {stack}`, which keep the file.",
)
_STACK_NEW = Command(
    makes=True, stack_at=2, options_with_value=_options("--stack -s --secrets-provider --copy-config-from --teams")
)
_STACK_SELECT = Command(may_make=True, stack_at=2, options_with_value=_options("--stack -s --secrets-provider"))
_STACK_REMOVE = Command(stack_at=2, keeps_with="--preserve-config")
_STACK_RENAME = Command(
    instead="To create a stack with another name, copy the file to Pulumi.NAME.yaml, then run `pulumi up --stack NAME`."
)
_STACK_HISTORY = Command(harms_with="--show-secrets", runs_in_copies=True)
_SECRETS_OUTSIDE = Command(
    options_with_value=_options("--stack -s --target --secrets-provider"),
    instead="The sandbox encrypts secrets with its own passphrase. Run the command outside the sandbox.",
)
_STATE_MOVE = Command(options_with_value=_options("--source --dest"), runs_in_copies=True, stack_option="--source")

_CONFIG_COPY = Command(
    options_with_value=_options("--stack -s --config-file --dest -d"),
    instead="Copy the values in an editor, or set each one: pulumi config set KEY VALUE --stack NAME",
)
_CONFIG_REFRESH = Command(instead="To restore the file from git, run: git checkout Pulumi.{stack}.yaml")
_CONFIG_SET = Command(decrypts_with="--secret", options_with_value=_options("--stack -s --config-file --type"))
_CONFIG_SET_ALL = Command(
    decrypts_with="--secret", options_with_value=_options("--stack -s --config-file --plaintext --secret")
)

_NEW = Command(
    makes_project=True,
    options_with_value=_options("--stack -s --dir --name -n --description -d --config -c --secrets-provider"),
)

COMMANDS: dict[str, Command] = {
    "new": _NEW,
    "create": _NEW,
    "setup": _NEW,
    "install": Command(installs=True),
    "preview": _UPDATE,
    "pre": _UPDATE,
    "up": _UPDATE,
    "update": _UPDATE,
    "refresh": _UPDATE,
    "destroy": _DESTROY,
    "down": _DESTROY,
    "dn": _DESTROY,
    "import": _IMPORT,
    "config": Command(decrypts_with="--show-secrets"),
    "config get": Command(gets_value=True),
    "config set": _CONFIG_SET,
    "config set-all": _CONFIG_SET_ALL,
    "config copy": _CONFIG_COPY,
    "config cp": _CONFIG_COPY,
    "config refresh": _CONFIG_REFRESH,
    "stack new": _STACK_NEW,
    "stack init": _STACK_NEW,
    "stack create": _STACK_NEW,
    "stack setup": _STACK_NEW,
    "stack select": _STACK_SELECT,
    "stack remove": _STACK_REMOVE,
    "stack rm": _STACK_REMOVE,
    "stack delete": _STACK_REMOVE,
    "stack rename": _STACK_RENAME,
    "stack history": _STACK_HISTORY,
    "stack hist": _STACK_HISTORY,
    "stack change-secrets-provider": _SECRETS_OUTSIDE,
    "stack migrate": _SECRETS_OUTSIDE,
    "state move": _STATE_MOVE,
    "state mv": _STATE_MOVE,
}
"""The commands that change the file or have special arguments, under all their names."""


def plain_name(stack: str) -> str:
    """Return the name of a stack without organization and project."""
    return stack.rpartition("/")[2]


@dataclass
class CommandLine:
    """The parsed arguments of ``pulumi``.

    Attributes:
        words: the command, its subcommand and their arguments, without options.
        options: the last value of each recognized option, by its long name.
    """

    words: list[str] = field(default_factory=list)
    options: dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, arguments: list[str]) -> "CommandLine":
        """Parse arguments like pflag, the CLI's parser: ``--x=v``, ``--x v``, ``-x v``, ``-xv``, ``-yx v``."""
        line = cls()
        rest = iter(arguments)
        for argument in rest:
            if argument == "--":
                line.words.extend(rest)
            elif argument.startswith("--"):
                name, equals, value = argument.partition("=")
                takes_next = not equals and line._takes_value(name)
                line.options[name] = next(rest, "") if takes_next else value
            elif argument.startswith("-") and argument != "-":
                line._parse_short(argument[1:], rest)
            else:
                line.words.append(argument)
        return line

    @property
    def command(self) -> Command:
        """The entry of the table for the words so far."""
        return COMMANDS.get(" ".join(self.words[:2])) or COMMANDS.get("".join(self.words[:1])) or OTHER

    @property
    def locks(self) -> bool:
        """Whether the command locks the stack; a preview does not."""
        return self.command.salts and not self.command.makes and self.words[0] not in {"preview", "pre"}

    @property
    def starts_language_host(self) -> bool:
        """Whether the command starts the language host of the program."""
        return self.command.salts or self.command.installs

    @property
    def spelled_command(self) -> str:
        """The command as it was given, with the option that makes it change the file."""
        is_subcommand = " ".join(self.words[:2]) in COMMANDS
        words = self.words[: 2 if is_subcommand else 1]
        return " ".join(["pulumi", *words, *([self.command.harms_with] if self.command.harms_with else [])])

    @property
    def folder(self) -> Path:
        """The working directory of the CLI."""
        return Path.cwd() / self.options.get("--cwd", "")

    @property
    def new_project(self) -> Path | None:
        """The folder of the project that the command creates; None if it creates none."""
        return self.folder / self.options.get("--dir", "") if self.command.makes_project else None

    def given_stack_file(self, project: Path) -> Path | None:
        """Return the file of ``--config-file`` if it is one of the project's stack files."""
        given = self.folder / self.options.get("--config-file", "")
        return given if given.resolve() in [file.resolve() for file in stack_files_of(project).values()] else None

    @property
    def named_stack(self) -> str:
        """The stack that the arguments name; empty if they name none."""
        at = self.command.stack_at
        word = "" if at is None else "".join(self.words[at : at + 1])
        return self.options.get(self.command.stack_option, "") or word

    @property
    def named_stacks(self) -> list[str]:
        """All arguments that can be names of stacks, for commands with several."""
        targets = [self.options.get(option, "") for option in ("--stack", "--source", "--dest", "--target")]
        return [name for name in [*targets, *self.words[2:]] if name]

    @property
    def saves_configuration(self) -> bool:
        """Whether the command writes values of ``--config`` into the file of ``--config-file``."""
        return self.command.salts and not self.options.keys().isdisjoint({"--config", "-c"})

    def does_harm(self) -> bool:
        """Return whether the command would rewrite, move or delete the file and no option prevents that."""
        return bool(self.command.instead) and self._touches_file()

    def runs_in_copies(self) -> bool:
        """Return whether the command must run in the folder of the copies, because it adds a salt to the file."""
        return self.command.runs_in_copies and self._touches_file()

    def may_decrypt(self) -> bool:
        """Return whether the command encrypts or decrypts values of the project's own file, if there are any."""
        return self.command.gets_value or self._is_on(self.command.decrypts_with)

    def decrypts(self, text: str, project: str) -> bool:
        """Return whether the command encrypts or decrypts values of a stack file with this text.

        Args:
            text: the text of the stack file.
            project: the name of the project, which is the namespace of keys without one.
        """
        if self.command.gets_value:
            return is_secret(text, project, "".join(self.words[2:3]), is_path=self._is_on("--path"))
        return self.command.salts or self.runs_in_copies() or self.may_decrypt()

    def _touches_file(self) -> bool:
        option = self.command.harms_with
        return not option or self._is_on(option)

    def _is_on(self, option: str) -> bool:
        return self.options.get(option, "false") not in OFF

    def _takes_value(self, option: str) -> bool:
        return option in GLOBAL_OPTIONS_WITH_VALUE or option in self.command.options_with_value

    def _parse_short(self, letters: str, rest: Iterator[str]) -> None:
        for at, letter in enumerate(letters):
            name = f"-{letter}"
            if self._takes_value(name):
                attached = letters[at + 1 :].removeprefix("=")
                self.options[LONG_NAMES.get(name, name)] = attached or next(rest, "")
                return

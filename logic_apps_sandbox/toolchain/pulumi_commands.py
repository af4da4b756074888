"""What each command of the CLI does to the file of its stack, and how its arguments are read.

The table is made from the CLI's source (pulumi/pulumi v3.274.1, pkg/cmd/pulumi: `Use`, `Aliases` and options of each
command, and every call of `SaveProjectStack`, `os.Remove` and `os.Rename`). The CLI changes a stack file in four ways:
it adds the salt of a passphrase where it finds none, deletes the file with its stack, moves it with the stack's name,
and edits it for `pulumi config`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

GLOBAL_OPTIONS_WITH_VALUE = frozenset(
    {"--cwd", "-C", "--color", "--memprofilerate", "--otel-traces", "--profiling", "--tracing", "--verbose", "-v"}
)
"""The options with a value that every command takes, before its name or after."""

OFF = frozenset({"false", "False", "FALSE", "f", "F", "0"})
"""How `--switch=VALUE` says no, as Go's strconv.ParseBool reads it."""

LONG_NAMES = {"-s": "--stack", "-C": "--cwd"}


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command of the CLI, as far as stack files are concerned."""

    options_with_value: frozenset[str] = frozenset({"--stack", "-s", "--config-file"})
    """Its options with a value, but for the global ones; of long ones those that matter to the launcher."""

    stack_at: int | None = None
    """Which of its words is the stack that it is about, if --stack does not name one; 0 is the command itself."""

    salts: bool = False
    """Whether it reads the file and adds a salt, and does both to another file with --config-file."""

    makes: bool = False
    """Whether it makes the stack, and adds a salt to its file."""

    keeps_with: str = ""
    """The option with which it does not delete the file."""

    instead: str = ""
    """What to do instead of it, if it rewrites, moves or deletes the file and cannot be kept from that."""

    runs_in_copies: bool = False
    """Whether it reads the file and adds a salt, has no --config-file, and runs as well in the folder of the copies."""

    stack_option: str = "--stack"
    """The option that names the stack that it is about."""

    harms_with: str = ""
    """The option without which it leaves the file alone, if there is one."""


def _options(names: str) -> frozenset[str]:
    return frozenset(names.split())


OTHER = Command()
"""A command that is not in the table: it leaves the file alone, or edits it as its user asks (`pulumi config`)."""

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
_STACK_SELECT = Command(stack_at=2, options_with_value=_options("--stack -s --secrets-provider"))
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

COMMANDS: dict[str, Command] = {
    "preview": _UPDATE,
    "pre": _UPDATE,
    "up": _UPDATE,
    "update": _UPDATE,
    "refresh": _UPDATE,
    "destroy": _DESTROY,
    "down": _DESTROY,
    "dn": _DESTROY,
    "import": _IMPORT,
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
"""The commands that do something to the file, or whose arguments are read in a way of their own, under all their
names."""


@dataclass
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
                takes_next = not equals and line._takes_value(name)
                line.options[name] = next(rest, "") if takes_next else value
            elif argument.startswith("-") and argument != "-":
                line._parse_short(argument[1:], rest)
            else:
                line.words.append(argument)
        return line

    @property
    def command(self) -> Command:
        """The command, as far as it has been read."""
        return COMMANDS.get(" ".join(self.words[:2])) or COMMANDS.get("".join(self.words[:1])) or OTHER

    @property
    def spelled_command(self) -> str:
        """The command as it was given, with the option that makes it do harm."""
        is_subcommand = " ".join(self.words[:2]) in COMMANDS
        words = self.words[: 2 if is_subcommand else 1]
        return " ".join(["pulumi", *words, *([self.command.harms_with] if self.command.harms_with else [])])

    @property
    def named_stack(self) -> str:
        """The stack that the arguments name; empty when they name none."""
        at = self.command.stack_at
        word = "" if at is None else "".join(self.words[at : at + 1])
        return self.options.get(self.command.stack_option, "") or word

    @property
    def named_stacks(self) -> list[str]:
        """All that may be the name of a stack, of a command that is about several."""
        targets = [self.options.get(option, "") for option in ("--stack", "--source", "--dest", "--target")]
        return [name for name in [*targets, *self.words[2:]] if name]

    def does_harm(self) -> bool:
        """Whether it would rewrite, move or delete the file, and cannot be kept from that."""
        return bool(self.command.instead) and self._touches_file()

    def runs_in_copies(self) -> bool:
        """Whether it has to run in the folder of the copies, because it adds a salt to the file."""
        return self.command.runs_in_copies and self._touches_file()

    def _touches_file(self) -> bool:
        option = self.command.harms_with
        return not option or self.options.get(option, "false") not in OFF

    def _takes_value(self, option: str) -> bool:
        return option in GLOBAL_OPTIONS_WITH_VALUE or option in self.command.options_with_value

    def _parse_short(self, letters: str, rest: Iterator[str]) -> None:
        for at, letter in enumerate(letters):
            name = f"-{letter}"
            if self._takes_value(name):
                attached = letters[at + 1 :].removeprefix("=")
                self.options[LONG_NAMES.get(name, name)] = attached or next(rest, "")
                return

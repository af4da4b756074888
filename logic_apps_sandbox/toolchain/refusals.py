"""Reasons for which the launcher ends a command before the CLI runs, with the message that says what to do."""

import sys
from pathlib import Path
from typing import NoReturn

from logic_apps_sandbox.layout import PROJECT_FILE, stack_file, stack_files_of
from logic_apps_sandbox.private_keys import redact_private_key
from logic_apps_sandbox.toolchain.pulumi_commands import CommandLine, plain_name
from logic_apps_sandbox.toolchain.stack_file_text import PrivateKeyError, without_private_keys

ERROR_EXIT = 255
"""The exit code of Pulumi for any error."""

_KEY_FOUND = (
    "it contains a private key, which the sandbox does not copy. Nothing was run.\n"
    "Remove the key: environments use public certificates only."
)


def end(message: str) -> NoReturn:
    """Exit with an error message and Pulumi's exit code."""
    sys.stderr.write(f"error: {message}\n")
    raise SystemExit(ERROR_EXIT)


def read(file: Path) -> str:
    """Return the text of a file of the project; exit if it is not UTF-8."""
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        end(f"{file} is not UTF-8, from byte {error.start + 1} on. Save it as UTF-8; Pulumi reads no other encoding.")


def without_keys(source: Path, text: str) -> str:
    """Return the text of a stack file without private keys; exit if it contains one that cannot be left out."""
    try:
        return without_private_keys(text)
    except PrivateKeyError:
        end(f"{source.name} is not YAML, and {_KEY_FOUND}")


def refuse_private_key(where: str, text: str) -> None:
    """Exit if a text contains a private key; ``where`` names the text."""
    if redact_private_key(text):
        end(f"{where} cannot be used: {_KEY_FOUND}")


def refuse_private_keys(line: CommandLine, arguments: list[str], project: Path) -> None:
    """Reject a command that would write a private key from elsewhere than a stack file into Pulumi's history."""
    for argument in arguments:
        refuse_private_key("an argument", argument)
    refuse_private_key(PROJECT_FILE, read(project / PROJECT_FILE))
    if "--config-file" in line.options and not line.given_stack_file(project):
        file = line.folder / line.options["--config-file"]
        if file.is_file():
            refuse_private_key(file.name, read(file))


def refuse_harm(line: CommandLine, stack: str, project: Path) -> None:
    """Reject a command that would change a stack file of the project."""
    destination = line.options.get("--dest", stack)
    for each in map(plain_name, [destination, stack, *line.named_stacks]):
        if (file := stack_file(project, each)).is_file():
            end(
                f"`{line.spelled_command}` would change {file.name}. The sandbox does not change the project's "
                "stack files.\n"
                f"{line.command.instead.format(stack=each)}"
            )


def refuse_encrypted_values(source: Path) -> NoReturn:
    """Exit, because a stack file has values that the sandbox cannot decrypt."""
    end(
        f"{source.name} has values that were encrypted for another backend, and the sandbox cannot decrypt "
        "them. Nothing was run.\nCopy the file to Pulumi.NAME.yaml without encryptionsalt, secretsprovider, "
        "encryptedkey and the values with `secure:`. Then use the stack NAME: pulumi up --stack NAME"
    )


def refuse_missing_stack(source: Path, stack: str) -> NoReturn:
    """Exit, because the sandbox can decrypt the values of a stack file, and does not have its stack."""
    end(
        f"the sandbox does not have the stack {stack}, and the values in {source.name} are encrypted. Nothing was "
        f"run.\nTo create the stack with these values, run: pulumi stack init {stack}"
    )


def refuse_to_select(project: Path) -> NoReturn:
    """Exit, because no stack is selected: Pulumi would let the user choose one and then change its file."""
    stacks = ", ".join(stack_files_of(project))
    known = f"The stacks of {project}: {stacks}" if stacks else "To create one, run: pulumi stack init dev"
    end(f"no stack is selected. Specify one with --stack, or select one with `pulumi stack select`.\n{known}")

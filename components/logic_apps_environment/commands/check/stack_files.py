"""Validate stack files with the rules of a deployment."""

from __future__ import annotations

import contextlib
import os
import pathlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from logic_apps_environment import validate_configuration
from logic_apps_environment.commands.errors import CommandError
from logic_apps_environment.stack.configuration import MAY_BE_ENCRYPTED
from logic_apps_environment.stack.engine_values import (
    EngineValues,
    StackFileError,
    project_defaults,
    read_engine_values,
)
from logic_apps_environment.validation.rule import KeyPath, Problem, format_path
from logic_apps_environment.validation.schema_rules import ENCRYPTED_VALUE, MISSING_VALUE, NAMESPACE_MISSPELLED

PROJECT_FILE = "Pulumi.yaml"

_KEYS_OF_PROGRAM = frozenset({"resourceGroup", "sku", "endpoint", "network"})
"""Required keys of the stack program that programs with keys of their own rarely have."""

METADATA_HOST = "azure-native:metadataHost"


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem of a stack file, or a note about it.

    Attributes:
        file: the file, as the user named it.
        line: the line in the file, from 1.
        severity: ``error``, ``warning`` or ``note``.
        key: the full configuration key with the path of the value; empty for the file as a whole.
        message: what is wrong, as a sentence.
        rule: the identifier of the rule (docs/rules.md); empty where there is none.
        allowed: what is allowed; may be empty.
        example: a value that is accepted; may be empty.
        remedy: what to do; may be empty.
    """

    file: str
    line: int
    severity: str
    key: str
    message: str
    rule: str = ""
    allowed: str = ""
    example: str = ""
    remedy: str = ""


def check_file(file: pathlib.Path) -> list[Finding]:
    """Return all problems of a stack file, in the order of its lines.

    Warnings are found in files without errors only, as in a preview.

    Raises:
        CommandError: the file cannot be read or is a project file, there is no project file beside it, or its program
            has keys of its own.
    """
    if file.name == PROJECT_FILE:
        raise CommandError(f"{file} is the project file. Specify stack files, such as Pulumi.dev.yaml.")
    text = _text(file)
    project = _project(file)
    name = str(project["name"])
    try:
        read = read_engine_values(text, name)
    except StackFileError as error:
        return [Finding(str(file), error.line, "error", "", f"The file {error}")]
    defaults = project_defaults(_declarations(project), name)
    _check_program(file, project, read)
    # Paths of certificate files start at the folder in which the engine runs the program.
    program = file.parent / str(project.get("main", ""))
    with contextlib.chdir(program if program.is_dir() else file.parent):
        problems = validate_configuration(
            name,
            defaults | read.values,
            {str(path[0]) for path in read.encrypted},
            metadata_host=read.values.get(METADATA_HOST) or os.environ.get("ARM_METADATA_HOSTNAME"),
            stack_file=text,
        )
    found = [(_path(read, name, problem), problem) for problem in problems]
    findings = [_finding(file, read, *each) for each in found if not _is_of_unknown(read, *each)]
    return sorted([*findings, *_notes(file, name, read)], key=lambda finding: finding.line)


def _text(file: pathlib.Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error


def _project(file: pathlib.Path) -> dict[str, Any]:
    """Return the content of the project file beside a stack file."""
    path = file.parent / PROJECT_FILE
    try:
        project = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise CommandError(
            f"{path} cannot be read: {error.strerror}. The command reads the project's name from the "
            f"{PROJECT_FILE} beside the stack file."
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} is not YAML: {error}") from error
    if not isinstance(project, dict) or not project.get("name"):
        raise CommandError(f"{path} does not contain the project's name. Example: name: logic-apps-environment")
    return project


def _declarations(project: Mapping[str, Any]) -> dict[str, Any]:
    """Return the section ``config`` of a project file; in an old one, it is the folder of the stack files."""
    declarations = project.get("config")
    return declarations if isinstance(declarations, dict) else {}


def _check_program(file: pathlib.Path, project: Mapping[str, Any], read: EngineValues) -> None:
    """Check that the program of a project can be the one that reads its keys with ``StackConfiguration``.

    Raises:
        CommandError: neither the project nor the stack has keys of that program.
    """
    keys = {str(key).rpartition(":")[2] for key in (*_declarations(project), *read.values)}
    if not (keys & _KEYS_OF_PROGRAM or read.has_environment):
        expected = ", ".join(f"{project['name']}:{key}" for key in sorted(_KEYS_OF_PROGRAM))
        raise CommandError(
            f"{file} cannot be checked: it has none of the keys {expected}. The program of its project seems to have "
            "keys of its own; `pulumi preview` validates the arguments that it passes to the component."
        )


def _is_of_unknown(read: EngineValues, path: KeyPath, problem: Problem) -> bool:
    """Whether a problem is of a value that only the engine knows: it is encrypted, or in an environment."""
    if problem.rule is MISSING_VALUE and read.has_environment and len(path) == 1:
        return True
    is_encrypted = any(path[: len(encrypted)] == encrypted for encrypted in read.encrypted)
    return is_encrypted and problem.rule is not ENCRYPTED_VALUE


def _path(read: EngineValues, project: str, problem: Problem) -> KeyPath:
    """Return the path of a problem in the file, which begins with the full key."""
    if problem.rule is NAMESPACE_MISSPELLED:
        # The path of the problem is in the namespace that was meant.
        return next((each for each in read.lines if len(each) == 1 and f'"{each[0]}"' in problem.statement), ())
    return (f"{project}:{problem.path[0]}", *problem.path[1:]) if problem.path else ()


def _finding(file: pathlib.Path, read: EngineValues, path: KeyPath, problem: Problem) -> Finding:
    return Finding(
        str(file),
        read.line_of(path),
        problem.rule.severity.value,
        _key(path),
        problem.statement,
        problem.rule.identifier,
        problem.allowed,
        problem.example,
        problem.remedy,
    )


def _key(path: KeyPath) -> str:
    """Return a path in the file as messages write it."""
    if not path:
        return ""
    namespace, _, name = str(path[0]).partition(":")
    return f"{namespace}:{format_path((name, *path[1:]))}"


def _notes(file: pathlib.Path, project: str, read: EngineValues) -> Iterator[Finding]:
    """Yield what was not checked."""
    for path in read.encrypted:
        namespace, _, name = str(path[0]).partition(":")
        if namespace == project and name in MAY_BE_ENCRYPTED:
            message = "This value is encrypted and was not checked."
            yield Finding(str(file), read.line_of(path), "note", _key(path), message)
    if read.has_environment:
        yield Finding(str(file), 1, "note", "", "Values from environments of Pulumi ESC were not checked.")

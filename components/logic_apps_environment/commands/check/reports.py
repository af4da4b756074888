"""Format findings: as text, as JSON, and as workflow commands of GitHub Actions."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace

from logic_apps_environment.commands.check.stack_files import Finding
from logic_apps_environment.validation.errors import unless_shown
from logic_apps_environment.validation.rule import format_details

_MAX_OF_ONE_RULE, _MAX_LINES = 5, 20
"""How many findings of one rule, and how many numbers of lines, the text lists."""

# Workflow commands have no note ("Workflow commands for GitHub Actions", GitHub documentation).
_GITHUB_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def as_text(findings: Sequence[Finding], files: int) -> str:
    """Return one paragraph for each finding, which begins with file and line, and a summary.

    Of many findings of one rule in a file, the first have a paragraph and the other ones a line together.
    """
    found = Counter(finding.severity for finding in findings)
    summary = (
        f"Checked {_count(files, 'file')}: {_count(found['error'], 'error')}, {_count(found['warning'], 'warning')}."
        f"{' Files with errors are not checked for warnings.' if found['error'] else ''}"
    )
    paragraphs = []
    groups: dict[tuple[str, str], list[Finding]] = {}
    shown: set[str] = set()
    for finding in findings:
        alike = groups.setdefault((finding.file, finding.rule), [])
        alike.append(finding)
        if len(alike) <= _MAX_OF_ONE_RULE:
            message = _message(replace(finding, allowed=unless_shown(finding.allowed, shown)))
            paragraphs.append(f"{finding.file}:{finding.line}: {finding.severity}: {message}")
    others = [_other_lines(alike[_MAX_OF_ONE_RULE:]) for alike in groups.values() if len(alike) > _MAX_OF_ONE_RULE]
    return "\n".join([*paragraphs, *others, summary])


def as_json(findings: Sequence[Finding], files: int) -> str:  # noqa: ARG001 - as all formats
    """Return a JSON array with an object for each finding."""
    return json.dumps([asdict(finding) for finding in findings], indent=2)


def as_github(findings: Sequence[Finding], files: int) -> str:  # noqa: ARG001 - as all formats
    """Return a workflow command for each finding, with which GitHub shows it beside the line."""
    return "\n".join(map(_workflow_command, findings))


FORMATS = {"text": as_text, "json": as_json, "github": as_github}


def _other_lines(findings: Sequence[Finding]) -> str:
    lines = sorted({finding.line for finding in findings})
    shown = ", ".join(map(str, lines[:_MAX_LINES]))
    more = f" and {len(lines) - _MAX_LINES} more" if len(lines) > _MAX_LINES else ""
    first = findings[0]
    place = "lines" if len(lines) > 1 else "line"
    return f"{first.file}: {len(findings)} more [{first.rule or first.severity}] in {place} {shown}{more}"


def _message(finding: Finding) -> str:
    details = format_details(
        finding.severity, finding.message, finding.allowed, example=finding.example, remedy=finding.remedy
    )
    first = f"{finding.key}: {finding.message}" if finding.key else finding.message
    rule = f" [{finding.rule}]" if finding.rule else ""
    return "\n".join([f"{first}{rule}", *details])


def _workflow_command(finding: Finding) -> str:
    properties = f"file={_property(finding.file)},line={finding.line}"
    title = f",title={_property(finding.rule)}" if finding.rule else ""
    return f"::{_GITHUB_COMMANDS[finding.severity]} {properties}{title}::{_data(_message(finding))}"


def _data(text: str) -> str:
    """Escape the message of a workflow command (actions/toolkit, packages/core/src/command.ts)."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"

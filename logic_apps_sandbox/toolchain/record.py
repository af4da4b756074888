"""The record of the Pulumi CLI that setup selected, so that commands need not search for it again."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from logic_apps_sandbox.files import write_file

RECORD = "pulumi.json"


@dataclass(frozen=True)
class PulumiCli:
    """A Pulumi CLI that is ready to use.

    Attributes:
        executable: its path without symbolic links, because the CLI looks for its language host beside the real file.
        version: its version, such as ``3.274.1``.
        origin: its origin for messages.
    """

    executable: Path
    version: str
    origin: str


def recorded_cli(toolchain: Path) -> PulumiCli | None:
    """Return the CLI that setup selected; None if there is none or it was removed."""
    record = _read(toolchain)
    try:
        executable = (toolchain / record["executable"]).resolve(strict=True)
        return PulumiCli(executable, record["version"], record["origin"])
    except (OSError, KeyError):
        return None


def recorded_circumstances(toolchain: Path) -> Any:  # noqa: ANN401  # whatever was recorded
    """Return the circumstances of the selection that ``record_cli`` got; None without a record."""
    return _read(toolchain).get("chosen_for")


def record_cli(toolchain: Path, cli: PulumiCli, circumstances: Any) -> None:  # noqa: ANN401  # anything that JSON can hold
    """Record the selected CLI; a CLI inside the toolchain by its relative path, so that the folder can be moved."""
    inside = cli.executable.is_relative_to(toolchain)
    record = {
        "executable": str(cli.executable.relative_to(toolchain) if inside else cli.executable),
        "version": cli.version,
        "origin": cli.origin,
        "chosen_for": circumstances,
    }
    write_file(toolchain / RECORD, json.dumps(record, indent=2) + "\n")


def _read(toolchain: Path) -> dict[str, Any]:
    try:
        record = json.loads((toolchain / RECORD).read_text())
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}

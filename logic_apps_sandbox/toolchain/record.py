"""Which Pulumi CLI set-up chose: a small file in the toolchain folder, so that commands need not look again."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from logic_apps_sandbox.files import write_file

RECORD = "pulumi.json"


@dataclass(frozen=True)
class PulumiCli:
    """A Pulumi CLI that is ready to use."""

    executable: Path
    """Where it is; symbolic links are resolved, because the CLI itself looks for its language host beside the real
    file.
    """

    version: str
    """Its version, such as `3.274.1`."""

    origin: str
    """Where it came from, for people."""


def recorded_cli(toolchain: Path) -> PulumiCli | None:
    """The CLI that set-up chose, or None when it chose none yet or the executable has gone."""
    record = _read(toolchain)
    try:
        executable = (toolchain / record["executable"]).resolve(strict=True)
        return PulumiCli(executable, record["version"], record["origin"])
    except (OSError, KeyError):
        return None


def recorded_circumstances(toolchain: Path) -> Any:  # noqa: ANN401  # whatever was recorded
    """What the recorded choice was made for, as given to `record_cli`; None when there is no record."""
    return _read(toolchain).get("chosen_for")


def record_cli(toolchain: Path, cli: PulumiCli, circumstances: Any) -> None:  # noqa: ANN401  # anything that JSON can hold
    """Records the choice; a CLI inside the toolchain by its relative path, so that the folder may be moved."""
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

"""Stack files, as the engine hands their values to a program."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

REPOSITORY = Path(__file__).parents[2]
STACKS = ("dev", "test", "prod")
PROJECT_FILE: dict[str, Any] = yaml.safe_load((REPOSITORY / "Pulumi.yaml").read_text())


def configuration_of(stack: str) -> dict[str, str]:
    """The values of a stack whose file is committed, as :func:`values_of` gives them."""
    return values_of(REPOSITORY / f"Pulumi.{stack}.yaml")


def values_of(stack_file: Path) -> dict[str, str]:
    """The values of a stack file by full key: text unchanged, all else as JSON, with the defaults of Pulumi.yaml."""
    values = yaml.safe_load(stack_file.read_text())["config"]
    defaults = {
        f"{PROJECT_FILE['name']}:{key}": declaration["default"]
        for key, declaration in PROJECT_FILE["config"].items()
        if "default" in declaration
    }
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in (defaults | values).items()}

"""Trusted certificates: arguments, parsing and rules."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from logic_apps_environment.certificates import content as content


def __getattr__(name: str) -> ModuleType:
    """Import ``content`` when it is first used: it imports cryptography, which only stacks with certificates need."""
    if name == "content":
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

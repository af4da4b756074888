"""What a recovery found and did, in words for a tired person."""

from __future__ import annotations

from dataclasses import dataclass, field

from recovery.state import Resource, logical_name


@dataclass
class Report:
    """The findings so far."""

    lines: list[str] = field(default_factory=list)
    """One for each thing that was found."""

    changes: int = 0
    """How many of them change the state."""

    left_alone: int = 0
    """How many somebody has to look at."""

    def changed(self, resource: Resource, text: str) -> None:
        """Something that changes the state."""
        self.changes += 1
        self.lines.append(_line(resource, text))

    def leave_alone(self, resource: Resource, text: str) -> None:
        """Something that recovery does not touch."""
        self.left_alone += 1
        self.lines.append(_line(resource, f"left alone: {text}"))

    def note(self, text: str) -> None:
        """Something to know."""
        self.lines.append(text)


def _line(resource: Resource, text: str) -> str:
    return f"{logical_name(resource)}: {text}"

"""The findings of a recovery."""

from __future__ import annotations

from dataclasses import dataclass, field

from logic_apps_environment.commands.azure_client.printable import printable, printable_lines
from logic_apps_environment.commands.recovery.errors import ResourceError
from logic_apps_environment.commands.recovery.state import Resource, logical_name


@dataclass(frozen=True)
class Finding:
    """One finding.

    Attributes:
        text: the finding.
        change: the change of the state as a participle, such as ``removed from the state``; empty without a change.
        details: output of another program, such as the errors of a preview.
    """

    text: str
    change: str = ""
    details: str = ""

    def sentence(self, *, is_done: bool) -> str:
        """Return the finding with its change, which was made or would be made."""
        sentence = printable(self.text)
        if self.change:
            sentence += f"; {'' if is_done else 'would be '}{printable(self.change)}"
        return f"{sentence} {printable_lines(self.details)}".rstrip()


@dataclass
class Report:
    """The findings so far."""

    findings: list[Finding] = field(default_factory=list)
    left_alone: int = 0
    """The number of findings that need attention."""

    @property
    def changes(self) -> int:
        """The number of findings that change the state."""
        return sum(bool(finding.change) for finding in self.findings)

    def lines(self, *, is_done: bool) -> list[str]:
        """Return the findings as text: what was changed in the state, or what would be changed."""
        return [finding.sentence(is_done=is_done) for finding in self.findings]

    def changed(self, resource: Resource, text: str, change: str) -> None:
        """Add a finding that changes the state."""
        self.findings.append(Finding(f"{logical_name(resource)}: {text}", change))

    def leave_alone(self, resource: Resource, text: str) -> None:
        """Add a finding that recovery does not change and that needs attention."""
        self.note(f"{logical_name(resource)}: left alone: {text}", needs_attention=True)

    def not_read(self, resource: Resource, error: ResourceError) -> None:
        """Add that a resource could not be looked up, so that its state is kept."""
        self.leave_alone(resource, f"it could not be looked up: {error}")

    def note(self, text: str, *, details: str = "", needs_attention: bool = False) -> None:
        """Add a finding without a change, once."""
        finding = Finding(text, details=details)
        if finding not in self.findings:
            self.left_alone += needs_attention
            self.findings.append(finding)

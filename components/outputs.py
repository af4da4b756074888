"""The outputs of a component: declared once, in its class, for registration and for a stack's exports alike."""

from __future__ import annotations

import pulumi


class WithOutputs(pulumi.ComponentResource):
    """A component whose outputs are the attributes that its class annotates as ``pulumi.Output[…]``."""

    @classmethod
    def output_names(cls) -> tuple[str, ...]:
        """The names of the outputs, in the order of their declaration."""
        return tuple(name for name, kind in cls.__annotations__.items() if str(kind).startswith("pulumi.Output["))

    @property
    def outputs(self) -> dict[str, pulumi.Output[object]]:
        """The outputs by name: what the component registers, and what a stack exports."""
        return {name: getattr(self, name) for name in self.output_names()}

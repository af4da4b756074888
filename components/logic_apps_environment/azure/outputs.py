"""Outputs of a component, declared once in its class, for registration and for the exports of a stack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self, cast

import pulumi

from logic_apps_environment.azure.ids import azure_id
from logic_apps_environment.validation.model import Input
from logic_apps_environment.validation.notation import PLAIN, Notation
from logic_apps_environment.validation.rule import describe


def known_after(value: Input[str], *dependencies: pulumi.Output[Any]) -> pulumi.Output[str]:
    """Return ``value`` as an Output that is known only when all ``dependencies`` are."""
    return pulumi.Output.all(value, *dependencies).apply(lambda all_of_them: cast("str", all_of_them[0]))


def ids_of(resources: Mapping[str, pulumi.CustomResource]) -> pulumi.Output[dict[str, str]]:
    """Return the IDs of resources by name."""
    ids: dict[str, Any] = {name: azure_id(resource) for name, resource in resources.items()}
    return cast("pulumi.Output[dict[str, str]]", pulumi.Output.from_input(ids))


def _problem_of_call(positional: Sequence[object], named: Mapping[str, object]) -> str | None:
    """Return what is wrong with a call of a component, as a sentence; None for a correct call."""
    given = dict(zip(_PARAMETERS, positional, strict=False))
    surplus = [*positional[len(_PARAMETERS) :], *(key for key in named if key in given or key not in _PARAMETERS)]
    given |= named
    name, opts = given.get("name", ""), given.get("opts")
    if surplus:
        return "The arguments are not one instance or mapping."
    if not isinstance(name, str) or not name:
        return f"{describe(name)} is not a logical name: expected a string." if name else "The logical name is missing."
    if "args" not in given:
        return "The arguments are missing."
    if opts is not None and not isinstance(opts, pulumi.ResourceOptions):
        return f"The options have the type {type(opts).__name__}: expected pulumi.ResourceOptions."
    return None


_PARAMETERS = ("name", "args", "opts")


class WithOutputs(pulumi.ComponentResource):
    """A component whose outputs are the attributes that its class annotates with ``pulumi.Output[…]``."""

    notation: Notation = PLAIN
    """The notation of the component's arguments, for messages about its resources."""

    if not TYPE_CHECKING:

        def __new__(cls, *positional: object, **named: object) -> Self:
            """Reject a call without a traceback of Python or Pulumi. A subclass can have other parameters.

            Raises:
                RunError: the call is not valid.
            """
            is_own = cls.__init__.__module__.partition(".")[0] == __name__.partition(".")[0]
            if is_own and (problem := _problem_of_call(positional, named)):
                name = positional[0] if positional else named.get("name")
                label = name if name and isinstance(name, str) else cls.__name__
                call = f'{cls.__name__}("orders", {cls.__name__}Args(…), pulumi.ResourceOptions(…))'
                raise pulumi.RunError(f"{label}: {problem} Example: {call}. The options can be omitted.")
            return super().__new__(cls)

    def __init__(
        self, resource_type: str, name: str, inputs: Mapping[str, Any], opts: pulumi.ResourceOptions | None
    ) -> None:
        """Register the component with its inputs."""
        super().__init__(resource_type, name, inputs, opts)
        for key in inputs:
            # The SDK sets an attribute for each input, but the attributes of a component are its outputs.
            self.__dict__.pop(key, None)

    @property
    def protects_children(self) -> bool:
        """Whether the environment, virtual network and subnets of the component are protected.

        They are, unless the component or one of its parents has ``protect=False`` (docs/decisions/0010-protection.md).
        """
        # The SDK keeps the own or inherited option; None if it is not set.
        return self._protect is not False

    @classmethod
    def output_names(cls) -> tuple[str, ...]:
        """Return the names of the outputs, in the order of their declaration."""
        return tuple(name for name, kind in cls.__annotations__.items() if "pulumi.Output[" in str(kind))

    @property
    def outputs(self) -> dict[str, Any]:
        """The outputs by name, which the component registers and a stack exports."""
        return {name: getattr(self, name) for name in self.output_names()}

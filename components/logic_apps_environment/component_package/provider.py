"""The components for programs in all languages of Pulumi: TypeScript, Go, C#, Java and YAML.

Pulumi runs this module as a plugin (PulumiPlugin.yaml and __main__.py) when a program creates a component that was
installed with ``pulumi package add``. The arguments have the names of stack configuration.

Pulumi's analyzer of Python components is not used, because it does not support pydantic models, and reports only the
first missing argument, whereas this library reports all problems together.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi.provider
from pulumi import InputPropertiesError, Inputs, ResourceOptions
from pulumi.provider import server
from pydantic.alias_generators import to_camel

from logic_apps_environment.azure.outputs import WithOutputs
from logic_apps_environment.component_package.schema import package_schema, type_token
from logic_apps_environment.component_package.unknown_outputs import unknown_where_not_created
from logic_apps_environment.environment.args import IntegrationServiceEnvironmentArgs
from logic_apps_environment.environment.component import IntegrationServiceEnvironment
from logic_apps_environment.hooks import deployment as hooks
from logic_apps_environment.hooks.interruption import interrupt
from logic_apps_environment.network.component import EnvironmentNetwork
from logic_apps_environment.network.environment_network_args import EnvironmentNetworkArgs
from logic_apps_environment.validation.errors import ArgumentsError
from logic_apps_environment.validation.model import Model
from logic_apps_environment.validation.notation import Notation
from logic_apps_environment.validation.validate import OTHER_LANGUAGES, validate

NAME = "logic-apps-environment"

COMPONENTS: Mapping[type[WithOutputs], type[Model]] = {
    IntegrationServiceEnvironment: IntegrationServiceEnvironmentArgs,
    EnvironmentNetwork: EnvironmentNetworkArgs,
}
"""The components of the package, each with the model of its arguments."""


def schema() -> dict[str, Any]:
    """Return the schema of the package."""
    return package_schema(
        NAME, _version(), "An Azure Logic Apps integration service environment (ISE) with its network.", COMPONENTS
    )


def _version() -> str:
    """Return the version of the Python package, which the component package has too (pyproject.toml)."""
    try:
        return importlib.metadata.version(NAME)
    except importlib.metadata.PackageNotFoundError:
        # Pulumi runs the folder of a component package without installing the Python package.
        schema_file = Path(__file__).parents[2] / "schema.json"
        return str(json.loads(schema_file.read_text(encoding="utf-8"))["version"])


class ComponentPackage(pulumi.provider.Provider):
    """Creates the components for a program in another language."""

    def __init__(self) -> None:
        super().__init__(_version(), json.dumps(schema()))
        self._components = {type_token(NAME, component): component for component in COMPONENTS}

    def construct(
        self, name: str, resource_type: str, inputs: Inputs, options: ResourceOptions | None = None
    ) -> pulumi.provider.ConstructResult:
        """Create a component with its children.

        Raises:
            ArgumentsError: the arguments are invalid; the error lists every problem.
        """
        component = self._components[resource_type]
        # The type of the base class does not have these three parameters.
        construct: Any = component
        made = construct(name, _arguments(name, COMPONENTS[component], unknown_where_not_created(inputs)), options)
        outputs = {to_camel(output): value for output, value in made.outputs.items()}
        return pulumi.provider.ConstructResult(made.urn, outputs)

    def cancel(self) -> None:
        """End the waits of hooks, which run in this process."""
        interrupt()


def _arguments(name: str, model: type[Model], inputs: Inputs) -> Model:
    notation = Notation.of_component(name, None)
    made, problems = validate(model, inputs, OTHER_LANGUAGES, notation)
    if problems:
        raise notation.error(problems)
    return made.set_notation(notation)


_options_of = server.ProviderServicer._construct_options  # noqa: SLF001 - overridden below


class _Servicer(server.ProviderServicer):
    """Reports invalid arguments, and distinguishes a missing ``protect`` from ``False``.

    Pulumi would print the class name of an ``ArgumentsError`` before its message.
    """

    @staticmethod
    def _construct_options(request: Any) -> ResourceOptions:  # noqa: ANN401 - as in the base class
        options = _options_of(request)
        if not request.HasField("protect"):
            # The base class reads a missing field as False, which would remove the protection.
            options.protect = None
            if options.parent is not None:
                # Its class inherits protect from the parent, and a parent by URN has no such attribute. The engine has
                # applied the real parent's option to the request already.
                options.parent._protect = None  # noqa: SLF001 - see above
        return options

    async def _construct(self, request: Any, context: Any) -> Any:  # noqa: ANN401 - as in the base class
        hooks.use_deployment(request.monitorEndpoint)
        try:
            return await super()._construct(request, context)
        except ArgumentsError as error:
            # The list of properties is empty, because the engine prints the value of each property in it, which could
            # be a private key instead of a certificate.
            raise InputPropertiesError(f"{error}", []) from None


def main() -> None:
    """Serve the package until the engine ends it."""
    # The engine ends a plugin with SIGINT, on which the SDK would print a traceback from gRPC's server.
    signal.signal(signal.SIGINT, lambda _number, _frame: os._exit(0))
    # Pulumi's main function always creates its own servicer class.
    server.ProviderServicer = _Servicer  # type: ignore[misc]
    server.main(ComponentPackage(), sys.argv[1:])

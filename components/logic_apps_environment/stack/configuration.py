"""Stack configuration: the keys of ``Pulumi.<stack>.yaml`` in the project's namespace, as one model.

The engine passes every value as a string; objects, lists, numbers and booleans as JSON.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Self

import pulumi
from pulumi.runtime import config as engine_configuration
from pydantic import PrivateAttr, StrictBool
from pydantic.alias_generators import to_snake

from logic_apps_environment import connectors as connector_rules
from logic_apps_environment.azure.argument_types import ResourceGroupName
from logic_apps_environment.changes.comparison import Inputs, Replacement, exclude_parts, is_same
from logic_apps_environment.environment import rules as setting_rules
from logic_apps_environment.environment.args import EnvironmentSettings, IntegrationServiceEnvironmentArgs
from logic_apps_environment.stack.stack_file import converted_texts, with_misplaced_keys, with_original_texts
from logic_apps_environment.validation import schema_rules
from logic_apps_environment.validation.annotations import configuration_type, keys_of
from logic_apps_environment.validation.change_effects import ALL_REPLACED, Change, Effect, Part
from logic_apps_environment.validation.errors import ArgumentsError
from logic_apps_environment.validation.model import Input, Model, setting
from logic_apps_environment.validation.notation import Notation
from logic_apps_environment.validation.rule import Problem
from logic_apps_environment.validation.schema_rules import ENCRYPTED_VALUE
from logic_apps_environment.validation.validate import STACK_FILE, validate

MAY_BE_ENCRYPTED = ("managedConnectors",)
"""The keys that can contain a secret: the signature in a connector's content link."""


class ResourceGroupConfiguration(Model):
    """The resource group of a stack."""

    name: ResourceGroupName = setting(
        "Name of the resource group.",
        allowed="1 to 90 letters, digits, underscores, parentheses, hyphens and periods, not ending with a period",
        example="Fabrikam-RG",
        change=ALL_REPLACED,
        is_name=True,
    )
    create: StrictBool = setting(
        "Whether the stack creates the resource group. If false, it uses an existing one.",
        allowed="true or false",
        example="true",
        change=(
            Change(
                Effect.NONE,
                when="true to false",
                remark="With the same name, the stack releases the group, which remains when the stack is destroyed. "
                "With another name, the previous group is deleted at the end, with all remaining resources in it.",
            ),
            Change(
                Effect.REFUSED,
                when="false to true",
                remark="The preview shows a replacement of all resources; the update fails because the group exists. "
                "To add the group to the stack, delete it from the state (`pulumi state delete`), which changes "
                "nothing in Azure, and run `recover`.",
            ),
        ),
        default=True,
    )


class StackConfiguration(EnvironmentSettings):
    """The configuration of a stack of this project."""

    resource_group: ResourceGroupConfiguration = setting(
        "The resource group of all resources.",
        allowed="an object with name and, optionally, create",
        example="{name: Fabrikam-RG}",
    )
    protect: StrictBool = setting(
        "Whether Pulumi refuses to delete or replace the environment, virtual network, subnets and resource group.",
        allowed="true or false",
        example="false",
        change=Change(Effect.NONE, remark="It takes effect with the next update."),
        default=True,
        is_registered=False,
    )

    acknowledge_retirement: StrictBool = setting(
        "Whether to hide the warning that Azure has retired the service. The sandbox never shows it.",
        allowed="true or false",
        example="true",
        change=Change(Effect.NONE, remark="It takes effect with the next preview."),
        default=False,
        is_registered=False,
    )

    _secret_keys: frozenset[str] = PrivateAttr(default=frozenset())
    """The keys whose values are encrypted, completely or in part."""

    @classmethod
    def replacements(cls, old: Inputs, new: Inputs) -> list[Replacement]:
        """See :meth:`ComparedModel.replacements`."""
        found = super().replacements(old, new)
        before, now = old.get("resourceGroup") or {}, new.get("resourceGroup") or {}
        is_released = not now.get("create") and is_same(before.get("name"), now.get("name"))
        return exclude_parts(found, Part.GROUP) if not before.get("create") or is_released else found

    @classmethod
    def load(cls) -> Self:
        """Return the configuration of the stack that the engine deploys, and log its warnings.

        The stack file is expected in the working directory, which is the project's folder while Pulumi runs a program.

        Raises:
            ArgumentsError: with every problem of every key.
        """
        # `pulumi.Config` returns only single keys; a misspelled key is found only among all keys.
        values = engine_configuration.get_config_env() | engine_configuration.CONFIG.get()
        secret_keys = [key for key in values if engine_configuration.is_config_secret(key)]
        path = Path(f"Pulumi.{pulumi.get_stack()}.yaml")
        stack_file = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        configuration = cls.read(pulumi.get_project(), values, secret_keys, stack_file=stack_file)
        metadata_host = values.get("azure-native:metadataHost") or os.environ.get("ARM_METADATA_HOSTNAME")
        configuration.notation.warn(configuration.stack_warnings(metadata_host, pulumi.get_stack()))
        return configuration

    @classmethod
    def read(
        cls, project: str, values: Mapping[str, str], secret_keys: Collection[str] = (), *, stack_file: str = ""
    ) -> Self:
        """Return the configuration of a stack.

        Args:
            project: the namespace of the project's keys. Other namespaces are ignored, unless they look like a mistyped
                namespace of the project, ``azure-native`` or ``pulumi``.
            values: every configuration value of the stack by its full key, as the engine passes them.
            secret_keys: the full keys whose values are encrypted, completely or in part.
            stack_file: the content of the stack file, which shows what YAML converted; empty if it is unknown.

        Raises:
            ArgumentsError: with every problem of every key.
        """
        prefix = f"{project}:"
        own = {key.removeprefix(prefix): values[key] for key in sorted(values) if key.startswith(prefix)}
        decoded = {key: _decode(cls, key, value) for key, value in own.items() if not _is_left_out(cls, key, value)}
        notation = Notation("The configuration of this stack", prefix=prefix)
        configuration, problems = validate(cls, decoded, STACK_FILE, notation)
        configuration._secret_keys = frozenset(key.removeprefix(prefix) for key in secret_keys)  # noqa: SLF001 - its own
        problems += [
            _encrypted(project, key.removeprefix(prefix))
            for key in sorted(secret_keys)
            if key.startswith(prefix) and key.removeprefix(prefix) not in MAY_BE_ENCRYPTED
        ]
        problems += [
            problem for key in sorted(values) for problem in schema_rules.check_namespace(project, key, keys_of(cls))
        ]
        text_keys = [key for key in keys_of(cls) if configuration_type(cls, key) == "string"]
        problems = schema_rules.with_other_namespaces(problems, project, values)
        problems = with_original_texts(problems, stack_file, project)
        problems = with_misplaced_keys(problems, stack_file, project)
        problems += converted_texts(stack_file, project, values, text_keys)
        if problems:
            raise notation.error(problems)
        return configuration.set_notation(notation)

    def stack_warnings(self, metadata_host: str | None, stack: str = "") -> list[Problem]:
        """Return the warnings about the stack, in addition to those about the environment.

        The metadata host is that of azure-native's cloud; None for Azure. Commands in the messages are for the stack,
        by default for the selected one.
        """
        return [
            *setting_rules.check_retirement(metadata_host, acknowledged=self.acknowledge_retirement, stack=stack),
            *self._check_links_are_secret(),
        ]

    def _check_links_are_secret(self) -> list[Problem]:
        # The engine marks the key as a whole: if one link is a secret, all count as secrets.
        if "managedConnectors" in self._secret_keys:
            return []
        plain = [position for position, each in enumerate(self.managed_connectors) if each.content_link is not None]
        return [problem.within("managedConnectors") for problem in connector_rules.check_links_are_secret(plain)]

    def environment_args(self, resource_group_name: Input[str]) -> IntegrationServiceEnvironmentArgs:
        """Return the arguments of the component, without validating them or the name of the resource group again."""
        common = {name: getattr(self, name) for name in EnvironmentSettings.model_fields}
        args = IntegrationServiceEnvironmentArgs.model_construct(resource_group_name=resource_group_name, **common)
        args._source = self  # noqa: SLF001 - of the same library
        return args


def validate_configuration(
    project: str,
    values: Mapping[str, str],
    secret_keys: Collection[str] = (),
    *,
    metadata_host: str | None = None,
    stack_file: str = "",
) -> list[Problem]:
    """Return the problems of a stack's configuration, for an editor, a CI job or a larger program.

    The parameters are those of :meth:`StackConfiguration.read` and :meth:`StackConfiguration.stack_warnings`.

    Returns:
        All errors; without errors, all warnings.
    """
    try:
        configuration = StackConfiguration.read(project, values, secret_keys, stack_file=stack_file)
    except ArgumentsError as error:
        return list(error.problems)
    return [*configuration.warnings, *configuration.stack_warnings(metadata_host)]


def _is_left_out(model: type[Model], key: str, text: str) -> bool:
    """Whether a required key has the default of Pulumi.yaml, because the stack file does not set it."""
    field = model.model_fields.get(to_snake(key))
    return text == "" and field is not None and field.is_required()


def _decode(model: type[Model], key: str, text: str) -> object:
    """Return the value of a key; text that is not JSON stays text, which the model then rejects."""
    if configuration_type(model, key) == "string":
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _encrypted(project: str, key: str) -> Problem:
    return ENCRYPTED_VALUE.violation(
        "is a secret, but Azure shows the value to everyone who can read the environment.",
        remedy=f"Set the value in plain text: pulumi config set --plaintext {project}:{key} …",
        path=(key,),
    )

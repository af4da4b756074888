"""The JSON Schema of stack files, with which editors complete, explain and check them.

It is made from the model of the configuration by pydantic, so a key that is added there is in the schema. It rejects
only what the rules reject: an editor must not mark valid values. What a schema cannot express, such as rules about
several keys together, is left to ``logic-apps-environment check``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import yaml
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import PydanticOmit

from logic_apps_environment import StackConfiguration
from logic_apps_environment.stack.configuration import MAY_BE_ENCRYPTED
from logic_apps_environment.validation.setting import setting_of

if TYPE_CHECKING:
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import core_schema

PROJECT = "logic-apps-environment"

# The version that yaml-language-server supports completely.
_DIALECT = "http://json-schema.org/draft-07/schema#"

_SECRET = {
    "description": "A secret, as `pulumi config set --secret` writes it.",
    "type": "object",
    "required": ["secure"],
    "properties": {"secure": {"type": "string"}},
    "additionalProperties": False,
}
_SECRET_REFERENCE = {"$ref": "#/$defs/Secret"}


def stack_schema() -> str:
    """The text of the schema."""
    model = StackConfiguration.model_json_schema(schema_generator=_Generator)
    definitions = model["$defs"]
    keys = {f"{PROJECT}:{key}": _top_level(key, value, definitions) for key, value in model["properties"].items()}
    required = [f"{PROJECT}:{key}" for key in model["required"]]
    schema = {
        "$schema": _DIALECT,
        "title": "A stack of logic-apps-environment",
        "description": "The configuration of one integration service environment (Pulumi.<stack>.yaml).",
        "type": "object",
        "properties": {
            "config": {
                "type": "object",
                "properties": keys,
                "patternProperties": {f"^{PROJECT}:(?!(?:{'|'.join(model['properties'])})$)": False},
            },
            "encryptionsalt": {"type": "string"},
            "encryptedkey": {"type": "string"},
            "secretsprovider": {"type": "string"},
        },
        # Environments of Pulumi ESC may have the required keys.
        "if": {"not": {"required": ["environment"]}},
        "then": {"required": ["config"], "properties": {"config": {"required": required}}},
        "$defs": definitions | {"Secret": _SECRET},
    }
    return json.dumps(_without_titles(schema), indent=2, ensure_ascii=False) + "\n"


class _Generator(GenerateJsonSchema):
    """Writes the schema of a model for people who write stack files."""

    def handle_invalid_for_json_schema(self, schema: core_schema.CoreSchema, error_info: str) -> JsonSchemaValue:  # noqa: ARG002 - pydantic's signature
        """Leave out an Output: a stack file has values only."""
        raise PydanticOmit

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """Leave out null: an optional key is absent."""
        return self.generate_inner(schema["schema"])

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """Describe the fields by their settings."""
        described = super().model_schema(schema)
        model = schema["cls"]
        for name, field in model.model_fields.items():
            member = described["properties"][field.alias or name]
            details = setting_of(model, name)
            del member["setting"]
            text = [member["description"], f"Allowed: {details.allowed}.", f"Example: `{details.example}`."]
            member["description"] = "\n\n".join(
                [*text, *([f"Changing it: {details.change}"] if details.change else [])]
            )
            if "…" not in details.example:
                member["examples"] = [yaml.safe_load(details.example)]
            if member.get("default", ...) == {} and "required" in member:
                described["properties"][field.alias or name] = _or_empty(member)
            if not isinstance(member.get("default"), bool | int | str):
                member.pop("default", None)
        return described


def _or_empty(member: JsonSchemaValue) -> JsonSchemaValue:
    """An object that may also be empty, which means that the key is not given."""
    return {
        "description": member.pop("description"),
        "examples": member.pop("examples", []),
        "anyOf": [member, {"type": "object", "maxProperties": 0}],
    }


def _top_level(key: str, value: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """The schema of a value as the engine takes it: values other than text may also be text that contains JSON."""
    about = {name: value.pop(name) for name in ("description", "examples", "default") if name in value}
    alternatives = [value]
    if value.get("type") == "boolean":
        alternatives.append({"enum": ["true", "false"]})
    elif value.get("type") in ("object", "array") or "anyOf" in value:
        alternatives.append({"type": "string", "pattern": r"^\s*[\[{]"})
    if key in MAY_BE_ENCRYPTED:
        alternatives = [*(_or_secret(each, definitions) for each in alternatives), _SECRET_REFERENCE]
    return about | (value if len(alternatives) == 1 else {"anyOf": alternatives})


def _or_secret(schema: Any, definitions: dict[str, Any]) -> Any:  # noqa: ANN401 - any part of a schema
    """The schema of a value in which each text may be a secret, with the models of this value inlined."""
    if isinstance(schema, list):
        return [_or_secret(each, definitions) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _or_secret(definitions.pop(schema["$ref"].removeprefix("#/$defs/")), definitions)
    if schema.get("type") == "string":
        return {"anyOf": [schema, _SECRET_REFERENCE]}
    return {key: _or_secret(value, definitions) for key, value in schema.items()}


def _without_titles(schema: Any) -> Any:  # noqa: ANN401 - any part of a schema
    """The schema without the titles that pydantic makes of the names of fields and models."""
    if isinstance(schema, list):
        return [_without_titles(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: _without_titles(value) for key, value in schema.items() if key != "title" or "$schema" in schema}

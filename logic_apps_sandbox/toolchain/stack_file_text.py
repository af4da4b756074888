"""The values in the text of a stack file: which are encrypted, and removal of private keys for the sandbox's copy."""

import re
from typing import Any

import yaml

from logic_apps_sandbox.private_keys import redact_certificate, redact_private_key

_CERTIFICATE_KEY = "publicCertificate"

_PATH_PART = re.compile(r'\["((?:\\"|[^"])*)"\]|\[(\d+)\]|([^.\[]+)')
"""A part of a property path: ``["name"]``, ``[index]`` or ``name``."""


class PrivateKeyError(ValueError):
    """The text contains a private key and is not YAML, so the key cannot be replaced."""


def without_private_keys(text: str) -> str:
    """Return the text of a stack file with each private key replaced.

    Pulumi keeps the configuration of a stack in its history, which must not contain a key. The replacement has the
    format of the key, so the program rejects it like the key. A text with a key loses its comments.

    Raises:
        PrivateKeyError: the text contains a private key and is not YAML.
    """
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        if redact_private_key(text):
            raise PrivateKeyError from None
        return text
    replaced = root is not None and _replace(root, set())
    if root is None or not (replaced or redact_private_key(text)):
        return text
    return yaml.serialize(root, Dumper=yaml.SafeDumper, allow_unicode=True)


def _replace(node: yaml.Node, seen: set[int], *, is_certificate: bool = False) -> bool:
    """Replace private keys in a node and below it; return whether there was one."""
    if id(node) in seen:  # an alias
        return False
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        found = (redact_certificate if is_certificate else redact_private_key)(node.value)
        if found is None:
            return False
        node.value, node.style = found, '"'
        return True
    if isinstance(node, yaml.MappingNode):
        parts = [part for key, value in node.value for part in ((key, False), (value, key.value == _CERTIFICATE_KEY))]
    else:
        parts = [(item, False) for item in node.value]
    return any([_replace(part, seen, is_certificate=certificate) for part, certificate in parts])  # noqa: C419 - all of them


def is_secret(text: str, project: str, key: str, *, is_path: bool) -> bool:
    """Return whether a configuration value is encrypted or contains an encrypted value.

    Args:
        text: the text of the stack file.
        project: the name of the project, which is the namespace of a key without one.
        key: the key, such as ``demo:password`` or ``password``.
        is_path: whether the key is a path into an object or a list, such as ``servers[0].password``.
    """
    parts: list[Any] = [key]
    if is_path:
        parts = [int(index) if index else quoted or plain for quoted, index, plain in _PATH_PART.findall(key)]
    if not parts:
        return False
    if ":" not in str(parts[0]):
        parts[0] = f"{project}:{parts[0]}"
    try:
        value = yaml.safe_load(text)["config"]
        for part in parts:
            value = value[part]
    except (yaml.YAMLError, LookupError, TypeError):
        return False  # Pulumi reports a key or a file that it cannot read.
    return _has_secret(value)


def _has_secret(value: Any) -> bool:  # noqa: ANN401 - any value of YAML
    if isinstance(value, dict):
        return (value.keys() == {"secure"} and isinstance(value["secure"], str)) or any(
            map(_has_secret, value.values())
        )
    return isinstance(value, list) and any(map(_has_secret, value))

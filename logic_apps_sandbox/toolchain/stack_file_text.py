"""Removal of private keys from the text of a stack file for the sandbox's copy."""

import yaml

from logic_apps_sandbox.private_keys import redact_certificate, redact_private_key

_CERTIFICATE_KEY = "publicCertificate"


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

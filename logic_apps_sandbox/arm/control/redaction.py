"""Removal of private keys, passwords, tokens and signatures from the request log.

Clients send secrets in documented places: shared access signatures in the query of a link (Microsoft, "Grant limited
access to Azure Storage resources using shared access signatures"), access keys and passwords in bodies. A private key
may also be sent by mistake instead of a certificate.
"""

import re
from urllib.parse import unquote

from logic_apps_sandbox.private_keys import is_certificate_alone, redact_private_key

LEFT_OUT = "(not recorded)"

_MAX_TEXT_LENGTH = 16_384
"""Characters of one text; a longer one is too slow to look through."""

# The values of these parameters are recorded; those of all others may be tokens. ARM's own begin with a dollar sign.
_KNOWN_PARAMETERS = {"api-version"}
_SECRET_MEMBER = re.compile(
    r"password|passwd|secret(?!s$)|signature|credential|authorization|access_?token|refresh_?token|id_?token|^token$|^sas|"
    r"(?:account|access|shared|primary|secondary|master|storage|function|host|api|private|subscription)_?-?keys?$|"
    r"key_?value|connection_?string",
    re.IGNORECASE,
)
_VALUES = ("value", "defaultValue")
_SECURE_TYPES = ("securestring", "secureobject")
_SECRET_PARAMETER = re.compile(
    r"((?:[?&;]|&amp;|\\u0026|%3f|%26|\b)(?:sig|signature|code|token|access_token|sas|accountkey|sharedaccesskey|password|pwd"
    r"|client_secret|subscription-key)(?:=|%3d))([^&;\s\"'<>]+)",
    re.IGNORECASE,
)
_BEARER = re.compile(r"\b(bearer|basic|sharedaccesssignature)\s+[A-Za-z0-9+/=._~-]{8,}", re.IGNORECASE)
_TOKEN = re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?")
"""A JSON Web Token: its header is base64url of JSON."""
_USER_INFORMATION = re.compile(r"(://)[^/?#\s@]+@")


def without_secrets_in_query(path: str) -> str:
    """Return a path with its query, in which only parameters that are known to be harmless have their values."""
    path, mark, query = path.partition("?")
    path = LEFT_OUT if redact_private_key(unquote(path)) else text_without_secrets(path)
    return path + mark + "&".join(_known(parameter) for parameter in query.split("&") if mark)


def _known(parameter: str) -> str:
    name, equals, value = parameter.partition("=")
    plain = unquote(name).lower()
    if not equals or plain in _KNOWN_PARAMETERS or plain.startswith("$"):
        return f"{name}{equals}{text_without_secrets(value)}"
    return f"{name}={LEFT_OUT}"


def without_secrets(value: object) -> object:
    """Return a JSON value with ``(not recorded)`` instead of each secret in it."""
    if isinstance(value, dict):
        is_secure = str(value.get("type", "")).lower() in _SECURE_TYPES
        return {
            text_without_secrets(name): LEFT_OUT if is_secure and name in _VALUES else _member(name, item)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [without_secrets(item) for item in value]
    return text_without_secrets(value) if isinstance(value, str) else value


def _member(name: str, value: object) -> object:
    if name.lower() == "publiccertificate":
        # A key in an unknown format is not a certificate either.
        return value if isinstance(value, str) and is_certificate_alone(value) else LEFT_OUT
    if _SECRET_MEMBER.search(name):
        if isinstance(value, str | int | float | list):
            return LEFT_OUT
        if isinstance(value, dict):
            # The value of a parameter that is called so.
            return without_secrets({each: LEFT_OUT if each in _VALUES else item for each, item in value.items()})
    return without_secrets(value)


def text_without_secrets(text: str) -> str:
    """Return a text with ``(not recorded)`` instead of each secret in it."""
    if len(text) > _MAX_TEXT_LENGTH:
        return f"(not recorded: {len(text)} characters)"
    if redact_private_key(text):
        return LEFT_OUT
    text = _SECRET_PARAMETER.sub(rf"\1{LEFT_OUT}", text)
    text = _BEARER.sub(rf"\1 {LEFT_OUT}", text)
    return _USER_INFORMATION.sub(rf"\1{LEFT_OUT}@", _TOKEN.sub(LEFT_OUT, text))

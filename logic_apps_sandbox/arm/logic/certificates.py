"""The ``certificates`` map of an integration service environment.

Source: Microsoft, "Create integration service environments (ISEs) with Logic Apps REST API", Request body and (2022
text) the update of certificates: entries {publicCertificate, kind}, base64 of the PEM text, kind TrustedRoot, at most
20. The error codes are not documented.
"""

import base64
import re

from logic_apps_sandbox.arm.core.errors import ArmError, invalid_request_content
from logic_apps_sandbox.arm.core.json_body import JsonObject
from logic_apps_sandbox.arm.core.session import Json
from logic_apps_sandbox.private_keys import redact_private_key

_MAX_CERTIFICATES = 20
_PEM_BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----.+?-----END \1-----", re.DOTALL)


def read_certificates(properties: JsonObject) -> Json | None:
    """Return the validated map, None if absent. No message repeats a value, which may be a private key."""
    given = properties.member("certificates")
    if given is None:
        return None
    if len(given.value) > _MAX_CERTIFICATES:
        raise invalid_request_content(
            f"'{given.path}' contains {len(given.value)} certificates; at most {_MAX_CERTIFICATES} are allowed."
        )
    return {name: _read_certificate(name, entry) for name, entry in given.entries()}


def _read_certificate(name: str, entry: JsonObject) -> Json:
    if not name:
        raise invalid_request_content(f"a certificate in '{entry.path}' has an empty name.")
    entry.refuse_unknown({"publicCertificate", "kind"})
    kind = entry.required_text("kind")
    if kind != "TrustedRoot":
        raise invalid_request_content(f"'{entry.where('kind')}' is '{kind[:40]}'; the only kind is 'TrustedRoot'.")
    text = entry.required_text("publicCertificate")
    _check_certificate(text, entry.where("publicCertificate"))
    return {"publicCertificate": text, "kind": kind}


def _check_certificate(text: str, where: str) -> None:
    # Loaded here, because only these requests need it and it would add to every start of the simulator.
    from cryptography import x509  # noqa: PLC0415

    try:
        pem = base64.b64decode(text, validate=True)
    except ValueError:
        raise _refused(where, "it is not base64") from None
    labels = [bytes(block.group(1)) for block in _PEM_BLOCK.finditer(pem)]
    if redact_private_key(text):
        raise _refused(where, "it contains a private key")
    # Undocumented: whether the service also takes base64 of DER, or several certificates in one entry. Documented is
    # the PEM text of one.
    if labels != [b"CERTIFICATE"]:
        raise _refused(where, f"it is not the PEM text of one certificate, but has {len(labels)} PEM blocks")
    if _PEM_BLOCK.sub(b"", pem).strip():
        raise _refused(where, "it contains something other than the certificate")
    try:
        x509.load_pem_x509_certificate(pem)
    except ValueError:
        raise _refused(where, "its content cannot be read as an X.509 certificate") from None


def _refused(where: str, why: str) -> ArmError:
    return invalid_request_content(
        f"'{where}' is not valid: {why}. Expected: base64 of a certificate's PEM text, which begins with "
        f"'-----BEGIN CERTIFICATE-----'."
    )

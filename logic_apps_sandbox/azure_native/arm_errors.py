"""Messages for error responses of Azure Resource Manager.

Sources: azure-native provider source, client_azcore.go (``Status=<n> Code="<code>" Message="<message>"``); Azure SDK
for Go, azcore: the text of ``ResponseError``, and policy_register_rp.go, which reads each conflict first.
"""

import json
from collections.abc import Mapping
from typing import Any

import httpx

from logic_apps_sandbox.azure_native.errors import ArmError, ProviderError

_LINE = "-" * 80


def arm_error(response: httpx.Response) -> ArmError:
    """Return the error for a response: code and message, the body without a message, or all of it if not JSON.

    Raises:
        ProviderError: the response is a conflict without an error in its body.
    """
    body = json_of(response)
    envelope = _envelope(body)
    if response.status_code == httpx.codes.CONFLICT and not envelope:
        raise ProviderError(_not_read(response))
    if not isinstance(body, dict):
        return ArmError(response.status_code, "", response_text(response))
    details = envelope.get("details")
    first = details[0] if isinstance(details, list) and details else None
    target = first.get("target") if isinstance(first, dict) else None
    code = str(envelope.get("code") or "")
    named = f' Code="{code}"' if code else ""
    text = f'Status={response.status_code}{named} Message="{envelope.get("message") or response.text}"'
    return ArmError(response.status_code, code, text, target=str(target or ""))


def response_text(response: httpx.Response) -> str:
    """Format a response: the request without its query, then status, error code and body, between lines."""
    request, status = response.request, response.status_code
    host = request.headers.get("Host", request.url.netloc.decode())
    body = json_of(response)
    code = _envelope(body).get("code")
    parts = (
        f"{request.method} {request.url.scheme}://{host}{request.url.path}",
        _LINE,
        f"RESPONSE {status}: {status} {httpx.codes.get_reason_phrase(status)}",
        f"ERROR CODE: {code}" if code else "ERROR CODE UNAVAILABLE",
        _LINE,
        _indented(response, body),
        _LINE,
    )
    return "".join(f"{part}\n" for part in parts)


def _envelope(body: object) -> Mapping[str, Any]:
    """Return the ``error`` of a body; empty if it has none."""
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, dict) else {}


def _indented(response: httpx.Response, body: object) -> str:
    if not response.content:
        return "Response contained no body"
    return response.text if body is None else json.dumps(body, indent=2, ensure_ascii=False)


def _not_read(response: httpx.Response) -> str:
    if json_of(response) is not None:
        return "missing error information"
    problem = f"invalid character '{response.text[0]}' looking for beginning of value" if response.text else "EOF"
    return f"unmarshalling type *runtime.requestError: {problem}"


def json_of(response: httpx.Response) -> object:
    """Return the body of a response; None if it is not JSON."""
    try:
        return response.json()
    except ValueError:
        return None

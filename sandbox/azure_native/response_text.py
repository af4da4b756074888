"""An HTTP answer as text, for the errors that show it whole.

Source: Azure SDK for Go, azcore, the text of ``ResponseError``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

_LINE = "-" * 80


def response_text(response: httpx.Response) -> str:
    """The request without its query, then status, error code and body, between lines."""
    request, status = response.request, f"{response.status_code} {response.reason_phrase}"
    host = request.headers.get("Host", request.url.netloc.decode())
    code = _error_code(response)
    parts = (
        f"{request.method} {request.url.scheme}://{host}{request.url.path}",
        _LINE,
        f"RESPONSE {response.status_code}: {status}",
        f"ERROR CODE: {code}" if code else "ERROR CODE UNAVAILABLE",
        _LINE,
        _body(response),
        _LINE,
    )
    return "".join(f"{part}\n" for part in parts)


def _error_code(response: httpx.Response) -> str:
    try:
        answer = response.json()
    except ValueError:
        return ""
    error = answer.get("error") if isinstance(answer, dict) else None
    return str(error.get("code") or "") if isinstance(error, dict) else ""


def _body(response: httpx.Response) -> str:
    if not response.content:
        return "Response contained no body"
    try:
        return json.dumps(response.json(), indent=2, ensure_ascii=False)
    except ValueError:
        return response.text

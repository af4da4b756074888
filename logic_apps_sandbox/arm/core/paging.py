"""Pages of a collection: ``$top`` items, then a ``nextLink``.

Source: Azure REST API guidelines, "Collections" and "Pagination"; a ``nextLink`` is opaque and complete, but some
clients append the parameters of the first request to it, so the last value of each parameter applies.
"""

import base64
from urllib.parse import urlencode

from logic_apps_sandbox.arm.core.errors import invalid_request_content
from logic_apps_sandbox.arm.core.session import Request
from logic_apps_sandbox.arm.core.store import Resource

_MAX_PAGE_SIZE = 1000
"""Items; what ARM gives at most at a time ("Resources - List", ``$top``)."""


def page(request: Request, resources: list[Resource]) -> tuple[list[Resource], str | None]:
    """Return the requested part of a collection, ordered by key, and the URL of the next part.

    Raises ArmError InvalidRequestContent for a ``$top`` that is not a positive whole number and for a foreign
    ``$skiptoken``. The codes are not documented.
    """
    after = _read_token(request.query["$skiptoken"]) if "$skiptoken" in request.query else ""
    rest = [resource for resource in resources if resource.key > after] if after else resources
    size = _size(request)
    if len(rest) <= size:
        return rest, None
    query = {
        **{name: value for name, value in request.query.items() if name != "$skiptoken"},
        "$skiptoken": base64.urlsafe_b64encode(rest[size - 1].key.encode()).decode(),
    }
    return rest[:size], f"{request.base_url}/{'/'.join(request.segments)}?{urlencode(query)}"


def _size(request: Request) -> int:
    text = request.query.get("$top")
    if text is None:
        return _MAX_PAGE_SIZE
    # At most nine digits, because Python refuses to read very long ones.
    if not (text.isascii() and text.isdecimal() and len(text) <= 9 and int(text) > 0):  # noqa: PLR2004
        raise invalid_request_content(f"'$top' is '{text[:40]}', but must be a whole number from 1. Example: $top=50")
    return min(int(text), _MAX_PAGE_SIZE)


def _read_token(text: str) -> str:
    try:
        return base64.b64decode(text.encode(), b"-_", validate=True).decode()
    except ValueError:
        raise invalid_request_content("'$skiptoken' is not from a nextLink of this collection.") from None

"""Microsoft.Logic: the callback URLs of a workflow and of its triggers.

Sources: Azure REST API reference, "Workflows - List Callback Url" and "Workflow Triggers - List Callback Url"
(2019-05-01); Microsoft, "Create callable or nested workflows" (method and relative path of a Request trigger);
Azure/logicapps #895 and #909 (error for other triggers).

The URLs have Azure's form. No server answers them, and their signatures are not valid.
"""

import base64
import hashlib
import re
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from logic_apps_sandbox.arm.core.errors import ArmError, invalid_request_content
from logic_apps_sandbox.arm.core.session import Json, Request, Response
from logic_apps_sandbox.arm.core.store import Resource

_KEY_TYPES = ("NotSpecified", "Primary", "Secondary")
_VERSION_OF_URLS = "2016-10-01"
_CALLABLE = ("request", "apiconnectionwebhook", "httpwebhook")
"""Types of triggers that wait to be called. Undocumented: whether Azure has other ones."""
_PARAMETER = re.compile(r"\{([^{}]+)\}")


def callback_url(request: Request, workflow: Resource) -> Response:
    """Return the URL at which a workflow can be read. Undocumented: the value of its query parameter ``sp``."""
    base = workflow.properties["accessEndpoint"]
    return Response(200, _signed(request, workflow, {"method": "GET", "basePath": base}, "/read"))


def trigger_callback_url(request: Request, workflow: Resource, name: str) -> Response:
    """Return the URL that fires a trigger.

    Raises:
        ArmError: WorkflowTriggerNotFound (404; the status is not documented), ApiNotSupported (400).
    """
    found = _trigger(workflow, name)
    if found is None:
        raise ArmError(
            404,
            "WorkflowTriggerNotFound",
            f"The workflow '{workflow.name}' has no trigger '{name[:80]}'.",
        )
    spelled, trigger = found
    kind = str(trigger.get("type", ""))
    if kind.lower() not in _CALLABLE:
        raise ArmError(
            400, "ApiNotSupported", f"The 'ListCallbackUrl' API is not supported by triggers of type '{kind[:40]}'."
        )
    given = trigger.get("inputs")
    inputs: dict[str, Any] = given if isinstance(given, dict) else {}
    base = f"{workflow.properties['accessEndpoint']}/triggers/{quote(spelled)}/paths/invoke"
    document: Json = {"method": str(inputs.get("method", "POST")).upper(), "basePath": base}
    if relative := str(inputs.get("relativePath", "")):
        document |= {"relativePath": relative, "relativePathParameters": _PARAMETER.findall(relative)}
    return Response(200, _signed(request, workflow, document, f"/triggers/{spelled}/run"))


def _trigger(workflow: Resource, name: str) -> tuple[str, dict[str, Any]] | None:
    """Return the name in the definition's spelling, and the trigger."""
    definition = workflow.properties["definition"]
    triggers = definition.get("triggers")
    for spelled, trigger in (triggers if isinstance(triggers, dict) else {}).items():
        if spelled.lower() == name.lower() and isinstance(trigger, dict):
            return spelled, trigger
    return None


def _signed(request: Request, workflow: Resource, document: Json, permission: str) -> Json:
    """Return the document with the query parameters and the complete URL."""
    body = request.body
    body.refuse_unknown({"keyType", "notAfter"})
    key_type = body.one_of("keyType", _KEY_TYPES, "NotSpecified")
    queries = {"api-version": _VERSION_OF_URLS, **_expiry(body.text("notAfter")), "sp": permission, "sv": "1.0"}
    key = "Secondary" if key_type == "Secondary" else "Primary"
    digest = hashlib.sha256(f"{workflow.key} {key} {sorted(queries.items())}".encode()).digest()
    queries["sig"] = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    value = f"{document['basePath']}{document.get('relativePath', '')}?{urlencode(queries)}"
    return {"value": value, **document, "queries": queries}


def _expiry(text: str | None) -> dict[str, str]:
    if text is None:
        return {}
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise invalid_request_content(
            f"'notAfter' is '{text[:40]}', but must be a date and time. Example: 2026-04-19T16:00:00Z"
        ) from None
    return {"se": moment.strftime("%Y-%m-%dT%H:%M:%S.0000000Z")}

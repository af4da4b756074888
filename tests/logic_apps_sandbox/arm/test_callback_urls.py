"""Callback URLs of workflows: their form is that of the API description and of the URLs that Azure gives out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.azure import GROUP, code

if TYPE_CHECKING:
    from tests.support.azure import Azure

WORKFLOW = f"{GROUP}/providers/Microsoft.Logic/workflows/orders"
TRIGGERS = {
    "manual": {"type": "Request", "kind": "Http"},
    "order": {"type": "Request", "inputs": {"method": "PUT", "relativePath": "/orders/{id}"}},
    "Recurrence": {"type": "Recurrence", "recurrence": {"frequency": "Day", "interval": 1}},
}


@pytest.fixture
def workflow(azure: Azure) -> Azure:
    azure.create_group()
    body = {"location": "westus2", "properties": {"definition": {"triggers": TRIGGERS}}}
    assert azure.put(WORKFLOW, body).status_code == 201
    return azure


def test_the_callback_url_of_a_trigger_is_its_base_path_with_the_query(workflow: Azure) -> None:
    answer = workflow.send("POST", f"{WORKFLOW}/triggers/Manual/listCallbackUrl").json()
    endpoint = workflow.get(WORKFLOW).json()["properties"]["accessEndpoint"]
    assert answer["method"] == "POST"
    assert answer["basePath"] == f"{endpoint}/triggers/manual/paths/invoke"
    assert answer["queries"] | {"sig": ""} == {
        "api-version": "2016-10-01",
        "sp": "/triggers/manual/run",
        "sv": "1.0",
        "sig": "",
    }
    url = urlsplit(answer["value"])
    assert url._replace(query="").geturl() == answer["basePath"]
    assert {name: values[0] for name, values in parse_qs(url.query).items()} == answer["queries"]


def test_a_trigger_with_a_relative_path_has_it_in_the_url(workflow: Azure) -> None:
    answer = workflow.send("POST", f"{WORKFLOW}/triggers/order/listCallbackUrl").json()
    assert (answer["method"], answer["relativePath"]) == ("PUT", "/orders/{id}")
    assert answer["relativePathParameters"] == ["id"]
    assert answer["value"].startswith(f"{answer['basePath']}/orders/{{id}}?")


def test_each_access_key_has_its_own_signature(workflow: Azure) -> None:
    def signature(body: dict[str, Any] | None) -> str:
        answer = workflow.send("POST", f"{WORKFLOW}/triggers/manual/listCallbackUrl", body)
        return str(answer.json()["queries"]["sig"])

    primary = signature({"keyType": "Primary"})
    assert signature({"keyType": "Primary"}) == primary
    assert signature({"keyType": "Secondary"}) != primary


def test_the_callback_url_of_a_workflow_has_the_given_expiry(workflow: Azure) -> None:
    body = {"notAfter": "2030-04-19T16:00:00Z", "keyType": "Primary"}
    answer = workflow.send("POST", f"{WORKFLOW}/listCallbackUrl", body)
    assert answer.status_code == 200
    assert answer.json()["queries"]["se"] == "2030-04-19T16:00:00.0000000Z"


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("triggers/none/listCallbackUrl", None, (404, "WorkflowTriggerNotFound")),
        ("triggers/recurrence/listCallbackUrl", None, (400, "ApiNotSupported")),
        ("listCallbackUrl", {"notAfter": "tomorrow"}, (400, "InvalidRequestContent")),
        ("listCallbackUrl", {"keyType": "Third"}, (400, "InvalidRequestContent")),
    ],
)
def test_a_callback_url_that_cannot_exist_is_an_error(
    workflow: Azure, path: str, body: dict[str, Any] | None, expected: tuple[int, str]
) -> None:
    assert code(workflow.send("POST", f"{WORKFLOW}/{path}", body)) == expected


def test_a_callback_url_of_a_missing_workflow_is_not_found(azure: Azure) -> None:
    azure.create_group()
    assert code(azure.send("POST", f"{WORKFLOW}/listCallbackUrl")) == (404, "ResourceNotFound")

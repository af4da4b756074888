"""The URLs of backends: where recovery looks for locks and states, and what it says of backends it cannot read.

The expected values are those of Pulumi (pkg/backend/diy/backend.go) and of gocloud.dev (blob/azureblob).
"""

from __future__ import annotations

import os
import pwd
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from logic_apps_environment.commands.azure_client.printable import without_signatures
from logic_apps_environment.commands.recovery.azure_store import account_url
from logic_apps_environment.commands.recovery.backends import blind_spot, store_of
from logic_apps_environment.commands.recovery.errors import RecoveryError
from logic_apps_environment.suggested_commands import SuggestedCommands

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEY = ".pulumi/meta.yaml"
HOME = pwd.getpwuid(os.getuid()).pw_dir


def location(url: str, **environment: str) -> str:
    """The place of the object in the backend."""
    store = store_of(url, environment)
    assert store is not None
    return store.location(KEY)


@pytest.mark.parametrize(
    ("url", "folder"),
    [
        ("file:///srv/state", "/srv/state"),
        ("file:///srv/state?no_tmp_dir=true", "/srv/state"),
        ("file:///srv/a%20folder", "/srv/a folder"),
        ("file:///srv/state?prefix=team/", "/srv/state/team"),
        ("file://./state", "./state"),
        ("file://state", "./state"),
        ("file://", "."),
        ("file://~", HOME),
        ("file://~?metadata=skip", HOME),
        ("file://~/state", f"{HOME}/state"),
    ],
)
def test_a_file_backend_is_the_folder_in_which_pulumi_looks(
    url: str, folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Relative to the working directory; the home folder is that of the user, not of the variable HOME."""
    monkeypatch.setenv("HOME", "/somewhere/else")
    monkeypatch.chdir(tmp_path)
    assert location(url) == str(tmp_path / folder / KEY)


NAME = {"AZURE_STORAGE_ACCOUNT": "acme"}
KEY_OF_ACCOUNT = {**NAME, "AZURE_STORAGE_KEY": "a2V5"}
CONNECTION = "DefaultEndpointsProtocol=https;AccountName=conn;AccountKey=a2V5;EndpointSuffix=core.chinacloudapi.cn"


@pytest.mark.parametrize(
    ("url", "environment", "expected"),
    [
        ("azblob://state", NAME, "https://acme.blob.core.windows.net/state"),
        ("azblob://state", KEY_OF_ACCOUNT, "https://acme.blob.core.windows.net/state"),
        ("azblob://state?storage_account=other", NAME, "https://other.blob.core.windows.net/state"),
        ("azblob://state/team/a?storage_account=acme", {}, "https://acme.blob.core.windows.net/state/team/a"),
        ("azblob://state/team/?storage_account=acme", {}, "https://acme.blob.core.windows.net/state/team"),
        ("azblob://state/a?prefix=team/", NAME, "https://acme.blob.core.windows.net/state/team/a"),
        ("azblob://state", {**NAME, "AZURE_STORAGE_SAS_TOKEN": "sv=1&sig=s3cret"}, "https://acme.blob.core.windows.net/state"),
        ("azblob://state", {"AZURE_STORAGE_CONNECTION_STRING": CONNECTION}, "https://conn.blob.core.chinacloudapi.cn/state"),
        ("azblob://state", {"AZURE_STORAGEBLOB_CONNECTIONSTRING": CONNECTION}, "https://conn.blob.core.chinacloudapi.cn/state"),
        (
            "azblob://state",
            {"AZURE_STORAGE_CONNECTION_STRING": "BlobEndpoint=https://a.example/;SharedAccessSignature=sv=1&sig=s3cret"},
            "https://a.example/state",
        ),
    ],
)  # fmt: skip
def test_a_container_is_the_one_that_pulumi_opens(url: str, environment: dict[str, str], expected: str) -> None:
    assert location(url, **environment) == f"{expected}/{KEY}"


@pytest.mark.parametrize(
    ("parameters", "environment", "expected"),
    [
        ({}, NAME, "https://acme.blob.core.windows.net"),
        ({}, {**NAME, "AZURE_STORAGE_DOMAIN": "blob.core.usgovcloudapi.net"}, "https://acme.blob.core.usgovcloudapi.net"),
        ({"domain": "blob.example"}, {**NAME, "AZURE_STORAGE_DOMAIN": "ignored"}, "https://acme.blob.example"),
        ({"protocol": "http", "domain": "127.0.0.1:10000"}, NAME, "http://127.0.0.1:10000/acme"),
        ({}, {**NAME, "AZURE_STORAGE_PROTOCOL": "http", "AZURE_STORAGE_DOMAIN": "localhost:1"}, "http://localhost:1/acme"),
        ({"localemu": "true", "domain": "azurite:10000"}, NAME, "https://azurite:10000/acme"),
        ({"domain": "azurite:1"}, {**NAME, "AZURE_STORAGE_IS_LOCAL_EMULATOR": "1"}, "https://azurite:1/acme"),
        ({"localemu": "false", "domain": "blob.example"}, {**NAME, "AZURE_STORAGE_IS_LOCAL_EMULATOR": "1"}, "https://acme.blob.example"),
        ({"cdn": "True", "domain": "cdn.example"}, NAME, "https://cdn.example"),
    ],
)  # fmt: skip
def test_the_account_has_the_same_address_as_in_gocloud(
    parameters: dict[str, str], environment: dict[str, str], expected: str
) -> None:
    assert account_url(parameters, environment) == expected


@pytest.fixture
def service() -> Iterator[str]:
    """A storage service that rejects each request, and repeats its URL as some libraries do."""

    class Rejecting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(403)
            self.send_header("Content-Type", "application/xml")
            self.send_header("x-ms-error-code", "AuthorizationPermissionMismatch")
            self.end_headers()
            self.wfile.write(
                b"<?xml version='1.0'?><Error><Code>AuthorizationPermissionMismatch</Code>"
                b"<Message>Not authorized: /state?sv=1&amp;sig=s3cret&amp;x=1</Message></Error>"
            )

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Rejecting)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_the_error_of_a_rejected_request_names_the_login_and_shows_no_signature(service: str) -> None:
    store = store_of(
        f"azblob://state?protocol=http&domain={service}", {**NAME, "AZURE_STORAGE_SAS_TOKEN": "sig=s3cret"}
    )
    assert store is not None
    for request in (lambda: store.keys(".pulumi/locks"), lambda: store.read(KEY)):
        with pytest.raises(RecoveryError) as raised:
            request()
        message = str(raised.value)
        assert message.startswith(f"http://{service}/acme/state/.pulumi/")
        assert "Not authorized" in message
        assert "Storage Blob Data Contributor" in message
        assert "s3cret" not in message


def test_signatures_are_redacted_wherever_they_are() -> None:
    text = 'Get "https://a/b?sv=1&sig=s3%2Fcret%3D&sp=r": refused\nSIG=s3cret'
    assert without_signatures(text) == 'Get "https://a/b?sv=1&sig=REDACTED&sp=r": refused\nSIG=REDACTED'


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("s3://bucket/path?region=us-east-1", ("s3://bucket:", "replace a damaged state", ".pulumi/backups")),
        ("gs://bucket", ("gs://bucket:", "replace a damaged state")),
        ("postgres://ada:s3cret@db.example:5432/pulumi", ("postgres://db.example:", "replace a damaged state")),
        ("https://app.pulumi.com/ada", ("https://app.pulumi.com:", "pulumi stack export --version")),
        ("http://pulumi.internal:8080", ("http://pulumi.internal:", "pulumi stack export --version")),
    ],
)
def test_for_other_backends_one_sentence_states_what_recovery_cannot_read(url: str, parts: tuple[str, ...]) -> None:
    assert store_of(url, {}) is None
    sentence = blind_spot(url, SuggestedCommands("dev", in_sandbox=False))
    for part in ("cannot see locks and damaged states", "`pulumi cancel --stack dev --yes`", *parts):
        assert part in sentence
    assert "s3cret" not in sentence
    assert sentence.count(". ") == 0

"""The life of a stack whose state is in Azure Blob Storage: the real CLI and the recovery with the emulator Azurite.

`make test-clients` runs these tests, in their order. They need Node.js; the first run installs Azurite from npm.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import jwt
import pytest
import trustme
from azure.storage.blob import ContainerSasPermissions, generate_container_sas

from logic_apps_environment.commands.recovery.backends import store_of
from logic_apps_environment.commands.recovery.errors import RecoveryError
from logic_apps_sandbox.toolchain.record import recorded_cli
from tests.end_to_end.conftest import copy_of_the_project
from tests.end_to_end.disturbed.interruption import AFTER, DESTROY, UP, created, interrupt, recover
from tests.support.azurite import ACCOUNT, CONTAINER, FOLDER, INSTALL_LIMIT, Azurite, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.end_to_end.conftest import Project

STATE = ".pulumi/stacks/logic-apps-environment/dev.json"
LOCKS = ".pulumi/locks/organization/logic-apps-environment/dev"
RESOURCES = ["rg-logic-apps-dev", "vnet-logic-apps-dev", *(f"subnet-{n}" for n in range(1, 5)), "ise-logic-apps-dev"]

pytestmark = [pytest.mark.clients, pytest.mark.timeout(INSTALL_LIMIT + 300)]


@pytest.fixture(scope="module")
def azurite() -> Iterator[Azurite]:
    """Azurite with an empty container."""
    with running() as service:
        yield service


@pytest.fixture(scope="module")
def project(azurite: Azurite, tmp_path_factory: pytest.TempPathFactory, toolchain: Path) -> Project:
    """A project whose state is in the container; each test continues with what the one before has left."""
    folder = tmp_path_factory.mktemp("azure-backend") / "project"
    project = copy_of_the_project(folder, toolchain)
    in_container = replace(project, variables={"PULUMI_BACKEND_URL": azurite.url, **azurite.variables})
    # In the sandbox's own backend too, because the sandbox's `pulumi` creates a stack there that it does not find.
    for each in (project, in_container):
        initialized = each.run("pulumi", "stack", "init", each.stack)
        assert initialized.returncode == 0, initialized.stderr
    return in_container


def expect_order(project: Project) -> str:
    """Recovers, and has it succeed; returns what it printed."""
    finished = recover(project)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


def test_a_second_update_is_rejected_and_a_killed_one_is_recovered(project: Project, azurite: Azurite) -> None:
    """It is killed after Azure has begun to create the environment, before the CLI knows."""

    def expect_rejections() -> None:
        second = project.fail(*UP)
        assert "the stack is currently locked by 1 lock(s)" in second
        assert "created by " in second
        refused = recover(project)
        assert refused.returncode == 1
        assert "`pulumi up` is still running (process " in refused.stderr
        assert "pulumi cancel --stack dev --yes" in refused.stderr

    environment = "*/integrationserviceenvironments/ise-logic-apps-dev"
    assert interrupt(project, UP, 1, AFTER, method="PUT", path=environment, meanwhile=expect_rejections)
    (lock,) = azurite.keys(LOCKS)
    assert "the stack is currently locked by 1 lock(s)" in project.fail(*UP)

    dry = recover(project, "--dry-run")
    assert (dry.returncode, "The lock would be cleared" in dry.stdout) == (0, True), dry.stdout + dry.stderr
    assert azurite.keys(LOCKS) == [lock]
    printed = expect_order(project)
    assert "Cleared the lock of a command that no longer runs (process " in printed
    assert "logic-apps-ise: its creation was interrupted, and it exists; imported into the state as " in printed
    assert azurite.keys(LOCKS) == []


def test_the_next_update_creates_nothing_twice_and_the_one_after_it_changes_nothing(
    project: Project, azurite: Azurite
) -> None:
    project.up()
    project.succeed(*UP, "--expect-no-changes")
    assert sorted(created(project)) == sorted(RESOURCES)
    assert json.loads(azurite.read(STATE))["checkpoint"]["stack"] == "organization/logic-apps-environment/dev"


@pytest.mark.parametrize("damaged", [b"", b'{"version": 3, "checkpoint', b"null", b"[]"])
def test_a_damaged_state_is_replaced_by_the_previous_one(damaged: bytes, project: Project, azurite: Azurite) -> None:
    azurite.write(STATE, damaged)
    printed = expect_order(project)
    assert "Repaired: dev.json is not a state; dev.json.bak has the previous state" in printed
    project.expect_an_empty_preview()
    kept = (project.folder / ".pulumi-recovery").glob("*.unreadable")
    assert damaged in [file.read_bytes() for file in kept]


def test_without_a_readable_previous_state_the_error_has_the_url_of_the_blob(
    project: Project, azurite: Azurite
) -> None:
    objects = {key: azurite.read(key) for key in (STATE, f"{STATE}.bak")}
    for key in objects:
        azurite.write(key, b"")
    refused = recover(project)
    for key, content in objects.items():
        azurite.write(key, content)
    assert refused.returncode == 1
    assert f"http://{azurite.address}/{ACCOUNT}/{CONTAINER}/{FOLDER}/{STATE} is not a state" in refused.stderr
    assert azurite.key not in refused.stderr


def test_the_lock_of_another_host_is_reported_and_kept(project: Project, azurite: Azurite) -> None:
    lock = f"{LOCKS}/0f0e.json"
    content = {"pid": 1, "username": "ada", "hostname": "build-agent-7", "timestamp": "2026-11-24T20:10:23.493Z"}
    azurite.write(lock, json.dumps(content).encode())
    refused = recover(project)
    assert refused.returncode == 1
    assert "process 1 of ada on build-agent-7, since 2026-11-24T20:10:23" in refused.stderr
    assert "`logic-apps-sandbox run -- pulumi cancel --stack dev --yes`" in refused.stderr
    assert azurite.keys(LOCKS) == [lock]
    project.succeed("cancel", "--yes")
    assert azurite.keys(LOCKS) == []
    assert "is in order" in expect_order(project)


def test_destroy_deletes_everything(project: Project) -> None:
    project.succeed(*DESTROY)
    assert project.resources() == []
    assert "is in order" in expect_order(project)


def logins(azurite: Azurite) -> dict[str, dict[str, str]]:
    """Environment variables of each login that needs no Microsoft Entra ID."""
    token = generate_container_sas(
        ACCOUNT,
        CONTAINER,
        azurite.key,
        permission=ContainerSasPermissions(read=True, write=True, list=True, delete=True),
        expiry=datetime.now(UTC) + timedelta(hours=1),
    )
    endpoint = f"BlobEndpoint=http://{azurite.address}/{ACCOUNT}"
    return {
        "key": dict(azurite.variables),
        "shared access signature": {"AZURE_STORAGE_ACCOUNT": ACCOUNT, "AZURE_STORAGE_SAS_TOKEN": token},
        "connection string": {
            "AZURE_STORAGE_CONNECTION_STRING": f"AccountName={ACCOUNT};AccountKey={azurite.key};{endpoint}"
        },
        "connection string with a signature": {
            "AZURE_STORAGE_ACCOUNT": ACCOUNT,
            "AZURE_STORAGEBLOB_CONNECTIONSTRING": f"{endpoint};SharedAccessSignature={token}",
        },
    }


@pytest.mark.parametrize(
    "login", ["key", "shared access signature", "connection string", "connection string with a signature"]
)
def test_recovery_reads_and_writes_with_all_credentials_that_pulumi_accepts(
    login: str, project: Project, azurite: Azurite
) -> None:
    variables = logins(azurite)[login]
    listed = replace(project, variables={"PULUMI_BACKEND_URL": azurite.url, **variables}).run("pulumi", "stack", "ls")
    assert (listed.returncode, "dev" in listed.stdout) == (0, True), listed.stderr

    store = store_of(azurite.url, variables)
    assert store is not None
    key = "folder/object"
    assert store.read(key) is None
    for content in (b"1", b"2"):
        store.write(key, content)
        assert store.read(key) == azurite.read(key) == content
    azurite.write("folder/deeper/object", b"")
    assert store.keys("folder") == [key]
    store.delete(key)
    store.delete(key)
    assert store.keys("folder") == []


IDENTITY = "11111111-1111-1111-1111-111111111111"


@pytest.fixture
def identity_endpoint() -> Iterator[str]:
    """The URL that gives apps a token of their managed identity; Azurite validates its claims, but no signature.

    "How to use managed identities for App Service and Azure Functions", REST endpoint reference.
    """
    now = int(time.time())
    claims = {"aud": "https://storage.azure.com", "iss": f"https://sts.windows.net/{IDENTITY}/", "nbf": now, "iat": now}
    token = jwt.encode({**claims, "exp": now + 3600, "oid": IDENTITY, "tid": IDENTITY}, "not validated" * 4)
    answer = json.dumps({"access_token": token, "expires_on": f"{now + 3600}", "token_type": "Bearer"}).encode()

    class Endpoint(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Endpoint) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        yield f"http://127.0.0.1:{server.server_port}/token"
        server.shutdown()


def test_recovery_signs_in_with_the_default_credential_like_pulumi(
    identity_endpoint: str, toolchain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    trusted, certificate, key = (tmp_path / name for name in ("ca.pem", "certificate.pem", "key.pem"))
    authority.cert_pem.write_to_path(trusted)
    certificate.write_bytes(b"".join(each.bytes() for each in issued.cert_chain_pems))
    issued.private_key_pem.write_to_path(key)
    for name in [name for name in os.environ if name.startswith(("AZURE_", "PULUMI_"))]:
        monkeypatch.delenv(name)
    # Go, then Python requests.
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.setenv(name, str(trusted))
    monkeypatch.setenv("IDENTITY_ENDPOINT", identity_endpoint)
    monkeypatch.setenv("IDENTITY_HEADER", "any")
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "home"))
    cli = recorded_cli(toolchain)
    assert cli is not None

    options = ("--oauth", "basic", "--cert", str(certificate), "--key", str(key))
    with running(*options, protocol="https") as azurite:
        monkeypatch.setenv("PULUMI_BACKEND_URL", azurite.url)
        listed = subprocess.run(
            [cli.executable, "stack", "ls", "--all"], capture_output=True, text=True, timeout=120, check=False
        )
        assert (listed.returncode, azurite.keys()) == (0, [".pulumi/meta.yaml"]), listed.stderr
        store = store_of(azurite.url, os.environ)
        assert store is not None
        assert store.read(".pulumi/meta.yaml") == azurite.read(".pulumi/meta.yaml")


@pytest.mark.parametrize(
    ("container", "variables"),
    [("missing", {}), (CONTAINER, {"AZURE_STORAGE_KEY": base64.b64encode(b"another key").decode()})],
)
def test_a_container_that_cannot_be_opened_is_not_treated_as_empty(
    container: str, variables: dict[str, str], azurite: Azurite
) -> None:
    store = store_of(azurite.url.replace(f"//{CONTAINER}/", f"//{container}/"), {**azurite.variables, **variables})
    assert store is not None
    for request in (lambda: store.keys(LOCKS), lambda: store.read(STATE), lambda: store.delete(STATE)):
        with pytest.raises(RecoveryError, match="Storage Blob Data Contributor"):
            request()

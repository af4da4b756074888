"""The life of a stack whose state is in Azure Blob Storage: the real CLI and the recovery with the emulator Azurite.

`make test-clients` runs these tests, in their order. They need Node.js; the first run installs Azurite from npm.
"""

from __future__ import annotations

import base64
import json
import os
import re
import secrets
import shutil
import subprocess
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from azure.storage.blob import ContainerClient, ContainerSasPermissions, generate_container_sas

from logic_apps_environment.commands.recovery.backends import store_of
from logic_apps_environment.commands.recovery.errors import RecoveryError
from tests.end_to_end.conftest import copy_of_the_project
from tests.end_to_end.disturbed.interruption import AFTER, DESTROY, UP, created, interrupt, recover

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.end_to_end.conftest import Project

INSTALLED = Path(__file__).parents[2] / ".sandbox" / "clients" / "azurite"
INSTALL_LIMIT = 1200
"""Seconds."""

ACCOUNT, CONTAINER, FOLDER = "teamstates", "state", "integration"
STATE = ".pulumi/stacks/logic-apps-environment/dev.json"
LOCKS = ".pulumi/locks/organization/logic-apps-environment/dev"
RESOURCES = ["rg-logic-apps-dev", "vnet-logic-apps-dev", *(f"subnet-{n}" for n in range(1, 5)), "ise-logic-apps-dev"]

pytestmark = [pytest.mark.clients, pytest.mark.timeout(INSTALL_LIMIT + 300)]


@dataclass(frozen=True)
class Azurite:
    """A running Azurite with an empty container."""

    address: str
    key: str
    container: Any
    """Azure's client; some of its annotations are not true."""

    @property
    def url(self) -> str:
        """The URL of the backend."""
        return f"azblob://{CONTAINER}/{FOLDER}?protocol=http&domain={self.address}"

    @property
    def variables(self) -> Mapping[str, str]:
        """The environment variables of a login with the account's key."""
        return {"AZURE_STORAGE_ACCOUNT": ACCOUNT, "AZURE_STORAGE_KEY": self.key}

    def read(self, key: str) -> bytes:
        """An object of the backend."""
        return bytes(self.container.download_blob(f"{FOLDER}/{key}").readall())

    def write(self, key: str, content: bytes) -> None:
        """Replaces an object of the backend."""
        self.container.upload_blob(f"{FOLDER}/{key}", content, overwrite=True)

    def keys(self, folder: str = "") -> list[str]:
        """The objects of the backend."""
        names = self.container.list_blob_names(name_starts_with=f"{FOLDER}/{folder}")
        return [name.removeprefix(f"{FOLDER}/") for name in names]


@pytest.fixture(scope="module")
def azurite() -> Iterator[Azurite]:
    """Azurite, which keeps everything in memory."""
    if shutil.which("npm") is None:
        pytest.fail("npm is not on the PATH. Install Node.js to run this test.", pytrace=False)
    shutil.copytree(Path(__file__).parent / "azurite", INSTALLED, dirs_exist_ok=True)
    installation = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"]
    subprocess.run(installation, cwd=INSTALLED, capture_output=True, timeout=INSTALL_LIMIT, check=True)
    key = base64.b64encode(secrets.token_bytes(64)).decode()
    service = INSTALLED / "node_modules" / "azurite" / "dist" / "src" / "blob" / "main.js"
    # Azure's client for Python can have a newer version of the REST API than Azurite.
    options = ["--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry", "--blobPort", "0"]
    with subprocess.Popen(
        ["node", str(service), *options],
        cwd=INSTALLED,
        env={**os.environ, "AZURITE_ACCOUNTS": f"{ACCOUNT}:{key}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            printed = []
            for line in process.stdout:
                printed.append(line)
                if started := re.search(r"successfully listens on http://(\S+)", line):
                    break
            else:
                pytest.fail(f"Azurite did not start:\n{''.join(printed)}", pytrace=False)
            url = f"http://{started[1]}/{ACCOUNT}"
            with ContainerClient(url, CONTAINER, credential={"account_name": ACCOUNT, "account_key": key}) as container:
                container.create_container()
                yield Azurite(started[1], key, container)
        finally:
            process.terminate()


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
def test_a_damaged_state_is_replaced_by_the_one_before_it(damaged: bytes, project: Project, azurite: Azurite) -> None:
    azurite.write(STATE, damaged)
    printed = expect_order(project)
    assert "Repaired: dev.json is not a state; dev.json.bak has the previous state" in printed
    project.expect_an_empty_preview()
    kept = (project.folder / ".pulumi-recovery").glob("*.unreadable")
    assert damaged in [file.read_bytes() for file in kept]


def test_without_a_readable_state_before_it_the_url_of_the_blob_is_named(project: Project, azurite: Azurite) -> None:
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


def test_all_is_destroyed(project: Project) -> None:
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
def test_recovery_reads_and_writes_with_each_login_of_pulumi(login: str, project: Project, azurite: Azurite) -> None:
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


@pytest.mark.parametrize(
    ("container", "variables"),
    [("missing", {}), (CONTAINER, {"AZURE_STORAGE_KEY": base64.b64encode(b"another key").decode()})],
)
def test_a_container_that_cannot_be_opened_is_not_taken_for_an_empty_one(
    container: str, variables: dict[str, str], azurite: Azurite
) -> None:
    store = store_of(azurite.url.replace(CONTAINER, container), {**azurite.variables, **variables})
    assert store is not None
    for request in (lambda: store.keys(LOCKS), lambda: store.read(STATE), lambda: store.delete(STATE)):
        with pytest.raises(RecoveryError, match="Storage Blob Data Contributor"):
            request()

"""The objects of a backend in Azure Blob Storage, ``azblob://CONTAINER``.

Pulumi opens it through gocloud.dev/blob/azureblob, whose documentation describes the parameters of the URL and the
environment variables. This module reads the same ones, so recovery needs no other settings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from azure.core.credentials import AzureNamedKeyCredential, AzureSasCredential
from azure.core.exceptions import AzureError, ResourceNotFoundError
from azure.identity import DefaultAzureCredential
from azure.storage.blob import ContainerClient

from logic_apps_environment.commands.azure_client.errors import first_line
from logic_apps_environment.commands.azure_client.printable import without_signatures
from logic_apps_environment.commands.recovery.errors import RecoveryError

_TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})
"""What Go's ``strconv.ParseBool`` accepts as true."""

_LOGIN = (
    "The command uses the credentials of Pulumi: the environment variables AZURE_STORAGE_ACCOUNT with "
    "AZURE_STORAGE_KEY, AZURE_STORAGE_SAS_TOKEN or AZURE_STORAGE_CONNECTION_STRING, otherwise azure-identity's "
    "default credential (`az login`) with the role Storage Blob Data Contributor. Check them, then run the command "
    "again."
)


class AzureContainerStore:
    """A blob container with the objects of a backend. Azure replaces a blob at once.

    Each blob name begins with the prefix, which is empty or has a slash at its end.
    """

    def __init__(self, client: ContainerClient, prefix: str = "") -> None:
        self._client = client
        self._prefix = prefix

    def keys(self, folder: str) -> list[str]:
        """Return the keys of the blobs directly in a folder."""
        start = f"{self._prefix}{folder}/"
        with self._reported(folder, "listed"):
            names = [str(name) for name in self._client.list_blob_names(name_starts_with=start)]
        return sorted(name.removeprefix(self._prefix) for name in names if "/" not in name.removeprefix(start))

    def read(self, key: str) -> bytes | None:
        """Return the content of a blob."""
        with self._reported(key, "read"):
            try:
                content: bytes = self._client.download_blob(self._prefix + key).readall()
            except ResourceNotFoundError as error:
                if _is_missing_blob(error):
                    return None
                raise
        return content

    def write(self, key: str, content: bytes) -> None:
        """Replace a blob."""
        with self._reported(key, "written"):
            self._client.upload_blob(self._prefix + key, content, overwrite=True)

    def delete(self, key: str) -> None:
        """Delete a blob and its snapshots."""
        with self._reported(key, "deleted"):
            try:
                self._client.delete_blob(self._prefix + key, delete_snapshots="include")
            except ResourceNotFoundError as error:
                if not _is_missing_blob(error):
                    raise

    def location(self, key: str) -> str:
        """Return the URL of a blob, without a shared access signature."""
        return f"{self._client.url.partition('?')[0]}/{self._prefix}{key}"

    @contextmanager
    def _reported(self, key: str, done: str) -> Iterator[None]:
        try:
            yield
        except AzureError as error:
            reason = without_signatures(first_line(error))
            raise RecoveryError(f"{self.location(key)} cannot be {done}: {reason}\n{_LOGIN}") from error


def open_container(
    container: str, prefix: str, parameters: Mapping[str, str], environment: Mapping[str, str]
) -> AzureContainerStore:
    """Return the container of a backend's URL, with the login that Pulumi uses.

    The parameters of the URL are ``storage_account``, ``domain``, ``protocol``, ``cdn`` and ``localemu``.
    """
    # Storage waits 15 s before its first retry by default.
    options: dict[str, Any] = {"initial_backoff": 1, "retry_total": 3}
    connection = environment.get("AZURE_STORAGE_CONNECTION_STRING") or environment.get(
        "AZURE_STORAGEBLOB_CONNECTIONSTRING"
    )
    account, key = environment.get("AZURE_STORAGE_ACCOUNT"), environment.get("AZURE_STORAGE_KEY")
    token = environment.get("AZURE_STORAGE_SAS_TOKEN")
    # The order of gocloud.dev/blob/azureblob, newCredInfoFromEnv.
    if account and key:
        credential: Any = AzureNamedKeyCredential(account, key)
    elif token:
        credential = AzureSasCredential(token)
    elif connection:
        return AzureContainerStore(ContainerClient.from_connection_string(connection, container, **options), prefix)
    else:
        credential = DefaultAzureCredential()
    url = account_url(parameters, environment)
    return AzureContainerStore(ContainerClient(url, container, credential=credential, **options), prefix)


def account_url(parameters: Mapping[str, str], environment: Mapping[str, str]) -> str:
    """Return the URL of the storage account (gocloud.dev/blob/azureblob, NewServiceURL).

    The parameters of the backend's URL take precedence over the environment variables.
    """

    def setting(parameter: str, variable: str) -> str:
        return parameters.get(parameter, environment.get(f"AZURE_STORAGE_{variable}", ""))

    account = setting("storage_account", "ACCOUNT")
    domain = setting("domain", "DOMAIN") or "blob.core.windows.net"
    protocol = setting("protocol", "PROTOCOL") or "https"
    if domain.startswith(("127.0.0.1", "localhost")) or setting("localemu", "IS_LOCAL_EMULATOR") in _TRUE:
        return f"{protocol}://{domain}/{account}"
    if setting("cdn", "IS_CDN") in _TRUE:
        return f"{protocol}://{domain}"
    return f"{protocol}://{account}.{domain}"


def _is_missing_blob(error: ResourceNotFoundError) -> bool:
    """Whether the blob does not exist, rather than its container or account."""
    return getattr(error, "error_code", None) == "BlobNotFound"

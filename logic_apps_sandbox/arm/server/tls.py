"""The simulator's certificate authority and server certificate, which it renews a month before they expire."""

import contextlib
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from logic_apps_sandbox.files import PRIVATE, file_lock, write_file

_NAMES = ("127.0.0.1", "localhost", "::1")
_LIFE, _RENEW_BEFORE = timedelta(days=397), timedelta(days=30)

# First line of the server's file; PEM readers skip what is outside of the blocks. To read the date in the certificate
# would load the cryptography library at every start.
_VALID_UNTIL = "valid until "


@dataclass(frozen=True)
class TlsFiles:
    """The PEM files of clients and of the server."""

    authority: Path
    """The certificate authority alone."""
    bundle: Path
    """The system's authorities and the simulator's, for clients that accept one file only (``SSL_CERT_FILE``)."""
    server: Path
    """Private key and certificate of the server; readable by the owner alone."""


def ensure(directory: Path) -> TlsFiles:
    """Create the files unless they are valid for some weeks. Safe to call from several processes at the same time.

    Each file is written atomically. After a process that was killed between two of them, the files do not match, and
    the next process creates all of them again.
    """
    files = TlsFiles(directory / "ca.pem", directory / "ca-bundle.pem", directory / "server.pem")
    with file_lock(directory / "tls.lock"):
        if not _are_valid(files):
            _create(files)
    return files


def watch(context: ssl.SSLContext, file: Path) -> None:
    """Make a server's context use the current certificate in its file when a client connects.

    Another process may renew the certificate, and clients then trust the new authority.
    """
    current, loaded = context, _identity(file)

    def on_client_hello(connection: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> None:
        nonlocal current, loaded
        found = _identity(file)
        # A file that does not exist or cannot be read is ignored: the certificate in memory is still valid.
        if found not in (None, loaded):
            with contextlib.suppress(OSError):
                current, loaded = _server_context(file), found
        connection.context = current

    context.sni_callback = on_client_hello


def _identity(file: Path) -> tuple[int, int] | None:
    """Return a value that changes if the file is replaced; None if there is no file."""
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns


def _are_valid(files: TlsFiles) -> bool:
    try:
        first = files.server.read_text().partition("\n")[0]
        ends = datetime.fromisoformat(first.removeprefix(_VALID_UNTIL))
        _shake_hands(_server_context(files.server), ssl.create_default_context(cafile=files.authority))
        is_whole = files.bundle.read_text().endswith(files.authority.read_text())
    except (OSError, ValueError):  # ssl.SSLError is an OSError
        return False
    return first.startswith(_VALID_UNTIL) and is_whole and ends - datetime.now(UTC) > _RENEW_BEFORE


def _server_context(file: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def _shake_hands(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """Connect a client to a server in memory; raises SSLError if the client does not trust the server.

    This verifies certificate, key and authority together without the cryptography library, which takes long to load.
    """
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = server_context.wrap_bio(to_server, to_client, server_side=True)
    client = client_context.wrap_bio(to_client, to_server, server_hostname=_NAMES[0])
    waiting = [client, server]
    while waiting:
        for side in tuple(waiting):
            with contextlib.suppress(ssl.SSLWantReadError):
                side.do_handshake()
                waiting.remove(side)


def _create(files: TlsFiles) -> None:
    # Loaded here, because it is needed once a year and would add to every start.
    import trustme  # noqa: PLC0415

    # The authority's private key is not kept: it signs one certificate and is of no use to anybody afterwards.
    authority = trustme.CA(organization_name="Azure sandbox of logic-apps-environment")
    ends = datetime.now(UTC) + _LIFE
    server = authority.issue_cert(*_NAMES, not_after=ends)
    certificate = authority.cert_pem.bytes().decode()
    write_file(
        files.server,
        f"{_VALID_UNTIL}{ends.isoformat()}\n{server.private_key_and_cert_chain_pem.bytes().decode()}",
        mode=PRIVATE,
    )
    write_file(files.bundle, f"{_system_authorities(files.bundle).rstrip()}\n{certificate}")
    write_file(files.authority, certificate)


def _system_authorities(bundle: Path) -> str:
    """Return the PEM text of the authorities that OpenSSL trusts; empty if the system has none."""
    system = ssl.get_default_verify_paths().cafile
    return "" if system is None or Path(system) == bundle else Path(system).read_text(errors="replace")

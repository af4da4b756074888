"""The simulator's certificate authority and server certificate, kept in its directory and renewed in good time."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from logic_apps_sandbox.files import PRIVATE, file_lock, write_file

_NAMES = ("127.0.0.1", "localhost", "::1")
_LIFE, _RENEW_BEFORE = timedelta(days=397), timedelta(days=30)

# First line of the server's file. PEM readers skip what is outside of the blocks; reading it costs nothing, reading
# the certificate would
# load the cryptography library at every start.
_VALID_UNTIL = "valid until "


@dataclass(frozen=True)
class TlsFiles:
    """PEM files: what a client trusts, and what the server shows."""

    authority: Path
    """The certificate authority alone."""
    bundle: Path
    """The system's authorities and ours, for clients that take only one file (`SSL_CERT_FILE`)."""
    server: Path
    """Private key and certificate of the server; readable by the owner alone."""


def ensure(directory: Path) -> TlsFiles:
    """Make the files unless they are there and good for some weeks. Two processes may do so at the same time."""
    files = TlsFiles(directory / "ca.pem", directory / "ca-bundle.pem", directory / "server.pem")
    with file_lock(directory / "tls.lock"):
        if not _good(files):
            _create(files)
    return files


def _good(files: TlsFiles) -> bool:
    try:
        first = files.server.read_text().partition("\n")[0]
        ends = datetime.fromisoformat(first.removeprefix(_VALID_UNTIL))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(files.server)
        context.load_verify_locations(files.authority)
        is_whole = files.bundle.read_text().endswith(files.authority.read_text())
    except (FileNotFoundError, ValueError, ssl.SSLError):
        return False
    return first.startswith(_VALID_UNTIL) and is_whole and ends - datetime.now(UTC) > _RENEW_BEFORE


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
    """The PEM text of the authorities that OpenSSL trusts here; empty when the system has none."""
    system = ssl.get_default_verify_paths().cafile
    return "" if system is None or Path(system) == bundle else Path(system).read_text(errors="replace")

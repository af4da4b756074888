"""The simulator's certificates match each other at every start, and a server that runs uses renewed ones."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import httpx
import pytest

from logic_apps_sandbox import files as file_writing
from logic_apps_sandbox.arm.server import tls
from tests.support.azure import GROUP, azure_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NAMES = ("server.pem", "ca-bundle.pem", "ca.pem")


class KilledError(BaseException):
    """Simulates the death of the process."""


def contents(directory: Path) -> dict[str, str]:
    return {name: (directory / name).read_text() for name in NAMES}


def about_to_expire(directory: Path) -> None:
    """Change the date in the server's file to one in a week."""
    file = directory / "server.pem"
    _, _, rest = file.read_text().partition("\n")
    soon = datetime.now(UTC) + timedelta(days=7)
    file.write_text(f"valid until {soon.isoformat()}\n{rest}")


def test_valid_files_stay_as_they_are(tmp_path: Path) -> None:
    tls.ensure(tmp_path)
    before = contents(tmp_path)
    tls.ensure(tmp_path)
    assert contents(tmp_path) == before


def test_files_are_renewed_a_month_before_they_expire(tmp_path: Path) -> None:
    tls.ensure(tmp_path)
    before = contents(tmp_path)
    about_to_expire(tmp_path)
    tls.ensure(tmp_path)
    assert all(contents(tmp_path)[name] != before[name] for name in NAMES)


@pytest.mark.parametrize("written", [1, 2])
def test_a_renewal_that_was_killed_between_two_files_is_repeated(
    tmp_path: Path, written: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls.ensure(tmp_path)
    about_to_expire(tmp_path)
    left = [written]

    def write_until_killed(path: Path, text: str, *, mode: int = 0o644) -> None:
        if not left[0]:
            raise KilledError
        left[0] -= 1
        file_writing.write_file(path, text, mode=mode)

    with monkeypatch.context() as patch:
        patch.setattr(tls, "write_file", write_until_killed)
        with pytest.raises(KilledError):
            tls.ensure(tmp_path)
    with azure_in(tmp_path) as azure:  # whose client trusts ca.pem alone
        assert azure.get(GROUP).status_code == 404


def of_another_authority(directory: Path) -> str:
    other = directory / "other"
    other.mkdir()
    tls.ensure(other)
    return (other / "ca.pem").read_text()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "content", [lambda _: "", lambda _: "no certificate", of_another_authority], ids=["empty", "text", "other"]
)
def test_an_invalid_file_is_renewed(tmp_path: Path, name: str, content: Callable[[Path], str]) -> None:
    tls.ensure(tmp_path)
    (tmp_path / name).write_text(content(tmp_path))
    with azure_in(tmp_path) as azure:
        assert azure.get(GROUP).status_code == 404
    assert contents(tmp_path)["ca-bundle.pem"].endswith(contents(tmp_path)["ca.pem"])


def test_a_server_that_runs_uses_the_certificate_that_another_process_renewed(tmp_path: Path) -> None:
    with azure_in(tmp_path) as azure:
        assert azure.get(GROUP).status_code == 404
        about_to_expire(tmp_path)
        renewed = tls.ensure(tmp_path)
        trust = ssl.create_default_context(cafile=str(renewed.authority))
        address = f"https://{azure.simulator.address}/metadata/endpoints?api-version=2022-09-01"
        for _ in range(2):
            assert httpx.get(address, verify=trust, trust_env=False).status_code == 200
        renewed.server.write_text("not readable")
        assert httpx.get(address, verify=trust, trust_env=False).status_code == 200
        renewed.server.unlink()
        assert httpx.get(address, verify=trust, trust_env=False).status_code == 200

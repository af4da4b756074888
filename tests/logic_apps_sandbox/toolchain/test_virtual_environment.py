"""The virtual environment counts as ready only when its installation is complete."""

import io
import sys
from pathlib import Path
from typing import TextIO

import pytest

from logic_apps_sandbox.files import EXECUTABLE, write_file
from logic_apps_sandbox.toolchain.archive import this_platform
from logic_apps_sandbox.toolchain.commands import Commands, SetUpError
from logic_apps_sandbox.toolchain.progress import Progress
from logic_apps_sandbox.toolchain.uv_settings import uv_variables
from logic_apps_sandbox.toolchain.virtual_environment import VirtualEnvironment

LOCKS = ("requirements/sandbox.txt", "requirements/tests.txt")
LOCKED = "--require-hashes --only-binary :all:"
PROJECT_ALONE = "--no-deps --no-build-isolation -e ."


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> VirtualEnvironment:
    """An environment whose Python, and a cache whose uv, record their arguments and do nothing."""
    (tmp_path / "requirements").mkdir()
    for file in ("pyproject.toml", *LOCKS):
        (tmp_path / file).write_text("")
    (tmp_path / "requirements/uv.txt").write_text("uv==1.0 --hash=sha256:0\n")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    environment = VirtualEnvironment(tmp_path)
    install(environment.python)
    install(uv_of(environment))
    return environment


def uv_of(environment: VirtualEnvironment) -> Path:
    return environment.root / "cache/logic-apps-sandbox" / "-".join(("uv-1.0", *this_platform()))


def install(executable: Path, behavior: str = "") -> None:
    """Installs an executable that appends its arguments to ``<executable>.calls``."""
    write_file(executable, f'#!/bin/sh\necho "$@" >> "$0.calls"\n{behavior}\n', mode=EXECUTABLE)


def make(environment: VirtualEnvironment, *, with_tests: bool, printed: TextIO = sys.stderr) -> None:
    environment.make(Commands(environment.root / "logs"), Progress(printed), with_tests=with_tests)


def calls(executable: Path) -> list[str]:
    return Path(f"{executable}.calls").read_text().splitlines()


def test_it_is_ready_after_its_creation(environment: VirtualEnvironment) -> None:
    assert not environment.is_ready(with_tests=False)
    make(environment, with_tests=False)
    assert environment.is_ready(with_tests=False)


def test_uv_installs_the_locked_packages_and_then_the_project_alone(environment: VirtualEnvironment) -> None:
    make(environment, with_tests=False)
    assert calls(uv_of(environment)) == [
        f"pip install --python {environment.python} {LOCKED} -r requirements/sandbox.txt",
        f"pip install --python {environment.python} {PROJECT_ALONE}",
    ]


def test_if_uv_fails_pip_installs_the_same(environment: VirtualEnvironment) -> None:
    install(uv_of(environment), "echo unknown certificate authority; exit 1")
    printed = io.StringIO()
    make(environment, with_tests=False, printed=printed)
    pip = "-m pip install --disable-pip-version-check --no-input"
    assert calls(environment.python)[-2:] == [f"{pip} {LOCKED} -r requirements/sandbox.txt", f"{pip} {PROJECT_ALONE}"]
    assert environment.is_ready(with_tests=False)
    assert "unknown certificate authority" in printed.getvalue()


def test_if_uv_cannot_be_installed_pip_installs_the_packages(
    environment: VirtualEnvironment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uv_of(environment).unlink()
    install(tmp_path / "python", "exit 1")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    make(environment, with_tests=False)
    assert calls(environment.python)[-1].endswith(PROJECT_ALONE)


def test_uv_gets_the_settings_of_pip(environment: VirtualEnvironment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://example.com/simple")
    monkeypatch.delenv("UV_DEFAULT_INDEX", raising=False)
    install(uv_of(environment), 'echo "$UV_DEFAULT_INDEX" > "$0.index"')
    make(environment, with_tests=False)
    assert Path(f"{uv_of(environment)}.index").read_text() == "https://example.com/simple\n"


def test_a_setting_of_pip_has_the_value_that_pip_uses(tmp_path: Path) -> None:
    """Later files win over earlier ones, ``install`` over ``global``, and variables over files (pip, Configuration)."""
    system, user = tmp_path / "system.conf", tmp_path / "user.conf"
    system.write_text("[global]\nindex-url = https://a/simple\ncert = /system.pem\nproxy = http://p:1\n")
    user.write_text("[global]\ncert=/user.pem\n[install]\nextra_index_url =\n  https://c\n  https://d\n")
    variables = uv_variables({"PIP_INDEX_URL": "https://b/simple", "ALL_PROXY": "http://q:2"}, files=[system, user])
    assert variables["UV_DEFAULT_INDEX"] == "https://b/simple"
    assert variables["UV_INDEX"] == "https://c https://d"
    assert variables["SSL_CERT_FILE"] == "/user.pem"
    assert variables["ALL_PROXY"] == "http://q:2"


def test_the_configuration_of_pip_is_read_from_where_pip_reads_it(tmp_path: Path) -> None:
    write_file(tmp_path / ".config/pip/pip.conf", "[global]\nindex-url = https://a/simple\n")
    write_file(tmp_path / "own.conf", "[global]\nindex-url = https://b/simple\n")
    home = {"HOME": str(tmp_path)}
    assert uv_variables(home)["UV_DEFAULT_INDEX"] == "https://a/simple"
    assert (
        uv_variables({**home, "PIP_CONFIG_FILE": str(tmp_path / "own.conf")})["UV_DEFAULT_INDEX"] == "https://b/simple"
    )
    assert "UV_DEFAULT_INDEX" not in uv_variables({**home, "PIP_CONFIG_FILE": "/dev/null"})


def test_the_packages_for_tests_are_installed_only_on_request(environment: VirtualEnvironment) -> None:
    make(environment, with_tests=False)
    assert not environment.is_ready(with_tests=True)
    make(environment, with_tests=True)
    assert [call.split()[-1] for call in calls(uv_of(environment)) if LOCKED in call] == list(LOCKS)


def test_an_environment_with_the_packages_of_the_tests_is_sufficient_for_everything(
    environment: VirtualEnvironment,
) -> None:
    make(environment, with_tests=True)
    assert environment.is_ready(with_tests=True)
    assert environment.is_ready(with_tests=False)


@pytest.mark.parametrize("file", ["requirements/sandbox.txt", "pyproject.toml"])
def test_a_changed_file_makes_it_out_of_date(environment: VirtualEnvironment, file: str) -> None:
    make(environment, with_tests=False)
    (environment.root / file).write_text("click\n")
    assert not environment.is_ready(with_tests=False)


def test_an_environment_that_was_moved_is_out_of_date(environment: VirtualEnvironment, tmp_path: Path) -> None:
    make(environment, with_tests=False)
    moved = tmp_path.rename(tmp_path.with_name(f"{tmp_path.name}-moved"))
    assert not VirtualEnvironment(moved).is_ready(with_tests=False)


def test_a_failed_installation_is_not_ready_and_shows_the_output_of_pip(environment: VirtualEnvironment) -> None:
    make(environment, with_tests=False)
    for executable in (environment.python, uv_of(environment)):
        install(executable, '[ "$1" = -c ] || { echo "No matching distribution"; exit 1; }')
    (environment.root / "pyproject.toml").write_text("dependencies = ['nosuchpackage']\n")
    with pytest.raises(SetUpError, match="No matching distribution"):
        make(environment, with_tests=False)
    assert not environment.is_ready(with_tests=False)
    (environment.root / "pyproject.toml").write_text("")
    assert not environment.is_ready(with_tests=False)

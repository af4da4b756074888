"""The choice of the Pulumi CLI: a supported one on PATH, else the release archive, else a build from Go modules."""

import io
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from logic_apps_sandbox.toolchain import versions
from logic_apps_sandbox.toolchain.archive import this_platform
from logic_apps_sandbox.toolchain.commands import Commands, SetUpError
from logic_apps_sandbox.toolchain.progress import Progress
from logic_apps_sandbox.toolchain.pulumi_cli import Toolchain
from logic_apps_sandbox.toolchain.record import PulumiCli, recorded_cli
from tests.logic_apps_sandbox.toolchain.release_server import ReleaseServer, release_server, sha256, valid_archive

FAKE_GO = """\
#!/bin/sh
echo "$@" >> "$GO_LOG"
while [ "$1" != -o ]; do shift; done
printf '#!/bin/sh\\necho v3.274.1\\n' > "$(dirname "$2")-is-made" && mkdir -p "$(dirname "$2")"
printf '#!/bin/sh\\necho v3.274.1\\n' > "$2" && chmod 755 "$2"
"""


class Machine:
    """A machine with its own PATH and a place of archives, and a toolchain on it."""

    def __init__(self, folder: Path, server: ReleaseServer) -> None:
        """A machine on which nothing is installed, and whose place of archives has none."""
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.folder = folder / "toolchain"
        self.logs = folder / "logs"
        self.go_log = folder / "go.log"
        self.printed = io.StringIO()
        self.variables = {
            "PATH": f"{self.bin}{os.pathsep}/usr/bin{os.pathsep}/bin",
            "LOGIC_APPS_SANDBOX_PULUMI_ARCHIVES": server.address,
            "GO_LOG": str(self.go_log),
            "XDG_CACHE_HOME": str(folder / "cache"),
        }

    def install(self, name: str, script: str) -> None:
        """Puts an executable on PATH."""
        (self.bin / name).write_text(script)
        (self.bin / name).chmod(0o755)

    def install_pulumi(self, version: str) -> None:
        """Puts a CLI of this version and its language host on PATH."""
        self.install("pulumi", f"#!/bin/sh\necho '{version}'\n")
        self.install("pulumi-language-python", "#!/bin/sh\n")

    @property
    def toolchain(self) -> Toolchain:
        """The toolchain, as a new process sees it."""
        return Toolchain(self.folder, Path("/venv/bin/python"), self.variables)

    def make(self, *, with_yaml: bool = False) -> PulumiCli:
        """Gets a CLI."""
        return self.toolchain.make(Commands(self.logs), Progress(self.printed), with_yaml=with_yaml)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ReleaseServer]:
    with release_server() as running:
        monkeypatch.setattr(versions, "ARCHIVE_ADDRESS", running.address)
        yield running


@pytest.fixture
def machine(tmp_path: Path, server: ReleaseServer) -> Machine:
    return Machine(tmp_path, server)


def pin(archive: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(versions.ARCHIVE_SHA256, this_platform(), sha256(archive))


def test_a_suitable_cli_on_path_is_used_unchanged(machine: Machine, server: ReleaseServer) -> None:
    machine.install_pulumi("v3.255.0")
    cli = machine.make()
    assert (cli.executable, cli.version) == (machine.bin / "pulumi", "3.255.0")
    assert recorded_cli(machine.folder) == cli
    assert server.asked == []


@pytest.mark.parametrize("version", ["v3.218.0", "v4.0.0", "not a version"])
def test_an_unsuitable_cli_on_path_is_not_used_and_the_archive_is_downloaded(
    machine: Machine, server: ReleaseServer, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    machine.install_pulumi(version)
    server.content = valid_archive()
    pin(server.content, monkeypatch)
    assert machine.make().executable == machine.folder / "pulumi-v3.255.0" / "pulumi"


def test_a_cli_on_path_that_is_not_used_is_named_with_the_reason(machine: Machine) -> None:
    machine.install_pulumi("v3.218.0")
    machine.install("go", FAKE_GO)
    machine.make()
    reason = f"{machine.bin / 'pulumi'} has version 3.218.0; 3.219.0 or later"
    assert f"The pulumi on PATH is not used: {reason}" in machine.printed.getvalue()


def test_reading_the_version_of_a_cli_writes_nothing_to_the_users_home(machine: Machine, tmp_path: Path) -> None:
    """The real one keeps logs in PULUMI_HOME, by default ~/.pulumi."""
    machine.install_pulumi("v3.255.0")
    machine.install("pulumi", '#!/bin/sh\nmkdir -p "${PULUMI_HOME:-$HOME/.pulumi}/logs"\necho v3.255.0\n')
    machine.variables["HOME"] = str(tmp_path)
    machine.make()
    assert not (tmp_path / ".pulumi").exists()


def test_a_cli_on_path_without_the_python_language_host_is_not_used(machine: Machine) -> None:
    machine.install("pulumi", "#!/bin/sh\necho v3.255.0\n")
    with pytest.raises(SetUpError, match="pulumi-language-python is neither in the folder of"):
        machine.make()


def test_without_an_archive_the_cli_is_built_and_gets_a_language_host(machine: Machine) -> None:
    machine.install("go", FAKE_GO)
    cli = machine.make()
    assert (cli.executable, cli.version) == (machine.folder / "pulumi-v3.274.1-go" / "pulumi", "3.274.1")
    assert "-tags osusergo,grpcnotrace" in machine.go_log.read_text()
    host = cli.executable.with_name("pulumi-language-python")
    assert "/venv/bin/python" in host.read_text()
    assert os.access(host, os.X_OK)


def test_the_archive_comes_before_the_build(
    machine: Machine, server: ReleaseServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.install("go", FAKE_GO)
    server.content = valid_archive()
    pin(server.content, monkeypatch)
    assert machine.make().version == "3.255.0"
    assert not machine.go_log.exists()


def test_an_archive_with_a_wrong_checksum_is_not_used_and_the_cli_is_built(
    machine: Machine, server: ReleaseServer
) -> None:
    machine.install("go", FAKE_GO)
    server.content = valid_archive()
    assert machine.make().version == "3.274.1"
    assert [each.name for each in machine.folder.iterdir() if each.name.startswith(("pulumi-v3.255", ".new"))] == []


def test_a_cli_that_was_built_is_not_built_again(machine: Machine) -> None:
    machine.install("go", FAKE_GO)
    machine.make()
    machine.make()
    assert len(machine.go_log.read_text().splitlines()) == 1


def test_a_cli_that_was_built_in_another_project_is_used(machine: Machine) -> None:
    machine.install("go", FAKE_GO)
    first = machine.make()
    machine.folder = machine.folder.with_name("other")
    second = machine.make()
    assert second.executable == machine.folder / "pulumi-v3.274.1-go" / "pulumi"
    # A project that changes its files, or their owner, changes nothing for the other one.
    assert not second.executable.samefile(first.executable)
    assert second.executable.read_text() == first.executable.read_text()
    assert len(machine.go_log.read_text().splitlines()) == 1


def test_a_cli_that_was_built_comes_before_the_archive(machine: Machine, server: ReleaseServer) -> None:
    machine.install("go", FAKE_GO)
    machine.make()
    asked = list(server.asked)
    machine.printed.truncate(0)
    machine.folder = machine.folder.with_name("other")
    assert machine.make().version == "3.274.1"
    assert (server.asked, machine.printed.getvalue()) == (asked, "")


def test_without_an_archive_the_message_gives_the_reason_and_the_version_that_is_built(machine: Machine) -> None:
    machine.install("go", FAKE_GO)
    machine.variables["LOGIC_APPS_SANDBOX_PULUMI_ARCHIVES"] = "http://localhost:1"
    machine.make()
    (line,) = (line for line in machine.printed.getvalue().splitlines() if line.startswith("The release archive"))
    assert line.endswith(": Connection refused). Setup continues with a build of Pulumi v3.274.1.")


def test_projects_that_are_set_up_at_the_same_time_build_the_cli_once(machine: Machine) -> None:
    machine.install("go", f"{FAKE_GO}sleep 0.2\n")
    toolchains = [Toolchain(machine.folder / name, Path("/venv/bin/python"), machine.variables) for name in ("a", "b")]
    progress = Progress(machine.printed)
    with ThreadPoolExecutor() as threads:
        made = list(threads.map(lambda each: each.make(Commands(each.folder / "logs"), progress), toolchains))
    assert len(machine.go_log.read_text().splitlines()) == 1
    assert made[0].executable.read_text() == made[1].executable.read_text()
    assert "Waiting for another setup, which installs pulumi-v3.274.1-go ..." in machine.printed.getvalue()


def test_without_a_writable_cache_the_cli_is_kept_in_the_project(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    machine.variables["XDG_CACHE_HOME"] = str(tmp_path / "file")
    machine.install("go", FAKE_GO)
    assert machine.make().executable.is_relative_to(machine.folder)


def test_beside_a_cli_that_was_built_the_yaml_language_host_is_built_when_it_is_needed(machine: Machine) -> None:
    machine.install("go", FAKE_GO)
    machine.make()
    assert machine.toolchain.is_ready()
    assert not machine.toolchain.is_ready(with_yaml=True)
    machine.make(with_yaml=True)
    assert machine.toolchain.is_ready(with_yaml=True)
    assert os.access(machine.toolchain.folder / f"pulumi-language-yaml-{versions.yaml_host_version()}", os.X_OK)
    machine.make(with_yaml=True)
    builds = machine.go_log.read_text().splitlines()
    assert [line.rsplit("/", 1)[1] for line in builds] == ["pulumi", "pulumi-language-yaml"]


def test_a_yaml_language_host_of_another_version_than_the_pinned_one_is_rebuilt(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.install("go", FAKE_GO)
    machine.make(with_yaml=True)
    monkeypatch.setattr(versions, "yaml_host_version", lambda: "v9.9.9")
    assert not machine.toolchain.is_ready(with_yaml=True)
    machine.make(with_yaml=True)
    assert (machine.toolchain.folder / "pulumi-language-yaml-v9.9.9").exists()


def test_the_yaml_language_host_of_a_cli_on_path_is_used(machine: Machine) -> None:
    machine.install_pulumi("v3.255.0")
    machine.install("pulumi-language-yaml", "#!/bin/sh\n")
    machine.make(with_yaml=True)
    assert machine.toolchain.is_ready(with_yaml=True)
    assert not machine.go_log.exists()


def test_for_a_cli_on_path_without_a_yaml_language_host_one_is_built(machine: Machine) -> None:
    machine.install_pulumi("v3.255.0")
    machine.install("go", FAKE_GO)
    machine.make()
    assert machine.toolchain.is_ready()
    assert not machine.toolchain.is_ready(with_yaml=True)
    assert machine.make(with_yaml=True).origin == "on PATH"
    assert machine.toolchain.is_ready(with_yaml=True)
    (build,) = machine.go_log.read_text().splitlines()
    assert build.endswith("/pulumi-language-yaml")


def test_a_failed_build_leaves_nothing_and_shows_the_end_of_gos_output(machine: Machine) -> None:
    machine.install("go", "#!/bin/sh\necho 'go: proxy unreachable'\nexit 1\n")
    with pytest.raises(SetUpError, match="go: proxy unreachable"):
        machine.make()
    assert list(machine.folder.iterdir()) == []
    (cache,) = (machine.folder.parent / "cache").iterdir()
    assert {file.suffix for file in cache.iterdir()} == {".lock"}


def test_the_files_of_an_interrupted_build_are_removed(machine: Machine) -> None:
    (machine.folder / ".new-abc" / "build").mkdir(parents=True)
    machine.install_pulumi("v3.255.0")
    machine.make()
    assert not (machine.folder / ".new-abc").exists()


def test_when_every_installation_fails_one_message_gives_the_reasons_and_three_remedies(machine: Machine) -> None:
    with pytest.raises(SetUpError) as failure:
        machine.make()
    message = str(failure.value)
    for part in (
        "a pulumi on PATH: not found",
        "404",
        "go is not on PATH",
        "3.219.0",
        "  1. ",
        "  2. ",
        "  3. ",
    ):
        assert part in message


def test_the_recorded_cli_is_used_until_the_cli_on_path_changes(machine: Machine) -> None:
    assert not machine.toolchain.is_ready()
    machine.install_pulumi("v3.255.0")
    machine.make()
    assert machine.toolchain.is_ready()
    machine.install_pulumi("v3.256.0-alpha")
    assert not machine.toolchain.is_ready()


def test_a_removed_cli_is_noticed(machine: Machine) -> None:
    machine.install("go", FAKE_GO)
    machine.make().executable.unlink()
    assert not machine.toolchain.is_ready()
    assert recorded_cli(machine.folder) is None


def test_a_moved_toolchain_still_works(machine: Machine, tmp_path: Path) -> None:
    machine.install("go", FAKE_GO)
    machine.make()
    machine.folder.rename(tmp_path / "moved")
    cli = recorded_cli(tmp_path / "moved")
    assert cli is not None
    assert cli.executable == tmp_path / "moved" / "pulumi-v3.274.1-go" / "pulumi"

"""Installation of a Pulumi CLI: the one on PATH, else the official release archive, else a build from Go modules.

A build that this user already has comes before the archive: it is newer, and needs no network.
"""

import os
import shlex
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from logic_apps_sandbox.files import EXECUTABLE, write_file
from logic_apps_sandbox.layout import PROGRAM_PYTHON_VARIABLE, YAML_HOST
from logic_apps_sandbox.toolchain import archive, versions
from logic_apps_sandbox.toolchain.commands import Commands, SetUpError
from logic_apps_sandbox.toolchain.progress import Progress
from logic_apps_sandbox.toolchain.record import PulumiCli, record_cli, recorded_circumstances, recorded_cli
from logic_apps_sandbox.toolchain.user_cache import TEMPORARY, cached, cached_path, copy, create, user_cache

LANGUAGE_HOST = "pulumi-language-python"

ADDRESS_VARIABLE = "LOGIC_APPS_SANDBOX_PULUMI_ARCHIVES"
"""The environment variable with another address of the release archives, such as a mirror."""

VERSION_SECONDS = 20.0

GO_PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
YAML_HOST_PACKAGE = f"github.com/pulumi/pulumi-yaml/cmd/{YAML_HOST}"
GO_VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"


class Toolchain:
    """The toolchain folder of a sandbox, and the installation of a CLI in it."""

    def __init__(self, folder: Path, python: Path, variables: Mapping[str, str]) -> None:
        """Use the toolchain in ``folder``, ``python`` for its language host, and the user's environment variables."""
        self.folder = folder
        self.python = python
        self.variables = variables
        self.path = variables.get("PATH", os.defpath)

    def is_ready(self, *, with_yaml: bool = False) -> bool:
        """Return whether the recorded CLI still matches PATH and the pinned versions, and runs YAML if it has to."""
        cli = recorded_cli(self.folder)
        if cli is None or recorded_circumstances(self.folder) != self._circumstances():
            return False
        return not with_yaml or self.runs_yaml(cli)

    def make(self, commands: Commands, progress: Progress, *, with_yaml: bool = False) -> PulumiCli:
        """Install the first CLI of ``_ways`` that works, and record it; build a missing language host for YAML.

        Raises:
            SetUpError: when none works; the message says what each of them needs.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        for leftover in self.folder.glob(f"{TEMPORARY}*"):
            shutil.rmtree(leftover)
        failures = []
        for name, way in self._ways(commands, progress):
            try:
                cli = way()
            except SetUpError as error:
                failures.append(f"  {name}: {error}")
            else:
                record_cli(self.folder, cli, self._circumstances())
                if with_yaml and not self.runs_yaml(cli):
                    self._build_yaml_host(commands, progress)
                return cli
        raise SetUpError(_NO_WAY.format(failures="\n".join(failures), minimum=versions.show(versions.MINIMUM)))

    def _ways(self, commands: Commands, progress: Progress) -> list[tuple[str, Callable[[], PulumiCli]]]:
        path = ("a pulumi on PATH", lambda: self._from_path(progress))
        release = ("the release archive", lambda: self._from_archive(progress))
        build = ("a build from Go modules", lambda: self._from_go(commands, progress))
        is_built = self._built.exists() or cached_path(self._cache, self._built.name).exists()
        return [path, build, release] if is_built else [path, release, build]

    def refresh_language_host(self) -> None:
        """Write the language host beside a built CLI, in case the repository or its Python was moved."""
        cli = recorded_cli(self.folder)
        if cli and cli.origin == _BUILT:
            write_file(cli.executable.with_name(LANGUAGE_HOST), _language_host(self.python), mode=EXECUTABLE)

    def _from_path(self, progress: Progress) -> PulumiCli:
        found = shutil.which("pulumi", path=self.path)
        if found is None:
            raise SetUpError("not found")
        try:
            return self._usable(found)
        except SetUpError as error:
            progress.say(f"The pulumi on PATH is not used: {error}")
            raise

    def _usable(self, found: str) -> PulumiCli:
        version = self._version_of(Path(found))
        if not versions.is_supported(version):
            raise SetUpError(
                f"{found} has version {versions.show(version)}; {versions.show(versions.MINIMUM)} or later, below "
                f"{versions.show(versions.BELOW)}, is required"
            )
        executable = Path(found).resolve()
        if not (executable.parent / LANGUAGE_HOST).exists() and shutil.which(LANGUAGE_HOST, path=self.path) is None:
            raise SetUpError(f"{LANGUAGE_HOST} is neither in the folder of {found} nor on PATH")
        return PulumiCli(executable, versions.show(version), "on PATH")

    def _version_of(self, executable: Path) -> tuple[int, int, int]:
        # The CLI writes logs to its home, by default the user's.
        quiet = {**self.variables, "PULUMI_SKIP_UPDATE_CHECK": "true", "PULUMI_HOME": str(self.folder / "home")}
        try:
            asked = subprocess.run(
                [executable, "version"], capture_output=True, text=True, timeout=VERSION_SECONDS, check=True, env=quiet
            )
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            raise SetUpError(f"the version of {executable} cannot be read: {error}") from error
        version = versions.parse_version(asked.stdout)
        if version is None:
            raise SetUpError(f"`{executable} version` prints {asked.stdout[:60]!r}, which is not a version")
        return version

    def _from_archive(self, progress: Progress) -> PulumiCli:
        final = self.folder / f"pulumi-v{versions.ARCHIVE_VERSION}"

        def download(new: Path) -> None:
            address = self.variables.get(ADDRESS_VARIABLE, versions.ARCHIVE_ADDRESS)
            progress.say(f"Downloading Pulumi v{versions.ARCHIVE_VERSION} from {address}")
            archive.download_release(address, new)
            # If a CLI does not run on this machine, the next way is tried.
            self._version_of(new / "pulumi")

        try:
            self._install(final, download, progress)
        except SetUpError as error:
            progress.say(
                f"The release archive is not used ({error}). Setup continues with a build of Pulumi "
                f"{versions.built_version()}."
            )
            raise
        return PulumiCli(final / "pulumi", versions.ARCHIVE_VERSION, "the official release")

    def _from_go(self, commands: Commands, progress: Progress) -> PulumiCli:
        version = versions.built_version()
        final = self._built

        def build(new: Path) -> None:
            with progress.step(
                f"Building the Pulumi CLI {version} from Go modules (once, about four minutes)",
                f"Pulumi CLI {version} is built",
            ):
                linking = f"-s -w -X {GO_VERSION_VARIABLE}={version}"
                self._go_build(commands, "go", versions.GO_MODULE, GO_PACKAGE, new / "pulumi", linking)
                self._version_of(new / "pulumi")

        self._install(final, build, progress)
        write_file(final / LANGUAGE_HOST, _language_host(self.python), mode=EXECUTABLE)
        return PulumiCli(final / "pulumi", version.removeprefix("v"), _BUILT)

    def _install(self, target: Path, make: Callable[[Path], None], progress: Progress) -> None:
        """Install a file or folder from the user's cache, which ``make`` fills first if it does not have it.

        The project gets a copy, because the CLI looks for its language host, which belongs to one project, beside its
        own file.
        """
        if not target.exists():
            shared = cached(self._cache, target.name, make, progress)
            create(target, lambda new: copy(shared, new))

    @property
    def _cache(self) -> Path:
        return user_cache(self.variables, otherwise=self.folder / "cache")

    @property
    def _built(self) -> Path:
        """The folder of the CLI that setup builds."""
        return self.folder / f"pulumi-{versions.built_version()}-go"

    def _go_build(
        self, commands: Commands, name: str, module: Path, package: str, executable: Path, linking: str = "-s -w"
    ) -> None:
        go = shutil.which("go", path=self.path)
        if go is None:
            raise SetUpError("go is not on PATH (https://go.dev/dl/)")
        command = [go, "build", "-trimpath", "-tags", "osusergo,grpcnotrace", "-ldflags", linking]
        command += ["-o", str(executable), package]
        commands.run(name, command, cwd=module, variables={**self.variables, "CGO_ENABLED": "0"})

    def runs_yaml(self, cli: PulumiCli) -> bool:
        """Return whether there is a language host for programs in YAML."""
        has_own = cli.origin != _BUILT and (
            (cli.executable.parent / YAML_HOST).exists() or shutil.which(YAML_HOST, path=self.path) is not None
        )
        return has_own or self._yaml_host.exists()

    @property
    def _yaml_host(self) -> Path:
        """The language host that setup builds; ``logic_apps_sandbox.home`` installs it as a plugin."""
        return self.folder / f"{YAML_HOST}-{versions.yaml_host_version()}"

    def _build_yaml_host(self, commands: Commands, progress: Progress) -> None:
        version = versions.yaml_host_version()

        def build(new: Path) -> None:
            with progress.step(
                f"Building Pulumi's YAML language host {version} from Go modules (once, about a minute)",
                f"Pulumi's YAML language host {version} is built",
            ):
                self._go_build(commands, "go-yaml", versions.YAML_HOST_MODULE, YAML_HOST_PACKAGE, new)

        self._install(self._yaml_host, build, progress)

    def _circumstances(self) -> list[str | int | None]:
        """Return what the selection depends on: the present file ``pulumi`` on PATH, and the pinned versions."""
        found = shutil.which("pulumi", path=self.path)
        state = Path(found).stat() if found else None
        return [
            found,
            state.st_size if state else None,
            state.st_mtime_ns if state else None,
            versions.show(versions.MINIMUM),
            versions.ARCHIVE_VERSION,
            versions.built_version(),
        ]


def _language_host(python: Path) -> str:
    """Return the text of the executable of the language host.

    It runs on the interpreter of the program's virtual environment, if there is one, and adds nothing to the module
    path, so that the program imports the packages of its environment.
    """
    host = Path(__file__).with_name("language_host.py")
    start = (
        f"import runpy, sys; '' in sys.path and sys.path.remove(''); runpy.run_path({str(host)!r}, run_name='__main__')"
    )
    return (
        "#!/bin/sh\n# Written by the sandbox.\n"
        f"python={shlex.quote(str(python))}\n"
        f'exec "${{{PROGRAM_PYTHON_VARIABLE}:-$python}}" -u -c {shlex.quote(start)} "$@"\n'
    )


_BUILT = "built from Go modules"

_NO_WAY = """the Pulumi CLI could not be installed:
{failures}
Do one of the following, then run the same command again:
  1. Install the Pulumi CLI, version {minimum} or later, so that `pulumi version` works:
    https://www.pulumi.com/docs/install/
  2. Allow access to https://get.pulumi.com, or set LOGIC_APPS_SANDBOX_PULUMI_ARCHIVES to a mirror of its releases/sdk
    folder.
  3. Install Go (https://go.dev/dl/) with access to a Go module proxy, to build the CLI on this machine."""

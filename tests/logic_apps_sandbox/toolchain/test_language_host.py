"""The Python language host as the engine sees it: its output, its responses, and how it ends.

Running programs through it is decided by the end-to-end tests, with the real engine.
"""

import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import grpc  # type: ignore[import-untyped]
import psutil
import pytest
from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]
from pulumi.runtime import proto
from pulumi.runtime.proto import language_pb2

from logic_apps_sandbox.toolchain.language_host import _exit_message, _program_traceback


@pytest.fixture
def process() -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-m", "logic_apps_sandbox.toolchain.language_host", "127.0.0.1:1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as started:
        yield started
        started.kill()


def port_of(process: "subprocess.Popen[str]") -> int:
    assert process.stdout is not None
    return int(process.stdout.readline())


@pytest.fixture
def host(process: "subprocess.Popen[str]") -> Iterator[Any]:
    with grpc.insecure_channel(f"127.0.0.1:{port_of(process)}", options=[("grpc.enable_http_proxy", 0)]) as channel:
        yield proto.LanguageRuntimeStub(channel)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_on_a_signal_at_once_and_silently(process: "subprocess.Popen[str]", number: signal.Signals) -> None:
    port_of(process)
    process.send_signal(number)
    assert process.communicate(timeout=30) == ("", "")
    assert process.returncode == 0


def test_it_ends_soon_after_an_engine_that_was_killed() -> None:
    start = (
        "import subprocess, sys, time\n"
        "host = subprocess.Popen([sys.executable, '-m', 'logic_apps_sandbox.toolchain.language_host', '127.0.0.1:1'],\n"
        "                        stdout=subprocess.PIPE)\n"
        "print(host.pid, host.stdout.readline().decode(), flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", start], stdout=subprocess.PIPE, text=True) as engine:
        assert engine.stdout is not None
        host = psutil.Process(int(engine.stdout.readline().split()[0]))
        engine.kill()
    assert psutil.wait_procs([host], timeout=30)[0] == [host]


def test_it_names_the_azure_native_plugin_of_the_installed_sdk(host: Any) -> None:
    packages = host.GetRequiredPackages(language_pb2.GetRequiredPackagesRequest()).packages
    assert ("azure-native", "v3.29.0", "resource") in [(each.name, each.version, each.kind) for each in packages]


def test_it_lists_the_packages_that_nothing_else_needs_or_all_of_them(host: Any) -> None:
    def names(*, transitive: bool) -> set[str]:
        request = language_pb2.GetProgramDependenciesRequest(transitiveDependencies=transitive)
        return {each.name.lower().replace("_", "-") for each in host.GetProgramDependencies(request).dependencies}

    assert "logic-apps-environment" in names(transitive=False)
    assert "grpcio" not in names(transitive=False)
    assert {"grpcio", "pulumi-azure-native"} <= names(transitive=True)


def test_it_reports_which_python_runs_the_program(host: Any) -> None:
    about = host.About(language_pb2.AboutRequest())
    assert about.executable == sys.executable
    assert about.version.startswith(f"{sys.version_info.major}.{sys.version_info.minor}.")


def test_nothing_is_installed_for_a_component_package_because_the_environment_has_it_all(host: Any) -> None:
    assert list(host.InstallDependencies(language_pb2.InstallDependenciesRequest(is_plugin=True))) == []


def test_pulumi_install_says_how_to_install_the_packages_of_a_program(host: Any) -> None:
    (answer,) = host.InstallDependencies(language_pb2.InstallDependenciesRequest())
    assert answer.stdout.decode().endswith(f"run: {sys.executable} -m pip install -r requirements.txt\n")


def test_a_program_in_python_gets_no_generated_sdk_but_a_reason(host: Any) -> None:
    with pytest.raises(grpc.RpcError) as rejected:
        host.GeneratePackage(language_pb2.GeneratePackageRequest())
    assert rejected.value.code() == grpc.StatusCode.UNIMPLEMENTED
    assert "install the package with pip, and import it" in rejected.value.details()


def test_a_method_that_the_sandbox_does_not_need_is_unimplemented(host: Any) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        host.GenerateProgram(language_pb2.GenerateProgramRequest())
    assert refused.value.code() == grpc.StatusCode.UNIMPLEMENTED


def test_a_plugin_is_run_and_its_output_and_exit_code_streamed(host: Any, tmp_path: Any) -> None:
    (tmp_path / "__main__.py").write_text("import sys; print('port', *sys.argv[1:]); sys.exit(4)")
    info = language_pb2.ProgramInfo(program_directory=str(tmp_path), root_directory=str(tmp_path), entry_point=".")
    request = language_pb2.RunPluginRequest(info=info, pwd=str(tmp_path), args=["127.0.0.1:1"], kind="resource")
    parts = list(host.RunPlugin(request))
    assert b"".join(part.stdout for part in parts) == b"port 127.0.0.1:1\n"
    assert parts[-1].exitcode == 4


def test_a_cancellation_while_no_program_handles_sigint_does_nothing(host: Any) -> None:
    """What it does otherwise is in tests/end_to_end/test_late_release.py."""
    host.Cancel(Empty())
    assert host.About(language_pb2.AboutRequest()).executable == sys.executable


@pytest.mark.parametrize(
    ("code", "message"),
    [(None, ""), (0, ""), (3, "Program exited with non-zero exit code: 3"), ("no certificate", "no certificate")],
)
def test_exiting_the_program_early_has_the_same_effect_as_in_python(code: Any, message: str) -> None:
    assert _exit_message(SystemExit(code)) == message


def test_a_traceback_begins_in_the_program() -> None:
    try:
        exec(compile("import json\njson.loads('{')", "/project/__main__.py", "exec"), {})  # noqa: S102
    except ValueError as error:
        error.__traceback__ = error.__traceback__ and error.__traceback__.tb_next
        text = _program_traceback(error)
    assert text.splitlines()[1] == '  File "/project/__main__.py", line 2, in <module>'
    assert text.splitlines()[-1].startswith("json.decoder.JSONDecodeError")

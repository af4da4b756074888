"""The plugin as a process: how it is started, what it prints, and that it ends at once and silently."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING

import grpc  # type: ignore[import-untyped]
import psutil
import pytest
from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]
from pulumi.runtime.proto import provider_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT = Path(__file__).parents[3]
COMMAND = [sys.executable, "-m", "logic_apps_sandbox.azure_native", "--logflow", "127.0.0.1:9"]
PATIENCE = 30


@pytest.fixture
def plugin() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        COMMAND, cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


def first_line(stream: IO[str] | None) -> str:
    assert stream is not None
    return stream.readline()


def test_it_prints_its_port_and_serves_there(plugin: subprocess.Popen[str]) -> None:
    port = int(first_line(plugin.stdout))
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        info = provider_pb2_grpc.ResourceProviderStub(channel).GetPluginInfo(Empty(), timeout=PATIENCE)
    assert info.version == "3.29.0"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_silently_on_a_signal(plugin: subprocess.Popen[str], number: signal.Signals) -> None:
    first_line(plugin.stdout)
    plugin.send_signal(number)
    stdout, stderr = plugin.communicate(timeout=PATIENCE)
    assert (plugin.returncode, stdout, stderr) == (0, "", "")


def test_it_ends_when_the_process_that_started_it_is_killed() -> None:
    starter = (
        "import subprocess, sys\n"
        f"plugin = subprocess.Popen({COMMAND!r}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)\n"
        "plugin.stdout.readline()\n"
        "print(plugin.pid, flush=True)\n"
        "sys.stdin.read()\n"
    )
    engine = subprocess.Popen(
        [sys.executable, "-c", starter], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with engine:
        plugin = psutil.Process(int(first_line(engine.stdout)))
        engine.kill()
    try:
        plugin.wait(timeout=PATIENCE)
    except psutil.TimeoutExpired:
        os.kill(plugin.pid, signal.SIGKILL)
        pytest.fail("the plugin outlived its engine")
    assert not plugin.is_running()


def test_it_does_not_import_the_azure_native_sdk_or_an_http_client_before_it_prints_its_port() -> None:
    script = (
        "import sys, logic_apps_sandbox.azure_native.provider, logic_apps_sandbox.azure_native.engine_log\n"
        "print(sorted({'pulumi_azure_native', 'httpx'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"

"""The machine in general terms: what helps to judge the figures, and nothing that tells whose it is."""

from __future__ import annotations

import os
import platform

import psutil

from .workspace import pulumi_cli


def described() -> str:
    """Processors, memory, system, versions."""
    cli = pulumi_cli()
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{os.cpu_count()} processors ({platform.machine()}), {memory:.0f} GiB of memory, {platform.system()}; "
        f"Python {platform.python_version()}, Pulumi {cli.version} ({cli.origin})"
    )


def load() -> str:
    """How many processes wanted a processor in the last minute."""
    return f"{os.getloadavg()[0]:.1f}"

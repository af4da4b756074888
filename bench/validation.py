"""Measures the validation of a configuration, without Pulumi's engine."""

from __future__ import annotations

import json
import time
import timeit
from statistics import median
from typing import TYPE_CHECKING

from bench.report import Goal, Section, number, spread
from bench.workspace import STACK
from logic_apps_environment import validate_configuration
from tests.support.certificate_factory import certificate
from tests.support.stack_files import configuration_of

if TYPE_CHECKING:
    from pathlib import Path

    from bench.__main__ import Effort

PROJECT = "logic-apps-environment"
CERTIFICATES = 20
GOAL = 5.0
"""Milliseconds."""


def validation(_folder: Path, effort: Effort) -> Section:
    """Measure the CPU time of a validation with the maximum number of certificates.

    Raises:
        ValueError: the configuration is not valid, so not all rules were evaluated.
    """
    values = configuration(CERTIFICATES)

    def validate() -> None:
        problems = validate_configuration(PROJECT, values, metadata_host="127.0.0.1")
        if any(problem.is_error for problem in problems):
            raise ValueError(f"the measured configuration is not valid: {problems}")

    timer = timeit.Timer(validate, timer=time.process_time)
    samples = [seconds * 1000 for seconds in timer.repeat(repeat=effort.validations, number=1)]
    return Section(
        "Validating a configuration",
        f"{effort.validations} validations of the stack `{STACK}` with {CERTIFICATES} self-signed certificates. CPU "
        f"time, minimum · median · maximum: {spread(samples)} ms.",
        [
            Goal(
                f"Validating a configuration with {CERTIFICATES} certificates",
                "-",
                f"at most {GOAL:.0f} ms",
                f"{number(median(samples))} ms of CPU time",
                median(samples) <= GOAL,
            )
        ],
    )


def configuration(certificates: int) -> dict[str, str]:
    """Return the stack's configuration by full key, as the engine passes it, with this number of certificates."""
    authorities = {
        f"authority-{number}": {"publicCertificate": certificate(f"Authority {number}")}
        for number in range(certificates)
    }
    return {**configuration_of(STACK), f"{PROJECT}:certificates": json.dumps(authorities)}

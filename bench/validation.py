"""Measures the validation of a configuration, without Pulumi's engine."""

import json
import time
import timeit
from pathlib import Path
from statistics import median

from bench.report import Measurement, Results, number
from bench.samples import Effort
from bench.workspace import STACK
from logic_apps_environment import validate_configuration
from tests.support.certificate_factory import certificate
from tests.support.stack_files import configuration_of

PROJECT = "logic-apps-environment"
CERTIFICATES = 20
"""The maximum."""


def validation(_folder: Path, effort: Effort) -> Results:
    """Measure the CPU time of a validation with the maximum number of certificates.

    Raises:
        ValueError: the configuration is not valid, so not all rules were evaluated.
    """
    authorities = {f"authority-{n}": {"publicCertificate": certificate(f"Authority {n}")} for n in range(CERTIFICATES)}
    values = {**configuration_of(STACK), f"{PROJECT}:certificates": json.dumps(authorities)}

    def validate() -> None:
        problems = validate_configuration(PROJECT, values, metadata_host="127.0.0.1")
        if any(problem.is_error for problem in problems):
            raise ValueError(f"the measured configuration is not valid: {problems}")

    timer = timeit.Timer(validate, timer=time.process_time)
    samples = [seconds * 1000 for seconds in timer.repeat(repeat=effort.validations, number=1)]
    what = f"CPU time of validating a configuration with {CERTIFICATES} certificates"
    details = f" ({number(min(samples))} to {number(max(samples))})"
    return Results([Measurement(what, "-", median(samples), "ms", ("at most", 5), details)])

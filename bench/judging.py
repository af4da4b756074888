"""Validating a configuration: the rules alone, without Pulumi's engine."""

from __future__ import annotations

import datetime as dt
import json
import time
from statistics import median
from typing import TYPE_CHECKING

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from logic_apps_environment import validate_configuration
from logic_apps_sandbox.layout import CODE_ROOT, stack_file

from .sections import Section, Verdict, number, spread, table
from .workspace import STACK

if TYPE_CHECKING:
    from pathlib import Path

    from .effort import Effort

PROJECT = "logic-apps-environment"
MOST_CERTIFICATES = 20
AIM = 5.0
"""Milliseconds."""


def measure(_folder: Path, effort: Effort) -> Section:
    """The time to read and judge the stack's configuration with as many certificates as an environment takes.

    Raises:
        ValueError: the rules find something in it, so that not all of them were judged.
    """
    values = configuration(MOST_CERTIFICATES)
    problems = validate_configuration(PROJECT, values, metadata_host="127.0.0.1")
    if any(problem.is_error for problem in problems):
        raise ValueError(f"the measured configuration is refused: {problems}")
    clocks = {"CPU": time.process_time, "wall": time.perf_counter}
    samples: dict[str, list[float]] = {name: [] for name in clocks}
    for _ in range(effort.judgements):
        begins = {name: clock() for name, clock in clocks.items()}
        validate_configuration(PROJECT, values, metadata_host="127.0.0.1")
        for name, clock in clocks.items():
            samples[name].append((clock() - begins[name]) * 1000)
    # The rules do not wait for anything, so other processes cause the rest of the wall time.
    middle = median(samples["CPU"])
    rows = [(name, effort.judgements, spread(each)) for name, each in samples.items()]
    text = (
        "`validate_configuration` on the configuration of the stack `test` as the engine passes it (text and JSON), "
        "with 20 self-signed certificates (RSA, 2048 bits) instead of two. Each validation starts from the raw values."
    )
    return Section(
        "Validating a configuration",
        f"{text}\n\n{table(('Clock', 'Validations', 'Minimum, median, maximum, ms'), rows)}",
        [
            Verdict(
                "Validating a configuration with 20 certificates",
                "-",
                f"at most {AIM:.0f} ms",
                f"{number(middle)} ms of CPU time",
                middle <= AIM,
            )
        ],
    )


def configuration(certificates: int) -> dict[str, str]:
    """The configuration of the stack by full key, as the engine hands it over, with so many certificates."""
    values = yaml.safe_load(stack_file(CODE_ROOT, STACK).read_text())["config"]
    values[f"{PROJECT}:certificates"] = {
        f"authority-{number}": {"publicCertificate": text} for number, text in enumerate(_certificates(certificates))
    }
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in values.items()}


def _certificates(count: int) -> list[str]:
    """Self-signed certificates in PEM form, valid for a year from yesterday on."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    begin = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    certificates = []
    for number_of_it in range(count):
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Authority {number_of_it}")])
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begin)
            .not_valid_after(begin + dt.timedelta(days=365))
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        certificates.append(certificate.public_bytes(serialization.Encoding.PEM).decode())
    return certificates

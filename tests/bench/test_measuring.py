"""The parts of the benchmarks. No time is asserted.

The benchmarks that take only seconds run once here, as small as possible, so that they are known to run.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pygal  # type: ignore[import-untyped]
import pytest
from click.testing import CliRunner

from bench import report, simulator
from bench.__main__ import main
from bench.pulumi_commands import MINIMUM
from bench.report import PAGE, Measurement, Results
from bench.samples import QUICK, alternate, ratio
from bench.validation import validation
from logic_apps_sandbox.arm import recorded_requests

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_samples_alternate_and_every_second_round_is_reversed() -> None:
    order: list[str] = []

    def sample_of(name: str) -> Callable[[], float]:
        def sample() -> float:
            order.append(name)
            return float(len(order))

        return sample

    samples = alternate(3, {"a": sample_of("a"), "b": sample_of("b")})
    assert order == ["a", "b", "b", "a", "a", "b"]
    assert samples == {"a": [1.0, 4.0, 5.0], "b": [2.0, 3.0, 6.0]}
    assert alternate(1, {"a": sample_of("a"), "b": sample_of("b")}, warm_up=True) == {"a": [9.0], "b": [10.0]}


def test_load_on_both_halves_of_a_pair_does_not_change_the_ratio() -> None:
    assert ratio([1.1, 11.0, 1.1], [1.0, 10.0, 1.0]) == pytest.approx(1.1)


@pytest.mark.parametrize(
    ("measurement", "cells"),
    [
        (Measurement("a", "b", 1.1, "times", ("at most", 1.1)), ("at most 1.10 times", "1.10 times", "met")),
        (Measurement("a", "b", 1.2, "times", ("at most", 1.1)), ("at most 1.10 times", "1.20 times", "**missed**")),
        (Measurement("a", "b", 0.8, "times", ("more than", 0.8)), ("more than 0.80 times", "0.80 times", "**missed**")),
        (Measurement("a", "-", 500.4, "/s", ("at least", 500)), ("at least 500 /s", "500 /s", "met")),
        (Measurement("a", "b", 32, "", ("equal:", 33)), ("equal: 33", "32", "**missed**")),
        (Measurement("a", "b", 1.2, "s", details=": x"), ("none", "1.20 s: x", "-")),
    ],
)
def test_a_row_has_the_goal_the_result_and_whether_the_goal_is_met(
    measurement: Measurement, cells: tuple[str, ...]
) -> None:
    assert measurement.row() == ("a", measurement.compared_with, *cells)


def test_the_minimum_of_requests_is_that_of_a_group_and_six_long_running_writes() -> None:
    assert MINIMUM == {"up": 33, "second up": 0, "refresh": 7, "destroy": 13}
    assert re.findall(r"^\| `(.*)` \| (\d+) \| ", PAGE.read_text(), flags=re.MULTILINE) == [
        (command, str(count)) for command, count in MINIMUM.items()
    ]


def test_the_page_keeps_the_text_around_the_measurements(tmp_path: Path) -> None:
    file = tmp_path / "docs" / "another.md"
    found = Results([Measurement("speed", "another", 1.05, "times", ("at most", 1.1))], report.plot("Two", "s", {}))
    report.write(file, "a machine", {"imports": found, "environments": Results([], table="| a table |")})
    text = file.read_text()
    assert "<!-- generated: circumstances -->\na machine\n<!-- /generated -->" in text
    assert "| speed | another | at most 1.10 times | 1.05 times | met |\n<!-- /generated -->" in text
    assert "<!-- generated: imports -->\n![Two](benchmarks/imports.svg)\n<!-- /generated -->" in text
    assert "<!-- generated: environments -->\n| a table |\n<!-- /generated -->" in text
    assert "<!-- generated: simulator -->\nNot measured.\n<!-- /generated -->" in text
    outside = re.compile("(?<= -->\n).*?(?=<!-- /generated)", flags=re.DOTALL)
    assert outside.sub("", text) == outside.sub("", PAGE.read_text())
    assert [each.name for each in (tmp_path / "docs" / "benchmarks").iterdir()] == ["imports.svg"]


def test_plots_are_documents_with_their_title() -> None:
    for title, plot in (
        ("Boxes of <a>", report.plot("Boxes of <a>", "s", {"a & b": [1.0, 2.0], "c": [3.0]})),
        ("Lines", report.plot("Lines", "s", {"up": [(1, 1.0), (10, 12.0)]}, pygal.XY, x_title="things")),
    ):
        assert title in "".join(ET.fromstring(plot.render()).itertext())  # noqa: S314 - our own


def test_a_configuration_with_twenty_certificates_is_validated_without_an_error(tmp_path: Path) -> None:
    (measurement,) = validation(tmp_path, QUICK).measurements
    assert measurement.value > 0


def test_bursts_are_requests_to_a_simulator_in_another_process(tmp_path: Path) -> None:
    with simulator.client(tmp_path / "arm", 3) as azure:
        assert simulator.rate(azure, "GET", 3) > 0
        assert simulator.rate(azure, "PUT", 3) > 0
    methods = [each.method for each in recorded_requests(tmp_path / "arm") if each.path.startswith("/subscriptions/")]
    assert methods == ["PUT"] * 4 + ["GET"] * simulator.BURST + ["PUT"] * simulator.BURST


def test_a_part_of_the_benchmarks_does_not_replace_the_page() -> None:
    before = PAGE.read_text()
    ended = CliRunner().invoke(main, ["--only", "validation"])
    assert ended.exit_code == 2
    assert "name another page with --page" in ended.output
    assert PAGE.read_text() == before

"""The parts of the benchmarks. No time is asserted.

The benchmarks that take only seconds run once here, as small as possible, so that they are known to run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from bench import report, simulator
from bench.__main__ import PAGE, QUICK, main
from bench.report import Goal, Section, alternate, compare
from bench.stacks import MINIMUM
from bench.validation import configuration, validation
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


def test_load_on_both_halves_of_a_pair_does_not_change_the_ratio() -> None:
    assert report.ratio([1.1, 11.0, 1.1], [1.0, 10.0, 1.0]) == pytest.approx(1.1)
    assert compare("a", "b", [1.1], [1.0], at_most=1.11).is_met is True
    assert compare("a", "b", [1.2], [1.0], at_most=1.1).is_met is False
    assert compare("a", "b", [1.2], [1.0]).is_met is None


def test_the_minimum_of_requests_is_that_of_a_group_and_six_long_running_writes() -> None:
    assert {command: count for command, (count, _) in MINIMUM.items()} == {
        "up": 33,
        "second up": 0,
        "refresh": 7,
        "destroy": 13,
    }


def test_the_page_keeps_the_text_around_the_measurements(tmp_path: Path) -> None:
    file = tmp_path / "docs" / "benchmarks.md"
    first = Section("One", "text", [Goal("speed", "another", "at most 1.10 times", "1.05 times", is_met=True)])
    report.write(file, [first], "a machine")
    file.write_text(file.read_text() + "\nWritten by people.\n")
    missed = Goal("speed", "another", "at most 1.10 times", "1.20 times", is_met=False)
    report.write(file, [Section("Two", "text", [missed], {"two.svg": "<svg/>"})], "another machine")
    text = file.read_text()
    assert "| speed | another | at most 1.10 times | 1.20 times | **missed** |" in text
    assert "![Two](benchmarks/two.svg)" in text
    assert "a machine" not in text
    assert "## One" not in text
    assert text.endswith("\nWritten by people.\n")
    assert (tmp_path / "docs" / "benchmarks" / "two.svg").read_text() == "<svg/>"


def test_plots_are_documents_with_their_title() -> None:
    for title, document in (
        ("Boxes of <a>", report.box_plot("Boxes of <a>", "s", {"a & b": [1.0, 2.0], "c": [3.0]})),
        ("Lines", report.line_plot("Lines", "things", "s", {"up": {1: 1.0, 10: 12.0}})),
    ):
        assert title in "".join(ET.fromstring(document).itertext())  # noqa: S314 - our own


def test_a_configuration_with_twenty_certificates_is_validated_without_an_error(tmp_path: Path) -> None:
    assert configuration(20)["logic-apps-environment:certificates"].count("BEGIN CERTIFICATE") == 20
    (goal,) = validation(tmp_path, QUICK).goals
    assert goal.result.endswith(" ms of CPU time")


def test_bursts_are_requests_to_a_simulator_in_another_process(tmp_path: Path) -> None:
    with simulator.client(tmp_path / "arm", 3) as client:
        assert client.rate("GET") > 0
        assert client.rate("PUT") > 0
    methods = [each.method for each in recorded_requests(tmp_path / "arm") if each.path.startswith("/subscriptions/")]
    assert methods == ["PUT"] * 4 + ["GET"] * simulator.BURST + ["PUT"] * simulator.BURST


def test_a_part_of_the_benchmarks_does_not_replace_the_page() -> None:
    before = PAGE.read_text()
    ended = CliRunner().invoke(main, ["--only", "validation"])
    assert ended.exit_code == 2
    assert "name another page with --page" in ended.output
    assert PAGE.read_text() == before

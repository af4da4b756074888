"""What the benchmarks are made of: samples in turns, their ratios, counted requests, the page. No time is asserted.

Each kind of measurement that takes seconds only runs once here, as small as it can be, so that it is known to run.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from bench import judging, page, plots, throughput
from bench.__main__ import PAGE, main
from bench.effort import QUICK
from bench.request_counts import FEWEST, longest_chain
from bench.samples import Comparison, in_turns
from bench.sections import Section, Verdict
from logic_apps_sandbox.arm import RecordedRequest, recorded_requests

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_samples_are_taken_in_turns_and_every_second_round_goes_backwards() -> None:
    order: list[str] = []

    def sample_of(name: str) -> Callable[[], float]:
        def sample() -> float:
            order.append(name)
            return float(len(order))

        return sample

    samples = in_turns(3, {"a": sample_of("a"), "b": sample_of("b")})
    assert order == ["a", "b", "b", "a", "a", "b"]
    assert samples == {"a": [1.0, 4.0, 5.0], "b": [2.0, 3.0, 6.0]}


def test_the_ratio_is_the_median_of_pairs_so_that_a_load_on_both_halves_of_one_does_not_count() -> None:
    loaded_in_the_middle = Comparison("a", "b", "s", [1.1, 11.0, 1.1], [1.0, 10.0, 1.0], at_most=1.10001)
    assert loaded_in_the_middle.ratio == pytest.approx(1.1)
    assert loaded_in_the_middle.is_met is True
    assert Comparison("a", "b", "s", [1.2], [1.0], at_most=1.1).is_met is False
    assert Comparison("a", "b", "s", [1.2], [1.0]).is_met is None


def test_the_fewest_requests_are_those_of_a_group_and_six_long_running_writes() -> None:
    # look, PUT, read; six times look, PUT, status, the poller's read, the provider's read; five deletions with a look
    # at the status, that of the group too, and the environment's.
    assert {command: count for command, (count, _) in FEWEST.items()} == {
        "up": 3 + 6 * 5,
        "second up": 0,
        "refresh": 7,
        "destroy": 6 * 2 + 1,
    }


def test_the_critical_path_is_the_longest_chain_of_dependencies_each_with_its_requests() -> None:
    state: list[dict[str, Any]] = [
        {"urn": "stack"},
        {"urn": "group", "custom": True, "id": "/g"},
        {"urn": "network", "custom": True, "id": "/g/N", "dependencies": ["group"]},
        {"urn": "beside", "custom": True, "id": "/g/beside", "dependencies": ["group"]},
    ]
    paths = ["/g?v=1", "/g?v=1", "/g/beside", "/g//n?v=1", "/operations/1", "/g/n?v=1"]
    assert longest_chain(state, [_request(path) for path in paths]) == 2 + 3


def _request(path: str) -> RecordedRequest:
    time = datetime(2026, 1, 1, tzinfo=UTC)
    return RecordedRequest(1, "GET", path, 200, time, time, "", 0.0, None)


def test_the_page_keeps_what_people_wrote_around_the_measurements(tmp_path: Path) -> None:
    file = tmp_path / "docs" / "benchmarks.md"
    first = Section("One", "text", [Verdict("speed", "another", "at most 1.10 times", "1.05 times", is_met=True)])
    page.write(file, [first], "a machine")
    file.write_text(file.read_text() + "\nWritten by people.\n")
    missed = Verdict("speed", "another", "at most 1.10 times", "1.20 times", is_met=False)
    page.write(file, [Section("Two", "text", [missed], {"two.svg": "<svg/>"})], "another machine")
    text = file.read_text()
    assert "| speed | another | at most 1.10 times | 1.20 times | **missed** |" in text
    assert "a machine" not in text
    assert "## One" not in text
    assert text.endswith("\nWritten by people.\n")
    assert (tmp_path / "docs" / "benchmarks" / "two.svg").read_text() == "<svg/>"


def test_plots_are_documents_that_say_what_they_show() -> None:
    drawn = [
        plots.ranges("Ranges of <a>", "s", {"a & b": [1.0, 2.0], "c": [3.0]}),
        plots.growth("Growth", "things", "s", {"up": {1: 1.0, 10: 12.0}}),
    ]
    for document, title in zip(drawn, ("Ranges of <a>", "Growth"), strict=True):
        root = ET.fromstring(document)  # noqa: S314 - our own
        found = root.find("{http://www.w3.org/2000/svg}title")
        assert found is not None
        assert found.text == title
    assert drawn[0].count("<circle") == 3


def test_what_is_judged_has_twenty_certificates_and_no_error(tmp_path: Path) -> None:
    section = judging.measure(tmp_path, QUICK)
    assert judging.configuration(20)["logic-apps-environment:certificates"].count("BEGIN CERTIFICATE") == 20
    (verdict,) = section.verdicts
    assert verdict.result.endswith(" ms of CPU time")


def test_bursts_are_requests_that_a_simulator_in_another_process_answers(tmp_path: Path) -> None:
    with throughput.served(tmp_path / "arm", 3) as simulator:
        simulator.fill()
        assert simulator.reads() > 0
        assert simulator.writes() > 0
    methods = [each.method for each in recorded_requests(tmp_path / "arm") if each.path.startswith("/subscriptions/")]
    assert methods == ["PUT"] * 4 + ["GET"] * throughput.BURST + ["PUT"] * throughput.BURST


def test_a_part_does_not_take_the_place_of_the_whole_page(capsys: pytest.CaptureFixture[str]) -> None:
    before = PAGE.read_text()
    with pytest.raises(SystemExit) as ended:
        main(["--only", "judging"])
    assert ended.value.code == 2
    assert "name another page with --page" in capsys.readouterr().err
    assert PAGE.read_text() == before

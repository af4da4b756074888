"""Rules for the tests themselves, which `make test-fast` and `make test-thorough` rely on."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parent


def files_with(pattern: str) -> list[str]:
    """Return the test files that have this text somewhere, without this one."""
    files = [file for file in TESTS.rglob("*.py") if file != Path(__file__)]
    assert len(files) > 100
    return sorted(file.relative_to(TESTS).as_posix() for file in files if re.search(pattern, file.read_text()))


def test_every_property_test_has_the_number_of_examples_of_the_profile() -> None:
    assert files_with(r"max_examples\s*=\s*[0-9]") == ["conftest.py"]


def test_the_real_cli_is_only_reached_through_the_fixture_that_marks_its_tests() -> None:
    """The fixture ``toolchain`` marks them ``end_to_end``; another way to the CLI would run in `make test-fast`."""
    # The folder that `make test-clients` installs clients in has no CLI.
    assert files_with(r"""(REPOSITORY|CODE_ROOT|parents\[\d\]) / ["']\.sandbox["'](?! / "clients")""") == [
        "conftest.py"
    ]

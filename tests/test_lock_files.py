"""The lock files pin what pyproject.toml requires, with hashes; `make lock` writes them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).parents[1]
SETTINGS: dict[str, Any] = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
EXTRAS: dict[str, list[str]] = SETTINGS["project"]["optional-dependencies"]
BUILD: list[str] = [*SETTINGS["build-system"]["requires"], *SETTINGS["dependency-groups"]["build"]]
RELEASE: list[str] = SETTINGS["dependency-groups"]["release"]
UV: list[str] = SETTINGS["dependency-groups"]["uv"]
SANDBOX = [each for each in EXTRAS["sandbox"] if not each.startswith(f"{SETTINGS['project']['name']}[")]
PROGRAM: list[str] = [*SETTINGS["project"]["dependencies"], *EXTRAS["commands"], *SANDBOX, *BUILD]

REQUIREMENTS = {
    "requirements/release.txt": RELEASE,
    "requirements/sandbox.txt": PROGRAM,
    "requirements/tests.txt": [*PROGRAM, *EXTRAS["tests"], *UV],
    "requirements/uv.txt": UV,
    "constraints.txt": [*PROGRAM, *EXTRAS["tests"], *UV],
}
LOCKS = [name for name in REQUIREMENTS if name != "constraints.txt"]


def entries(lock: str) -> list[str]:
    """The entries of a lock file, one line each."""
    text = (REPOSITORY / lock).read_text().replace("\\\n", "")
    return [line for line in text.splitlines() if not line.startswith("#")]


def pins(lock: str) -> dict[str, str]:
    """The version of each package that a lock file pins."""
    requirements = [Requirement(entry.split(" --hash")[0]) for entry in entries(lock)]
    return {canonicalize_name(each.name): str(each.specifier).removeprefix("==") for each in requirements}


@pytest.mark.parametrize(("lock", "required"), REQUIREMENTS.items(), ids=REQUIREMENTS)
def test_every_requirement_of_pyproject_is_pinned_to_a_version_that_it_allows(lock: str, required: list[str]) -> None:
    pinned = pins(lock)
    wrong = [
        text
        for text, requirement in zip(required, map(Requirement, required), strict=True)
        if not requirement.specifier.contains(pinned.get(canonicalize_name(requirement.name), "missing"))
    ]
    assert wrong == [], "run `make lock`"


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_has_one_version_and_hashes_and_no_address(lock: str) -> None:
    for entry in entries(lock):
        assert re.fullmatch(r"[a-z0-9-]+==\S+( +; [^/]+?)?( +--hash=sha256:[0-9a-f]{64})+ *", entry), entry
    assert len(pins(lock)) == len(entries(lock))


@pytest.mark.parametrize("lock", ["requirements/sandbox.txt", "requirements/uv.txt", "constraints.txt"])
def test_all_lock_files_pin_the_same_versions(lock: str) -> None:
    assert pins(lock).items() <= pins("requirements/tests.txt").items()


def test_the_release_is_built_with_the_build_backend_of_the_tests() -> None:
    assert pins("requirements/release.txt")["setuptools"] == pins("requirements/tests.txt")["setuptools"]

"""Type checkers accept valid usages of the library and reject invalid ones, with the settings of a strict caller.

The invalid usages name the expected errors in comments. Both checkers report a comment whose error does not occur.
"""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import logic_apps_environment
from logic_apps_environment.validation.model import Model

REPOSITORY = Path(__file__).parents[2]
PROGRAMS = Path(__file__).parent / "typing"
VALID, INVALID = PROGRAMS / "valid.py", PROGRAMS / "invalid.py"


PUBLIC = (getattr(logic_apps_environment, name) for name in logic_apps_environment.__all__)
ARGS = [
    each for each in PUBLIC if isinstance(each, type) and issubclass(each, Model) and each.__name__.endswith("Args")
]


def type_errors(*command: str | Path) -> str:
    """What a type checker reports; empty when it finds no errors."""
    checker = [sys.executable, "-m", *command]
    finished = subprocess.run(checker, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    return finished.stdout + finished.stderr if finished.returncode else ""


def test_mypy_accepts_valid_usages_and_rejects_each_invalid_one(pytestconfig: pytest.Config) -> None:
    cache = pytestconfig.cache.mkdir("mypy")
    assert not type_errors("mypy", "--config-file", PROGRAMS / "mypy.ini", "--cache-dir", cache, VALID, INVALID)


def test_pyright_accepts_valid_usages_and_rejects_each_invalid_one() -> None:
    # basedpyright is Pyright with its Node.js in the package; pyright of PyPI downloads them when it runs.
    assert not type_errors("basedpyright", "--project", PROGRAMS, "--pythonpath", sys.executable)


@pytest.mark.parametrize("model", ARGS)
def test_each_constructor_takes_the_arguments_of_its_model(model: type[Model]) -> None:
    (values,) = list(inspect.signature(model.__init__).parameters.values())[1:]
    assert values.annotation == f"Unpack[{model.__name__}Dict]"
    assert getattr(logic_apps_environment, f"{model.__name__}Dict").__annotations__.keys() == model.model_fields.keys()

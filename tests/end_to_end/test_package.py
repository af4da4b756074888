"""The library as an installed package: the files of its wheel, and a program that uses only the wheel.

The wheel is built from a copy, because setuptools writes files to the source folder, and without build isolation, so
that no test needs a package registry: the tests require setuptools.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.end_to_end.conftest import REPOSITORY, another_client_of, copy_of_an_example

PACKAGES = (REPOSITORY / "components" / "logic_apps_environment", REPOSITORY / "logic_apps_sandbox")
GROUP = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg"
SOURCES = {".py", ".typed", ".html", ".json", ".mod", ".sum"}


def pip(*arguments: str | Path) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *map(str, arguments)]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stdout + finished.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built only from the two packages, the README, the license and pyproject.toml."""
    folder = tmp_path_factory.mktemp("wheel")
    for package in ("components", "logic_apps_sandbox"):
        shutil.copytree(
            REPOSITORY / package, folder / "source" / package, ignore=shutil.ignore_patterns("__pycache__", ".venv")
        )
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(REPOSITORY / name, folder / "source" / name)
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, folder / "source")
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def clean_environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the wheel and its dependencies.

    The dependencies come from the project's own environment, whose folder is added to the module path, because
    azure-native has some 350 MB. The editable installation there is not visible: it is a ``.pth`` file, and Python
    reads those only in an environment's own folder (Python's documentation, module site).
    """
    folder = tmp_path_factory.mktemp("clean") / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin" / "python"
    pip("--python", python, "install", "--no-deps", "--no-index", wheel)
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "dependencies-of-the-wheel.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    return folder


def test_the_wheel_has_every_file_of_the_two_packages_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    files = [file for package in PACKAGES for file in package.rglob("*") if file.suffix in SOURCES]
    assert held == {file.as_posix().removeprefix(f"{REPOSITORY}/").removeprefix("components/") for file in files}


def test_an_installed_package_has_its_version_and_dependencies(clean_environment: Path) -> None:
    program = """
import importlib.metadata as metadata, logic_apps_environment
print(logic_apps_environment.__file__)
print(metadata.version("logic-apps-environment"))
print(*sorted(metadata.requires("logic-apps-environment")), sep="\\n")
"""
    finished = subprocess.run(
        [clean_environment / "bin" / "python", "-I", "-c", program], capture_output=True, text=True, check=True
    )
    file, version, *requirements = (line for line in finished.stdout.splitlines() if "extra ==" not in line)
    assert Path(file).is_relative_to(clean_environment)
    assert version == json.loads((REPOSITORY / "components/schema.json").read_text())["version"]
    assert requirements == [
        *("cryptography>=46", "pulumi-azure-native<4,>=3.29", "pulumi<4,>=3.272", "pydantic<3,>=2", "pyyaml<7,>=6")
    ]


def test_the_program_of_a_platform_team_runs_with_the_installed_package(
    clean_environment: Path, toolchain: Path, tmp_path: Path
) -> None:
    """Three environments in spokes of a hub, with two providers, in a component around the one of this library."""
    project = copy_of_an_example("hub-and-spokes", tmp_path / "project", toolchain, environment=clean_environment)
    with (project.folder / "__main__.py").open("a") as program:
        program.write("import logic_apps_environment\npulumi.export('library', logic_apps_environment.__file__)\n")
    project.up()
    outputs = project.outputs()
    assert Path(outputs["library"]).resolve().is_relative_to(clean_environment)
    locations = {}
    with another_client_of(project) as azure:
        for name in ("orders", "billing", "claims"):
            spoke = f"{GROUP}-spoke-{name}/providers/Microsoft"
            environment = azure.get(outputs[name]).json()
            locations[name] = environment["location"]
            assert outputs[name] == environment["id"] == f"{spoke}.Logic/integrationServiceEnvironments/ise-{name}"
            for peering in (
                f"{spoke}.Network/virtualNetworks/vnet-{name}/virtualNetworkPeerings/hub",
                f"{GROUP}-hub/providers/Microsoft.Network/virtualNetworks/vnet-hub/virtualNetworkPeerings/{name}",
            ):
                assert azure.get(peering).json()["properties"]["peeringState"] == "Connected"
    assert locations == {"orders": "westus2", "billing": "westus2", "claims": "eastus2"}
    # The peerings got connected after they had been created.
    project.refresh()
    project.expect_an_empty_preview()

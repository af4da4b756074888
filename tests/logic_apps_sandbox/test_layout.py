"""The folders of the sandbox: which one is the project, and where its home is."""

from pathlib import Path

import pytest

from logic_apps_sandbox.layout import HOME_VARIABLE, ProjectNotFoundError, find_layout


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "deep" / "inside").mkdir(parents=True)
    (folder / "Pulumi.yaml").write_text("name: demo\n")
    return folder


def test_the_project_is_the_nearest_folder_upward_with_a_pulumi_yaml(project: Path) -> None:
    assert find_layout(project / "deep" / "inside", {}).project == project


def test_the_home_is_the_folder_dot_sandbox_of_the_project(project: Path) -> None:
    assert find_layout(project / "deep", {}).home == project / ".sandbox"


def test_the_home_can_be_put_elsewhere(project: Path, tmp_path: Path) -> None:
    assert find_layout(project, {HOME_VARIABLE: str(tmp_path / "elsewhere")}).home == tmp_path / "elsewhere"


def test_a_relative_home_is_relative_to_the_project_wherever_the_command_runs(project: Path) -> None:
    assert find_layout(project / "deep", {HOME_VARIABLE: "other"}).home == project / "other"


def test_a_folder_with_a_sandbox_is_a_project_without_pulumi(tmp_path: Path) -> None:
    (tmp_path / "terraform/.sandbox").mkdir(parents=True)
    (tmp_path / "terraform/modules").mkdir()
    assert find_layout(tmp_path / "terraform/modules", {}).home == tmp_path / "terraform/.sandbox"


def test_a_pulumi_project_inside_of_a_folder_with_a_sandbox_has_its_own(project: Path) -> None:
    (project.parent / ".sandbox").mkdir()
    assert find_layout(project / "deep", {}).home == project / ".sandbox"


def test_without_pulumi_any_folder_is_a_project(tmp_path: Path) -> None:
    assert find_layout(tmp_path, {}, needs_project=False).home == tmp_path / ".sandbox"


def test_outside_of_any_project_the_error_says_where_it_looked_and_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ProjectNotFoundError, match=r"no Pulumi\.yaml in .*change to its folder"):
        find_layout(tmp_path, {})

"""Kill the real CLI, recover the stack with `logic-apps-environment recover`, and finish with an ordinary command.

At the end Azure and the Pulumi state are as after an undisturbed run, and nothing was created twice. These are a sample
and special cases; `make test-faults` kills at each request of `up` and of `destroy`, before and after it takes effect.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.end_to_end.conftest import advance_when
from tests.end_to_end.disturbed.interruption import (
    AFTER,
    BEFORE,
    DESTROY,
    REQUESTS_OF_DESTROY,
    REQUESTS_OF_UP,
    UP,
    Outcome,
    copy_of,
    created,
    differing,
    interrupt,
    outcome,
    recover,
    state_file,
)

if TYPE_CHECKING:
    from pathlib import Path

    from logic_apps_sandbox import arm
    from tests.end_to_end.conftest import Project

RESOURCES = ["rg-logic-apps-dev", "vnet-logic-apps-dev", *(f"subnet-{n}" for n in range(1, 5)), "ise-logic-apps-dev"]


def expect_order(project: Project) -> None:
    """Recovers, and has it succeed."""
    finished = recover(project)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "Traceback" not in finished.stdout + finished.stderr


def contents_of_the_backend(project: Project) -> dict[Path, bytes]:
    """The files of the state and its locks."""
    return {file: file.read_bytes() for file in (project.home / "state").rglob("*") if file.is_file()}


def check_up(project: Project, undisturbed: Outcome, request: int, moment: str) -> None:
    assert interrupt(project, UP, request, moment)
    expect_order(project)
    project.succeed(*UP)
    assert differing(outcome(project), undisturbed) == []
    assert sorted(created(project)) == sorted(RESOURCES)


def check_destroy(project: Project, request: int, moment: str) -> None:
    assert interrupt(project, DESTROY, request, moment)
    expect_order(project)
    project.succeed(*DESTROY)
    assert differing(outcome(project), Outcome({}, {}, [])) == []
    assert sorted(created(project)) == sorted(RESOURCES)


def test_the_matrix_covers_every_request_of_up_and_of_destroy(deployed: Project, tmp_path: Path) -> None:
    assert len(deployed.requests()) == REQUESTS_OF_UP
    project = copy_of(deployed, tmp_path / "project")
    project.succeed(*DESTROY)
    assert len(project.requests()) == REQUESTS_OF_UP + REQUESTS_OF_DESTROY


@pytest.mark.parametrize(("request_", "moment"), [(6, AFTER)])
def test_an_update_killed_at_a_request_is_recovered(
    request_: int, moment: str, empty: Project, undisturbed: Outcome, tmp_path: Path
) -> None:
    check_up(copy_of(empty, tmp_path / "project"), undisturbed, request_, moment)


@pytest.mark.parametrize(("request_", "moment"), [(8, AFTER)])
def test_a_deletion_killed_at_a_request_is_recovered(
    request_: int, moment: str, deployed: Project, tmp_path: Path
) -> None:
    check_destroy(copy_of(deployed, tmp_path / "project"), request_, moment)


ENVIRONMENT = "*/integrationserviceenvironments/ise-logic-apps-dev"

# Real seconds of a simulated hour: the creation of an environment is not finished before a test says so.
SLOW = 100


def reads_environment(request: arm.RecordedRequest) -> bool:
    """Whether a client requests the environment itself."""
    return request.method == "GET" and request.path.partition("?")[0].endswith("/ise-logic-apps-dev")


def test_recovery_waits_for_an_environment_that_is_still_being_created(
    empty: Project, undisturbed: Outcome, tmp_path: Path
) -> None:
    project = copy_of(empty, tmp_path / "project")
    assert interrupt(project, UP, 1, AFTER, method="PUT", path=ENVIRONMENT, pace=SLOW)
    looked = recover(project, "--dry-run", pace=SLOW)
    assert looked.returncode == 0, looked.stderr
    assert "logic-apps-ise is not finished: its provisioning state is " in looked.stdout
    with advance_when(project, 24, reads_environment):
        finished = recover(project, pace=SLOW)
    assert finished.returncode == 0, finished.stderr
    assert "Waiting for logic-apps-ise: " in finished.stdout
    project.succeed(*UP, "--expect-no-changes")
    assert differing(outcome(project), undisturbed) == []
    assert sorted(created(project)) == sorted(RESOURCES)


def test_a_running_update_is_reported_and_a_replacement_that_was_interrupted_before_is_recovered(
    deployed: Project, tmp_path: Path
) -> None:
    project = copy_of(deployed, tmp_path / "project")
    project.configure(tags={"environment": "dev", "owner": "integration"})

    def expect_a_report() -> None:
        before = state_file(project).read_bytes()
        # A state that is being written may be read in any condition.
        state_file(project).write_bytes(b"")
        refused = recover(project)
        assert refused.returncode == 1
        assert "`pulumi up` is still running (process " in refused.stderr
        assert "The state was not read" in refused.stderr
        assert state_file(project).read_bytes() == b""
        state_file(project).write_bytes(before)

    assert interrupt(project, UP, 1, BEFORE, method="PUT", path=ENVIRONMENT, meanwhile=expect_a_report)
    document = json.loads(state_file(project).read_bytes())
    latest = document["checkpoint"]["latest"]
    latest["pending_operations"] = []
    (environment,) = [each for each in latest["resources"] if each["urn"].endswith("::logic-apps-ise")]
    environment["pendingReplacement"] = True
    state_file(project).write_text(json.dumps(document))

    expect_order(project)
    before = len(project.requests())
    project.up()
    assert project.writes(before) == ["PUT ise-logic-apps-dev"]
    project.expect_an_empty_preview()
    assert sorted(created(project)) == sorted(RESOURCES)


@pytest.mark.faults
@pytest.mark.parametrize("moment", [BEFORE, AFTER])
def test_a_change_in_place_killed_at_the_environment_is_recovered(
    moment: str, deployed: Project, tmp_path: Path
) -> None:
    tags = {"environment": "dev", "owner": "integration"}
    changed = copy_of(deployed, tmp_path / "undisturbed")
    changed.configure(tags=tags)
    changed.up()
    project = copy_of(deployed, tmp_path / "project")
    project.configure(tags=tags)
    assert interrupt(project, UP, 1, moment, method="PUT", path=ENVIRONMENT)
    expect_order(project)
    project.up()
    assert differing(outcome(project), outcome(changed)) == []
    assert sorted(created(project)) == sorted(RESOURCES)


@pytest.mark.faults
@pytest.mark.parametrize("moment", [BEFORE, AFTER])
@pytest.mark.parametrize("method", ["DELETE", "PUT"])
def test_a_replacement_killed_at_the_environment_is_recovered(
    method: str, moment: str, deployed: Project, tmp_path: Path
) -> None:
    """An External environment instead of an Internal one: deleted, then created."""
    changed = copy_of(deployed, tmp_path / "undisturbed")
    changed.configure(endpoint="External")
    changed.up()
    project = copy_of(deployed, tmp_path / "project")
    project.configure(endpoint="External")
    assert interrupt(project, UP, 1, moment, method=method, path=ENVIRONMENT)
    expect_order(project)
    project.up()
    assert differing(outcome(project), outcome(changed)) == []
    assert sorted(created(project)) == sorted([*RESOURCES, "ise-logic-apps-dev"])


@pytest.mark.faults
def test_the_resources_of_a_lost_state_are_found_again(deployed: Project, undisturbed: Outcome, tmp_path: Path) -> None:
    project = copy_of(deployed, tmp_path / "project")
    (project.folder / "nothing.json").write_text(json.dumps({"version": 3, "deployment": {}}))
    project.succeed("stack", "import", "--file", "nothing.json")
    expect_order(project)
    project.succeed("preview", "--non-interactive", "--expect-no-changes")
    project.up()
    found = outcome(project)
    assert found.azure == undisturbed.azure
    assert found.state.keys() == undisturbed.state.keys()
    project.succeed(*DESTROY)
    assert differing(outcome(project), Outcome({}, {}, [])) == []


@pytest.mark.parametrize(
    ("torn", "is_mended"),
    [
        ("stacks/logic-apps-environment/dev.json", True),
        pytest.param("stacks/logic-apps-environment/dev.json.attrs", True, marks=pytest.mark.faults),
        pytest.param("locks/organization/logic-apps-environment/dev/*.json.attrs", False, marks=pytest.mark.faults),
    ],
)
def test_a_partly_written_file_of_the_backend_does_not_prevent_recovery(
    torn: str, is_mended: bool, empty: Project, undisturbed: Outcome, tmp_path: Path
) -> None:
    """A power cut, or a kill, in the moment in which the CLI writes it. A lock is cleared whatever is in it."""
    project = copy_of(empty, tmp_path / "project")
    assert interrupt(project, UP, 1, AFTER, method="PUT", path="*/subnets/subnet-2")
    (file,) = (project.home / "state" / ".pulumi").glob(torn)
    file.write_bytes(b"")
    kept = contents_of_the_backend(project)
    looked = recover(project, "--dry-run")
    assert looked.returncode == 0, looked.stderr
    assert (file.name in looked.stdout) is is_mended
    assert contents_of_the_backend(project) == kept
    assert not (project.folder / ".pulumi-recovery").exists()

    finished = recover(project)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert (f"Repaired: {file.name}" in finished.stdout) is is_mended
    project.succeed(*UP)
    assert differing(outcome(project), undisturbed) == []
    assert sorted(created(project)) == sorted(RESOURCES)


TRAFFIC = {
    "name": "vnet-logic-apps-dev",
    "addressSpace": ["10.10.0.0/24"],
    "securityGroup": {"name": "nsg-logic-apps-dev"},
    "routeTable": {
        "name": "rt-logic-apps-dev",
        "routes": {"internet": {"addressPrefix": "0.0.0.0/0", "nextHopType": "Internet"}},
    },
}


@pytest.fixture(scope="module")
def with_all_resources(empty: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with all kinds of resources: rules, routes and a connector beside the rest; to be copied."""
    project = copy_of(empty, tmp_path_factory.mktemp("all-resources") / "project")
    project.configure(network=TRAFFIC, managedConnectors=["sql"])
    project.up()
    return project


@pytest.mark.faults
def test_resources_of_all_types_are_found_again_after_the_state_is_lost(
    with_all_resources: Project, tmp_path: Path
) -> None:
    project = copy_of(with_all_resources, tmp_path / "project")
    wanted = outcome(copy_of(with_all_resources, tmp_path / "undisturbed"))
    (project.folder / "nothing.json").write_text(json.dumps({"version": 3, "deployment": {}}))
    project.succeed("stack", "import", "--file", "nothing.json")
    expect_order(project)
    project.succeed("preview", "--non-interactive", "--expect-no-changes")
    found = outcome(project)
    assert found.azure == wanted.azure
    assert found.state.keys() == wanted.state.keys()


@pytest.mark.faults
@pytest.mark.parametrize("moment", [BEFORE, AFTER])
@pytest.mark.parametrize(
    "path",
    ["*/networksecuritygroups/*", "*/securityrules/*", "*/routetables/*", "*/routes/internet", "*/managedapis/sql"],
)
def test_an_update_killed_at_a_security_group_route_table_or_connector_is_recovered(
    path: str, moment: str, empty: Project, with_all_resources: Project, tmp_path: Path
) -> None:
    project = copy_of(empty, tmp_path / "project")
    project.configure(network=TRAFFIC, managedConnectors=["sql"])
    assert interrupt(project, UP, 1, moment, method="PUT", path=path)
    expect_order(project)
    project.up()
    wanted = outcome(copy_of(with_all_resources, tmp_path / "undisturbed"))
    assert differing(outcome(project), wanted) == []
    assert sorted(created(project)) == sorted(created(with_all_resources))


@pytest.mark.faults
def test_a_dry_run_changes_neither_state_nor_lock_nor_azure(empty: Project, tmp_path: Path) -> None:
    project = copy_of(empty, tmp_path / "project")
    assert interrupt(project, UP, 1, AFTER, method="PUT", path="*/virtualnetworks/vnet-logic-apps-dev")
    kept = contents_of_the_backend(project)
    looked = recover(project, "--dry-run")
    assert looked.returncode == 0, looked.stderr
    assert (
        "logic-apps-vnet: its creation was interrupted, and it exists; would be imported into the state"
        in looked.stdout
    )
    assert "Nothing was changed" in looked.stdout
    assert contents_of_the_backend(project) == kept
    assert not (project.folder / ".pulumi-recovery").exists()
    assert created(project) == ["rg-logic-apps-dev", "vnet-logic-apps-dev"]


@pytest.mark.faults
def test_the_previous_state_is_kept_and_only_the_user_can_read_it(empty: Project, tmp_path: Path) -> None:
    project = copy_of(empty, tmp_path / "project")
    assert interrupt(project, UP, 1, AFTER, method="PUT", path="*/virtualnetworks/vnet-logic-apps-dev")
    before = json.loads(project.succeed("stack", "export"))
    finished = recover(project)
    (backup,) = (project.folder / ".pulumi-recovery").iterdir()
    assert str(backup) in finished.stdout
    assert backup.stat().st_mode & 0o777 == 0o600
    assert json.loads(backup.read_text()) == before


@pytest.mark.faults
@pytest.mark.parametrize("path", [ENVIRONMENT, "*/subnets/subnet-3"])
def test_after_a_killed_deletion_an_update_recreates_the_deleted_resources(
    path: str, deployed: Project, undisturbed: Outcome, tmp_path: Path
) -> None:
    project = copy_of(deployed, tmp_path / "project")
    assert interrupt(project, DESTROY, 1, AFTER, method="DELETE", path=path)
    expect_order(project)
    project.up()
    assert sorted(project.resources()) == sorted(undisturbed.azure)
    assert outcome(project).state.keys() == undisturbed.state.keys()
    project.succeed("preview", "--non-interactive", "--expect-no-changes")


@pytest.mark.faults
@pytest.mark.parametrize("moment", [BEFORE, AFTER])
@pytest.mark.parametrize("request_", range(1, REQUESTS_OF_UP + 1))
def test_an_update_killed_at_any_request_is_recovered(
    request_: int, moment: str, empty: Project, undisturbed: Outcome, tmp_path: Path
) -> None:
    check_up(copy_of(empty, tmp_path / "project"), undisturbed, request_, moment)


@pytest.mark.faults
@pytest.mark.parametrize("moment", [BEFORE, AFTER])
@pytest.mark.parametrize("request_", range(1, REQUESTS_OF_DESTROY + 1))
def test_a_deletion_killed_at_any_request_is_recovered(
    request_: int, moment: str, deployed: Project, tmp_path: Path
) -> None:
    check_destroy(copy_of(deployed, tmp_path / "project"), request_, moment)

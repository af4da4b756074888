"""A completely lost state, with the real CLI: all resources are found again, including contained ones.

The name of a contained resource may depend on its container, so one preview does not have all names.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.end_to_end.conftest import Project


def test_everything_is_found_again_and_nothing_is_left_to_do(project: Project) -> None:
    project.configure(managedConnectors=["sql"], integrationAccounts={"partners": {"sku": "Standard"}})
    project.up()
    existing = project.resources()

    lost = json.loads(project.succeed("stack", "export"))
    lost["deployment"]["resources"] = []
    (project.folder / "lost.json").write_text(json.dumps(lost))
    project.succeed("stack", "import", "--file", "lost.json")
    assert project.preview()["logic-apps-ise"] == "create"

    finished = project.run(sys.executable, "-m", "logic_apps_environment.commands", "recover", "--stack", project.stack)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    project.succeed("preview", "--non-interactive", "--expect-no-changes")

    project.succeed("destroy", "--yes", "--non-interactive", "--skip-preview")
    assert len(existing) == 9
    assert project.resources() == []

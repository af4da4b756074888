"""Whether an earlier command on a stack of the sandbox was killed.

A killed command leaves its lock in the file backend, ``.pulumi/locks/organization/<project>/<stack>/<id>.json``, with
host and process ID, and its pending operations in the state (pulumi/pulumi, pkg/backend/diy/lock.go and
sdk/go/common/apitype/core.go, ``DeploymentV3``).
"""

import json
import os
import socket
from pathlib import Path
from typing import Any


def was_interrupted(backend: Path, project: str, stack: str) -> bool:
    """Return whether a command on the stack no longer runs and left a lock or pending operations in the backend."""
    locks = [_load(file) for file in (backend / ".pulumi/locks/organization" / project / stack).glob("*.json")]
    if locks:
        return all(map(_is_stale, locks))
    state = _load(backend / ".pulumi/stacks" / project / f"{stack}.json")
    deployment = (state.get("checkpoint") or {}).get("latest") or {}
    return bool(deployment.get("pending_operations"))


def _is_stale(lock: dict[str, Any]) -> bool:
    pid = lock.get("pid")
    if lock.get("hostname") != socket.gethostname() or not isinstance(pid, int):
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return _is_zombie(pid)


def _is_zombie(pid: int) -> bool:
    """Return whether a process has ended, but is still listed: in many containers, nothing removes orphans."""
    try:
        # The state follows the name in parentheses (proc_pid_stat(5)).
        return (
            Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0] == "Z"
        )
    except OSError:
        return False


def _load(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}

"""What the sandbox's file backend contains about a stack.

The state of a stack is ``.pulumi/stacks/<project>/<stack>.json``, or ``.json.gz`` if compressed. A removed stack leaves
``.json.bak``. A killed command leaves its lock, ``.pulumi/locks/organization/<project>/<stack>/<id>.json``, with host
and process ID, and its pending operations in the state (pulumi/pulumi, pkg/backend/diy/lock.go and
sdk/go/common/apitype/core.go, ``DeploymentV3``).
"""

import json
import os
import socket
from pathlib import Path
from typing import Any


def has_stack(backend: Path, project: str, stack: str) -> bool:
    """Return whether the backend has the state of the stack."""
    state = _state_file(backend, project, stack)
    return state.is_file() or state.with_suffix(".json.gz").is_file()


def salt_of_state(backend: Path, project: str, stack: str) -> str:
    """Return the salt with which the secrets in the state are encrypted; empty if there is none."""
    secrets = _deployment(backend, project, stack).get("secrets_providers") or {}
    return str((secrets.get("state") or {}).get("salt") or "")


def was_interrupted(backend: Path, project: str, stack: str) -> bool:
    """Return whether a command on the stack no longer runs and left a lock or pending operations in the backend."""
    locks = [_load(file) for file in (backend / ".pulumi/locks/organization" / project / stack).glob("*.json")]
    if locks:
        return all(has_ended(lock.get("hostname"), lock.get("pid")) for lock in locks)
    return bool(_deployment(backend, project, stack).get("pending_operations"))


def has_ended(host: object, pid: object) -> bool:
    """Return whether a process no longer runs; of a process on another host, this is unknown, and the answer false."""
    if host != socket.gethostname() or not isinstance(pid, int):
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


def _state_file(backend: Path, project: str, stack: str) -> Path:
    return backend / ".pulumi" / "stacks" / project / f"{stack}.json"


def _deployment(backend: Path, project: str, stack: str) -> dict[str, Any]:
    """Return the last deployment of the stack; empty if there is none, or the state is compressed."""
    state = _load(_state_file(backend, project, stack))
    return (state.get("checkpoint") or {}).get("latest") or {}


def _load(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}

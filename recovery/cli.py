"""The command: finds what an interruption has left, tells it, and puts the state in order."""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from recovery.errors import RecoveryError, StateUnreadableError
from recovery.lock import Lock, locks_of
from recovery.pulumi_cli import Pulumi, find_project
from recovery.recover import Recovery
from recovery.report import Report
from recovery.state import State
from recovery.state_files import damages
from recovery.waiting import Patience

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from recovery.state_files import Damage

BACKUPS = ".pulumi-recovery"
"""The folder in the project's that keeps the states which recovery has changed."""

_INTERRUPTED = 130

_DESCRIPTION = """\
Bring a stack back whose `pulumi up`, `destroy` or `refresh` died in the middle.

Clears the lock that the dead command left; asks Azure how each unfinished operation ended, and waits for what is still
being made; finds what exists of the program's resources and no state knows of; writes all that into the state, after a
backup. It creates, changes and deletes nothing in Azure. Afterwards go on with an ordinary `pulumi up` or `destroy`.
"""

_EPILOG = """\
examples:
  python -m recovery --stack dev --dry-run
  python -m recovery --stack dev
  python -m sandbox run -- python -m recovery --stack dev
"""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Runs the command and exits: 0 when the stack is in order, 1 when somebody has to look, 2 for wrong usage."""
    parser = argparse.ArgumentParser(
        prog="python -m recovery",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--stack", required=True, metavar="NAME", help="the stack to bring back, such as dev")
    parser.add_argument("--dry-run", action="store_true", help="tell what would be done, and change nothing")
    options = parser.parse_args(arguments)
    # Azure's libraries warn of what ends in an error here anyway.
    logging.getLogger("azure").setLevel(logging.CRITICAL)
    try:
        code = _recover(options.stack, is_dry_run=options.dry_run)
    except RecoveryError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201 - a command
        code = 1
    except KeyboardInterrupt:
        print("\nerror: interrupted. Run this again at any time; it begins anew.", file=sys.stderr)  # noqa: T201
        code = _INTERRUPTED
    sys.exit(code)


def _recover(stack: str, *, is_dry_run: bool) -> int:
    folder, project = find_project(Path.cwd())
    pulumi = Pulumi(folder, stack)
    try:
        exported = pulumi.export()
    except StateUnreadableError:
        found = damages(pulumi.backend(), project, stack)
        if not found:
            raise
        _stale_locks(pulumi, project, stack)
        if is_dry_run:
            _say_all(f"The state of the stack {stack} cannot be read:", found)
            _say("That would be mended, and the rest looked for. Nothing was changed, as --dry-run asks.")
            return 0
        _mend(found, folder, stack)
        exported = pulumi.export()
    state = State(exported, project)
    _clear(_stale_locks(pulumi, project, stack), pulumi, is_dry_run=is_dry_run)

    from recovery.azure import Azure  # noqa: PLC0415 - Azure's libraries take a second to import, and --help must not

    report = Report()
    azure = Azure(os.environ, pulumi.configuration())
    recovery = Recovery(state, azure, Patience(_say, is_dry_run=is_dry_run), report)
    recovery.settle_pending_operations()
    recovery.forget_what_is_gone()
    try:
        steps = pulumi.planned_steps()
    except RecoveryError as error:
        report.left_alone += 1
        report.note(
            f"The program cannot be previewed, so nothing could be looked for that the state does not know of: {error}"
        )
    else:
        recovery.take_in_what_is_planned(steps)

    if report.lines:
        _say_all(f"Found in the stack {stack}:", report.lines)
    else:
        _say(
            f"The stack {stack} is in order: no unfinished operations, and nothing exists that its state does not "
            "know of."
        )
    if report.changes and is_dry_run:
        _say("Nothing was changed, as --dry-run asks. Run this without it to do so.")
    elif report.changes:
        _write_back(pulumi, folder, stack, exported, state)
        if recovery.unnamed:
            _say("Names that depend on what was found are known now; looking for what has them.")
            return max(int(bool(report.left_alone)), _recover(stack, is_dry_run=is_dry_run))
        _say(
            "The state is in order. Look with `pulumi preview`, then go on with `pulumi up`, or with `pulumi destroy`."
        )
    return 1 if report.left_alone else 0


def _stale_locks(pulumi: Pulumi, project: str, stack: str) -> list[Lock]:
    """The locks of the stack, all of commands that are dead.

    Raises:
        RecoveryError: a command still runs, or may.
    """
    locks = locks_of(pulumi.backend(), project, stack)
    for lock in locks:
        if not lock.is_stale:
            where = "is still running" if lock.is_of_this_machine else "may still be running there"
            raise RecoveryError(
                f"the stack is locked by {lock}, and that {where}. Let it finish, or end it. If it is surely dead, run "
                f"`pulumi cancel --stack {stack} --yes`, then this again."
            )
    return locks


def _clear(locks: list[Lock], pulumi: Pulumi, *, is_dry_run: bool) -> None:
    if not locks:
        return
    if is_dry_run:
        _say(f"The stack is locked by a command that is dead ({locks[0]}). The lock would be cleared.")
    else:
        pulumi.cancel()
        _say(f"Cleared the lock of a command that is dead ({locks[0]}).")


def _mend(found: Iterable[Damage], folder: Path, stack: str) -> None:
    for damage in found:
        kept = _back_up(folder, stack, damage.file.read_bytes(), ending="unreadable")
        damage.mend()
        _say(f"Mended: {damage}. What could not be read is kept in {kept}")


def _write_back(pulumi: Pulumi, folder: Path, stack: str, exported: str, state: State) -> None:
    if json.loads(pulumi.export()) != json.loads(exported):
        raise RecoveryError(
            "the stack's state was changed by another command meanwhile. Nothing was done; run this again."
        )
    backup = _back_up(folder, stack, exported.encode())
    _say(f"The state as it was is kept in {backup}")
    try:
        pulumi.replace_state(state.to_document())
    except RecoveryError as error:
        raise RecoveryError(f"the state could not be written, and is as it was: {error}") from error


def _back_up(folder: Path, stack: str, content: bytes, *, ending: str = "json") -> Path:
    kept = folder / BACKUPS
    time = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    file = kept / f"{stack.replace('/', '.')}-{time}.{ending}"
    try:
        kept.mkdir(mode=0o700, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            opened.write(content)
    except OSError as error:
        raise RecoveryError(
            f"the backup {file} cannot be written: {error.strerror}. Nothing was changed; make {kept} writable, then "
            "run this again."
        ) from error
    return file


def _say_all(title: str, lines: Iterable[object]) -> None:
    _say(title)
    for line in lines:
        _say(f"  {line}")


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a command

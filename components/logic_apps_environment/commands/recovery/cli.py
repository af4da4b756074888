"""The command: finds what an interruption left, reports it, and sets the state right."""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from logic_apps_environment.commands.azure_client.printable import printable_lines
from logic_apps_environment.commands.recovery.commands import Commands
from logic_apps_environment.commands.recovery.errors import RecoveryError, StateUnreadableError
from logic_apps_environment.commands.recovery.lock import Lock, locks_of
from logic_apps_environment.commands.recovery.polling import Poller
from logic_apps_environment.commands.recovery.pulumi_cli import Pulumi, find_project
from logic_apps_environment.commands.recovery.recover import Recovery
from logic_apps_environment.commands.recovery.report import Report
from logic_apps_environment.commands.recovery.state import State
from logic_apps_environment.commands.recovery.state_files import damages

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from logic_apps_environment.commands.recovery.state_files import Damage

BACKUPS = ".pulumi-recovery"
"""The folder in the project's that keeps the states which recovery has changed."""

_INTERRUPTED = 130

_MOST_ROUNDS = 10
"""A name may depend on what was found in the round before; the program has three such levels."""

_ATTENTION = "Look at what was left alone, then run this again."

_DESCRIPTION = """\
Recover a stack whose `pulumi up`, `destroy` or `refresh` was interrupted.

Removes the lock that the command left; asks Azure how each pending operation ended, and waits for resources that are
still being created; finds resources of the program that exist and that the state does not have; writes all that into
the state, after a backup. It creates, changes and deletes nothing in Azure. Afterwards go on with `up` or `destroy`.
"""

_EPILOG = """\
examples:
  make recover STACK=dev                   # in the sandbox
  logic-apps-environment recover --stack dev --dry-run
  logic-apps-environment recover --stack dev
"""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command and exit: 0 when the stack is in order, 1 when a person has to look, 2 for wrong usage."""
    parser = argparse.ArgumentParser(
        prog="logic-apps-environment recover",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--stack", required=True, metavar="NAME", help="the stack to recover, such as dev")
    parser.add_argument("--dry-run", action="store_true", help="show what would be done, and change nothing")
    options = parser.parse_args(arguments)
    # Azure's libraries warn of what ends in an error here anyway.
    logging.getLogger("azure").setLevel(logging.CRITICAL)
    try:
        code = _recover(options.stack, is_dry_run=options.dry_run)
    except RecoveryError as error:
        print(f"error: {printable_lines(error)}", file=sys.stderr)  # noqa: T201 - a command
        code = 1
    except KeyboardInterrupt:
        print("\nerror: interrupted. Run this again at any time; it starts from the beginning.", file=sys.stderr)  # noqa: T201
        code = _INTERRUPTED
    sys.exit(code)


def _recover(stack: str, *, is_dry_run: bool) -> int:
    folder, project = find_project(Path.cwd())
    commands = Commands.of(stack, os.environ)
    pulumi = Pulumi(folder, stack, commands)
    backend = pulumi.backend()
    # Before the state is read: a command that runs is writing it.
    locks = _stale_locks(pulumi, backend, project, commands)
    exported = _readable_state(pulumi, backend, project, stack, folder, is_dry_run=is_dry_run)
    if exported is None:
        return 0
    _clear(locks, pulumi, is_dry_run=is_dry_run)
    for _ in range(_MOST_ROUNDS):
        finding = _find(State(exported, project), pulumi, is_dry_run=is_dry_run)
        report = finding.report
        if not report.changes or is_dry_run:
            _tell(finding, commands, is_dry_run=is_dry_run)
            return 1 if report.left_alone else 0
        _write_back(pulumi, folder, exported, finding)
        _say_all(f"Recovered the stack {stack}:", report.lines(is_done=True))
        if not finding.needs_another_round:
            _say(
                f"The state is in order. Check with `{commands.preview()}`, then continue with `{commands.up()}` "
                f"or `{commands.destroy()}`."
                if not report.left_alone
                else _ATTENTION
            )
            return 1 if report.left_alone else 0
        _say("A preview of the program can show more with this state; looking again.")
        exported = pulumi.export()
    raise RecoveryError(f"the state still changes after {_MOST_ROUNDS} rounds. Check with `{commands.preview()}`.")


@dataclass(frozen=True)
class _Finding:
    """What one round has found.

    Attributes:
        state: the state, set right.
        report: the findings.
        needs_another_round: whether a preview of the new state may plan more than the one that was made.
    """

    state: State
    report: Report
    needs_another_round: bool


def _find(state: State, pulumi: Pulumi, *, is_dry_run: bool) -> _Finding:
    from logic_apps_environment.commands.recovery.azure import Azure  # noqa: PLC0415 - Azure's libraries take a second to import, and --help must not

    report = Report()
    azure = Azure(os.environ, pulumi.configuration())
    recovery = Recovery(state, azure, Poller(_say, is_dry_run=is_dry_run), report)
    recovery.resolve_pending_operations()
    recovery.check_existing()
    steps, failure = pulumi.planned_steps()
    recovery.find_planned(steps)
    needs_another_round = bool(recovery.unnamed or failure) and bool(report.changes)
    if not needs_another_round:
        recovery.find_unmanaged_environments()
    if failure and not needs_another_round:
        # Pulumi goes on to say how to remove the protection, which is nothing that recovery needs.
        reason = failure.partition(" To unprotect the resource")[0]
        report.note(
            "The preview of the program failed, so there may be resources that it plans and that were not looked for:",
            details=reason,
            needs_attention=True,
        )
    return _Finding(state, report, needs_another_round)


def _tell(finding: _Finding, commands: Commands, *, is_dry_run: bool) -> None:
    """Tell what was found where nothing is changed."""
    report = finding.report
    if not report.findings:
        _say(
            f"The stack {commands.stack} is in order: no operation is pending, and the resources of the program that "
            "exist are in its state."
        )
        return
    _say_all(f"Found in the stack {commands.stack}:", report.lines(is_done=False))
    if is_dry_run and report.changes:
        if finding.needs_another_round:
            _say("There may be more, which a preview shows only once these changes are made.")
        _say(f"Nothing was changed, because of --dry-run. To make these changes, run `{commands.recover()}`.")
    elif report.left_alone:
        _say(_ATTENTION)


def _stale_locks(pulumi: Pulumi, backend: str, project: str, commands: Commands) -> list[Lock]:
    """The locks of the stack, all of commands that no longer run.

    Raises:
        RecoveryError: a command still runs, or may.
    """
    if pulumi.is_in_use(backend):
        raise RecoveryError(
            f"another command is using the stack {commands.stack}, says Pulumi. Wait until it has ended. If it no "
            f"longer runs, run `{commands.cancel()}`, then this again."
        )
    locks = locks_of(backend, project, commands.stack)
    for lock in locks:
        command = lock.command()
        if lock.is_of_this_host and command is None:
            continue
        if command is not None:
            what = (
                f"`{command}` is still running ({lock}). Wait until it has ended, or stop it with "
                f"`kill -INT {lock.process}`"
            )
        elif lock.process is None:
            what = f"there is {lock}. Check whether a Pulumi command is using the stack"
        else:
            what = f"a command may still be running on another host ({lock}). Check there, and wait until it has ended"
        raise RecoveryError(
            f"the stack {commands.stack} is locked: {what}. The state was not read. If no command is running, run "
            f"`{commands.cancel()}`, then this again."
        )
    return locks


def _clear(locks: list[Lock], pulumi: Pulumi, *, is_dry_run: bool) -> None:
    if not locks:
        return
    if is_dry_run:
        _say(f"The stack is locked by a command that no longer runs ({locks[0]}). The lock would be cleared.")
    else:
        pulumi.cancel()
        _say(f"Cleared the lock of a command that no longer runs ({locks[0]}).")


def _readable_state(
    pulumi: Pulumi, backend: str, project: str, stack: str, folder: Path, *, is_dry_run: bool
) -> str | None:
    """The state, after files that cannot be read were repaired; None where only a dry run kept it from that."""
    try:
        return pulumi.export()
    except StateUnreadableError:
        found = damages(backend, project, stack)
        if not found:
            raise
    if is_dry_run:
        _say_all(f"The state of the stack {stack} cannot be read:", found)
        _say(
            "That would be repaired, and what the state lacks would be looked for. Nothing was changed, because of "
            "--dry-run."
        )
        return None
    _mend(found, folder, stack)
    return pulumi.export()


def _mend(found: Iterable[Damage], folder: Path, stack: str) -> None:
    for damage in found:
        kept = _back_up(folder, stack, damage.file.read_bytes(), ending="unreadable")
        damage.mend()
        _say(f"Repaired: {damage}. What could not be read is kept in {kept}")


def _write_back(pulumi: Pulumi, folder: Path, exported: str, finding: _Finding) -> None:
    if json.loads(pulumi.export()) != json.loads(exported):
        raise RecoveryError("another command changed the state meanwhile. Nothing was written; run this again.")
    backup = _back_up(folder, pulumi.stack, exported.encode())
    _say(f"The previous state is kept in {backup}")
    try:
        pulumi.replace_state(finding.state.to_document())
    except RecoveryError as error:
        _say_all(f"Found in the stack {pulumi.stack}:", finding.report.lines(is_done=False))
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


def _say(text: str) -> None:
    print(printable_lines(text), flush=True)  # noqa: T201 - a command

"""Recover one stack: find what an interruption left, report it, and update the state."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from logic_apps_environment.commands.azure_client.printable import printable_lines
from logic_apps_environment.commands.recovery.azure import Azure
from logic_apps_environment.commands.recovery.backends import StateStore, blind_spot, store_of
from logic_apps_environment.commands.recovery.errors import RecoveryError, StateUnreadableError
from logic_apps_environment.commands.recovery.inventory import Poller
from logic_apps_environment.commands.recovery.lock import Lock, locks_of
from logic_apps_environment.commands.recovery.pulumi_cli import Pulumi, find_project
from logic_apps_environment.commands.recovery.recover import Recovery
from logic_apps_environment.commands.recovery.report import Report
from logic_apps_environment.commands.recovery.state import State, has_deployment
from logic_apps_environment.commands.recovery.state_files import Damage, damages
from logic_apps_environment.suggested_commands import SuggestedCommands

_MAXIMUM_ROUNDS = 10
"""A name can depend on a resource that the previous round found; the program has three such levels."""

_BACKUPS = ".pulumi-recovery"
"""The folder of the backups, in the project's folder."""

_ATTENTION = "Check the resources that were left alone, then run the command again."


def recover_stack(stack: str, *, is_dry_run: bool) -> bool:
    """Recover a stack of the project in the working directory, and return whether nothing needs attention.

    Raises:
        CommandError: the recovery cannot continue.
    """
    folder, project = find_project(Path.cwd())
    return _StackRecovery(folder, project, stack, is_dry_run=is_dry_run).run()


class _StackRecovery:
    def __init__(self, folder: Path, project: str, stack: str, *, is_dry_run: bool) -> None:
        self._folder = folder
        self._project = project
        self._stack = stack
        self._is_dry_run = is_dry_run
        self._suggested = SuggestedCommands.of(stack, folder, os.environ)
        self._pulumi = Pulumi(stack, self._suggested)
        self._store: StateStore | None = None

    def run(self) -> bool:
        backend = self._pulumi.backend()
        self._store = store_of(backend, os.environ)
        if self._store is None:
            _print(blind_spot(backend, self._suggested))
        # Before the state is read, because a running command writes it.
        locks = self._stale_locks()
        exported = self._readable_state()
        if exported is None:
            return True
        self._clear(locks)
        for _ in range(_MAXIMUM_ROUNDS):
            state, report, needs_another = self._find(exported)
            if self._is_dry_run or not report.changes:
                self._print_findings(report, needs_another=needs_another)
                return not report.left_alone
            self._write(exported, state, report)
            _print_all(f"Recovered the stack {self._stack}:", report.lines(is_done=True))
            if not needs_another:
                _print(_ATTENTION if report.left_alone else self._next_steps())
                return not report.left_alone
            _print("A preview of the program can show more with the new state; looking again.")
            exported = self._pulumi.export()
        raise RecoveryError(
            f"the state still changes after {_MAXIMUM_ROUNDS} rounds. Check with `{self._suggested.preview}`."
        )

    def _stale_locks(self) -> list[Lock]:
        """Return the locks of the stack, all of which belong to commands that no longer run.

        Raises:
            RecoveryError: a command is running, or may be running.
        """
        if self._store is None:
            if self._pulumi.is_in_use():
                raise RecoveryError(
                    f"another command is using the stack {self._stack}, according to Pulumi. Wait until it has ended. "
                    f"If it no longer runs, run `{self._suggested.cancel}`, then run the command again."
                )
            return []
        locks = locks_of(self._store, self._project, self._stack)
        for lock in locks:
            user = lock.possible_user()
            if user:
                raise RecoveryError(
                    f"the stack {self._stack} is locked: {user}. The state was not read. If no command is running, run "
                    f"`{self._suggested.cancel}`, then run the command again."
                )
        return locks

    def _readable_state(self) -> str | None:
        """Return the state, after repairing damaged objects; None if a dry run must not repair them."""
        try:
            exported = self._pulumi.export()
        except StateUnreadableError:
            found = self._damages()
            if not found:
                raise
        else:
            # Pulumi reads ``null`` and ``{}`` as a state without a deployment.
            found = [] if has_deployment(exported) else self._damages()
            if not found:
                return exported
        if self._is_dry_run:
            _print_all(f"The state of the stack {self._stack} cannot be read:", found)
            _print(
                "Without --dry-run, the command would repair it and look for resources that the state lacks. Nothing "
                "was changed."
            )
            return None
        for damage in found:
            backup = self._back_up(damage.content, "unreadable")
            damage.repair()
            _print(f"Repaired: {damage}. The unreadable content is kept as {backup}")
        return self._pulumi.export()

    def _damages(self) -> list[Damage]:
        return damages(self._store, self._project, self._stack) if self._store else []

    def _clear(self, locks: list[Lock]) -> None:
        for lock in locks:
            if self._is_dry_run:
                _print(f"The stack is locked by a command that no longer runs ({lock}). The lock would be cleared.")
            else:
                lock.clear()
                _print(f"Cleared the lock of a command that no longer runs ({lock}).")

    def _find(self, exported: str) -> tuple[State, Report, bool]:
        """Return the reconciled state, the findings, and whether a preview of the new state can plan more resources."""
        state, report = State(exported, self._project), Report()
        azure = Azure(os.environ, self._pulumi.configuration())
        recovery = Recovery(state, azure, Poller(_print, is_dry_run=self._is_dry_run), report)
        recovery.resolve_pending_operations()
        recovery.check_existing()
        steps, failure = self._pulumi.planned_steps()
        recovery.find_planned(steps)
        needs_another = bool(recovery.unnamed or failure) and bool(report.changes)
        if not needs_another:
            recovery.find_unmanaged_environments()
            if failure:
                report.note(
                    "The preview of the program failed, so resources that it plans may not have been looked up:",
                    # Pulumi adds how to remove the protection, which recovery does not need.
                    details=failure.partition(" To unprotect the resource")[0],
                    needs_attention=True,
                )
        return state, report, needs_another

    def _write(self, exported: str, state: State, report: Report) -> None:
        if json.loads(self._pulumi.export()) != json.loads(exported):
            raise RecoveryError(
                "another command changed the state in the meantime. Nothing was written. Run the command again."
            )
        backup = self._back_up(exported.encode(), "json")
        _print(f"The previous state is kept in {backup}")
        try:
            self._pulumi.replace_state(state.to_document())
        except RecoveryError as error:
            _print_all(f"Found in the stack {self._stack}:", report.lines(is_done=False))
            raise RecoveryError(f"the state could not be written and is unchanged: {error}") from error

    def _back_up(self, content: bytes, ending: str) -> Path:
        """Write a backup that only its owner can read, and return its path.

        Raises:
            RecoveryError: the file cannot be written.
        """
        folder = self._folder / _BACKUPS
        time = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        file = folder / f"{self._stack.replace('/', '.')}-{time}.{ending}"
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
                opened.write(content)
        except OSError as error:
            raise RecoveryError(
                f"the backup {file} cannot be written: {error.strerror}. Nothing was changed. Make {folder} writable, "
                "then run the command again."
            ) from error
        return file

    def _print_findings(self, report: Report, *, needs_another: bool) -> None:
        """Print the findings of a round that changes nothing."""
        if not report.findings:
            _print(
                f"The stack {self._stack} is in order: no operation is pending, and the state has all existing "
                "resources of the program."
            )
            return
        _print_all(f"Found in the stack {self._stack}:", report.lines(is_done=False))
        if report.changes:
            if needs_another:
                _print("A preview may show more resources after these changes.")
            _print(
                f"Nothing was changed, because of --dry-run. To make these changes, run `{self._suggested.recover}`."
            )
        elif report.left_alone:
            _print(_ATTENTION)

    def _next_steps(self) -> str:
        return (
            f"The state is in order. Check with `{self._suggested.preview}`, then continue with `{self._suggested.up}` "
            f"or `{self._suggested.destroy}`."
        )


def _print_all(title: str, lines: Iterable[object]) -> None:
    _print(title)
    for line in lines:
        _print(f"  {line}")


def _print(text: str) -> None:
    print(printable_lines(text), flush=True)  # noqa: T201 - the output of the command

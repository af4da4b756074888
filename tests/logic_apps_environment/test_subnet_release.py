"""The wait until Azure releases subnets: retries, intervals, messages."""

from __future__ import annotations

import asyncio
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_azure_native as azure_native
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi import ErrorHookArgs

from logic_apps_environment import EnvironmentNetwork, IntegrationServiceEnvironment
from logic_apps_environment.component_package.provider import ComponentPackage
from logic_apps_environment.hooks import interruption
from logic_apps_environment.hooks.progress import Progress
from logic_apps_environment.network.subnet_release import SubnetRelease, any_is_linked, pause_before
from tests.logic_apps_environment.test_environment import FABRIKAM
from tests.logic_apps_environment.test_existing_networks import COMPANY, functions
from tests.logic_apps_environment.test_network import ARGUMENTS
from tests.support.recording import record

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# As azure-native prints Azure's answer.
HELD = 'Status=400 Code="InUseSubnetCannotBeDeleted" Message="Subnet subnet-1 is in use by … and cannot be deleted."'


def failure(*errors: str, operation: str = "delete") -> ErrorHookArgs:
    return ErrorHookArgs(
        urn="urn:1", id="/x", name="fabrikam-subnet-1", type="t", failed_operation=operation, errors=list(errors)
    )


class Clock:
    """A clock that the waiting moves."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
        self.pauses: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.time += timedelta(seconds=seconds)


def ask(release: SubnetRelease, args: ErrorHookArgs) -> bool:
    return asyncio.run(release(args))


def test_the_deletion_of_a_subnet_in_use_is_retried_for_more_than_ten_hours() -> None:
    """Microsoft's "Manage your ISE" (2023-09-27): up to nine hours. The engine tries a hundred times."""
    clock = Clock()
    release = SubnetRelease(clock.sleep, lambda: clock.time)
    tries = [ask(release, failure(*[HELD] * attempt)) for attempt in range(1, 101)]
    assert tries == [True] * 99 + [False]
    assert clock.pauses[:4] == [1, 2, 4, 8]
    assert max(clock.pauses) == 7 * 60
    assert sum(clock.pauses) > 10 * 3600


@given(st.integers(1, 10_000))
def test_pauses_never_shrink_and_stay_between_a_second_and_seven_minutes(attempt: int) -> None:
    assert timedelta(seconds=1) <= pause_before(attempt) <= pause_before(attempt + 1) <= timedelta(minutes=7)


@pytest.mark.parametrize(
    ("error", "operation"),
    [
        ('Status=403 Code="AuthorizationFailed" Message="…"', "delete"),
        ('Status=400 Code="InUsePrefixCannotBeDeleted" Message="…"', "delete"),
        (HELD, "update"),
        ('Status=400 Code="IntegrationServiceEnvironmentCreationNotAllowed" Message="…"', "create"),
    ],
)
def test_any_other_error_fails_at_once(error: str, operation: str) -> None:
    clock = Clock()
    assert ask(SubnetRelease(clock.sleep, lambda: clock.time), failure(error, operation=operation)) is False
    assert clock.pauses == []


def test_an_earlier_failure_of_that_kind_does_not_keep_a_later_one_of_another_kind_alive() -> None:
    clock = Clock()
    assert ask(SubnetRelease(clock.sleep, lambda: clock.time), failure("something else", HELD)) is False


class Azure:
    """What the network shows of the subnets at each look, the last of it for ever."""

    def __init__(self, *shown: bool | Exception) -> None:
        self.shown = shown
        self.looks: list[tuple[list[str], pulumi.Resource]] = []

    async def is_linked(self, subnet_ids: Sequence[str], component: pulumi.Resource) -> bool:
        shown = self.shown[min(len(self.looks), len(self.shown) - 1)]
        self.looks.append((list(subnet_ids), component))
        if isinstance(shown, Exception):
            raise shown
        return shown


COMPONENT, OTHER = object.__new__(EnvironmentNetwork), object.__new__(EnvironmentNetwork)


def waiting(clock: Clock, azure: Azure) -> SubnetRelease:
    release = SubnetRelease(clock.sleep, lambda: clock.time, azure.is_linked)
    release.components["fabrikam-subnet-1"] = [COMPONENT]
    return release


def test_while_the_network_shows_the_user_of_the_subnet_the_engine_neither_retries_nor_warns() -> None:
    clock, azure = Clock(), Azure(True, True, True, False)
    assert ask(waiting(clock, azure), failure(HELD)) is True
    assert clock.pauses == [1, 2, 4, 8]
    assert azure.looks == [(["/x"], COMPONENT)] * 4


def test_look_ups_and_retries_together_end_after_ten_hours() -> None:
    clock, azure = Clock(), Azure(True, False, True)
    release = waiting(clock, azure)
    assert ask(release, failure(HELD)) is True
    assert ask(release, failure(HELD, HELD)) is False
    assert len(clock.pauses) == 99
    assert sum(clock.pauses) > 10 * 3600


def test_where_the_network_cannot_be_read_each_retry_is_the_look_up() -> None:
    clock, azure = Clock(), Azure(pulumi.RunError("Status=403"))
    release = waiting(clock, azure)
    assert [ask(release, failure(*[HELD] * attempt)) for attempt in (1, 2, 3)] == [True] * 3
    assert clock.pauses == [1, 2, 4]


@pytest.mark.parametrize(("shown", "linked"), [([], False), ([{"link": "somebody"}], True)])
def test_the_network_is_read_with_the_provider_of_the_component(shown: list[Any], linked: bool) -> None:
    subnets = [
        {"id": f"{COMPANY}/subnets/ours", "name": "ours", "addressPrefix": "10.0.0.0/27"},
        {"id": f"{COMPANY}/subnets/other", "name": "other", "addressPrefix": "10.0.1.0/27"},
    ]
    subnets[0]["serviceAssociationLinks"] = shown  # type: ignore[assignment]
    subnets[1]["serviceAssociationLinks"] = [{"link": "somebody"}]  # type: ignore[assignment]
    found: list[bool] = []

    def program() -> None:
        provider = azure_native.Provider("theirs")
        network = EnvironmentNetwork("net", ARGUMENTS, pulumi.ResourceOptions(provider=provider))

        async def look() -> None:
            found.append(await any_is_linked([f"{COMPANY}/subnets/OURS"], network))

        pulumi.export("looked", pulumi.Output.from_input(look()))

    recording = record(program, functions=functions(subnets=subnets))
    assert found == [linked]
    assert [provider.rpartition("::")[0].rpartition("::")[2] for provider in recording.asked_providers] == ["theirs"]


def test_of_two_components_with_the_same_names_the_one_that_sees_the_subnet_counts() -> None:
    """As with a network and an environment of the same name, with providers for different subscriptions."""
    clock, azure = Clock(), Azure(pulumi.RunError("Status=404"), True, False)
    release = waiting(clock, azure)
    release.components["fabrikam-subnet-1"].append(OTHER)
    assert ask(release, failure(HELD)) is True
    assert [component for _, component in azure.looks] == [COMPONENT, OTHER, COMPONENT, OTHER]


def test_an_environment_waits_for_the_subnets_that_it_asks_for() -> None:
    """The place of the ids is that of the documented request body."""
    subnets = [{"id": f"/subnets/{number}"} for number in range(4)]
    asked = ErrorHookArgs(
        urn="urn:2",
        id="",
        name="fabrikam-subnet-1",
        type="t",
        new_inputs={"properties": {"networkConfiguration": {"subnets": subnets}}},
        failed_operation="create",
        errors=['Code="SubnetInUse" Message="The subnet is in use by another service."'],
    )
    clock, azure = Clock(), Azure(False)
    assert ask(waiting(clock, azure), asked) is True
    assert azure.looks == [([f"/subnets/{number}" for number in range(4)], COMPONENT)]


def test_the_wait_reports_its_reason_and_duration_and_repeats_azures_error_only_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[tuple[str, bool]] = []
    monkeypatch.setattr("pulumi.log.info", lambda text, _resource, *, ephemeral=False: said.append((text, ephemeral)))
    clock = Clock()
    release = SubnetRelease(clock.sleep, lambda: clock.time, progress=Progress(lambda: clock.time))
    for attempt in range(1, 11):
        ask(release, failure(*[HELD] * attempt))
    duration = "usually within 1 h, sometimes 9 h. Ctrl-C is safe; to continue: run the same command again"
    assert said[:2] == [
        (f"Message from Azure: {HELD}", False),
        (f"waiting since 20:00 UTC for Azure to release the subnet, {duration}", True),
    ]
    # After pauses of 1, 2, 4, …, 256 seconds.
    assert said[-1] == (f"waiting since 20:00 UTC (8 min) for Azure to release the subnet, {duration}", True)
    assert len(said) == 11


class Held:
    """Azure that never answers a look, or a clock at which no pause ends."""

    def __init__(self) -> None:
        self.begun = 0
        self.when_begun: Callable[[], object] = lambda: None

    async def look(self, *_asked: object) -> bool:
        await self.sleep(0)
        return True

    async def sleep(self, _seconds: float) -> None:
        self.begun += 1
        self.when_begun()
        await asyncio.Event().wait()


def press_ctrl_c() -> None:
    os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.parametrize("interrupt", [press_ctrl_c, interruption.interrupt])
@pytest.mark.parametrize("waits_for", ["pause", "look"])
def test_an_interruption_ends_the_wait_at_once_whatever_runs(
    waits_for: str, interrupt: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr("pulumi.log.warn", said.append)
    clock, held = Clock(), Held()
    held.when_begun = interrupt
    before = signal.getsignal(signal.SIGINT)
    release = SubnetRelease(
        held.sleep if waits_for == "pause" else clock.sleep,
        lambda: clock.time,
        held.look if waits_for == "look" else Azure(True).is_linked,
    )
    release.components["fabrikam-subnet-1"] = [COMPONENT]
    assert ask(release, failure(HELD)) is False
    assert held.begun == 1
    assert said == [
        "fabrikam-subnet-1: stopped waiting for Azure to release the subnet. Run the same command again to continue."
    ]
    assert signal.getsignal(signal.SIGINT) is before


def test_an_interruption_ends_all_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pulumi.log.warn", lambda _text: None)
    held = Held()
    held.when_begun = lambda: press_ctrl_c() if held.begun == 2 else None
    release = SubnetRelease(held.sleep, lambda: Clock().time)

    async def both() -> tuple[bool, bool]:
        return await asyncio.gather(release(failure(HELD)), release(failure(HELD)))

    assert list(asyncio.run(both())) == [False, False]


def test_a_call_that_the_engine_cancels_ends_without_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls are canceled by gRPC when their caller has ended."""
    monkeypatch.setattr("pulumi.log.warn", lambda _text: None)
    held = Held()

    async def cancelled() -> bool:
        task = asyncio.ensure_future(SubnetRelease(held.sleep, lambda: Clock().time)(failure(HELD)))
        held.when_begun = task.cancel
        return await task

    assert asyncio.run(cancelled()) is False


def test_a_program_outside_the_main_thread_waits_as_well() -> None:
    """Only the main thread can handle signals."""
    clock = Clock()
    with ThreadPoolExecutor() as thread:
        assert thread.submit(ask, SubnetRelease(clock.sleep, lambda: clock.time), failure(HELD)).result() is True


def test_the_engines_cancel_ends_the_waits_of_a_component_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pulumi.log.warn", lambda _text: None)
    held = Held()
    held.when_begun = ComponentPackage().cancel
    assert ask(SubnetRelease(held.sleep, lambda: Clock().time), failure(HELD)) is False


def test_subnets_and_environment_wait_and_nothing_else_does() -> None:
    recording = record(lambda: IntegrationServiceEnvironment("fabrikam", FABRIKAM))
    waiting = {r.name for r in recording.registrations if list(r.request.hooks.on_error)}
    assert waiting == {"fabrikam-ise", *(f"fabrikam-subnet-{number}" for number in range(1, 5))}


def test_environments_and_networks_of_one_name_share_the_hook() -> None:
    """The engine takes each name of a hook once."""

    def program() -> None:
        IntegrationServiceEnvironment("same", FABRIKAM)
        EnvironmentNetwork("same", ARGUMENTS | {"name": "other"})

    assert record(program).hooks == ["logic-apps-environment-subnet-release", "logic-apps-environment-failure"]


def test_a_network_component_waits_too() -> None:
    recording = record(lambda: EnvironmentNetwork("net", ARGUMENTS))
    assert list(recording["net-subnet-4"].request.hooks.on_error) == ["logic-apps-environment-subnet-release"]

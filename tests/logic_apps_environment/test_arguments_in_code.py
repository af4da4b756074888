"""Arguments in Python programs: when they are validated, and how a component reports all of their problems."""

from __future__ import annotations

import asyncio
import copy
import gc
import pickle
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from logic_apps_environment import (
    ArgumentsError,
    CertificateArgs,
    EnvironmentNetwork,
    EnvironmentNetworkArgs,
    IntegrationServiceEnvironment,
    IntegrationServiceEnvironmentArgs,
    NetworkArgs,
    SkuArgs,
    SkuName,
)
from logic_apps_environment.azure.names import NAME_RESPELLED
from logic_apps_environment.validation import late_problems
from tests.logic_apps_environment.test_environment import FABRIKAM, REPOSITORY
from tests.logic_apps_environment.test_existing_networks import FOUR_IDS, with_four
from tests.support.certificate_factory import certificate, private_key
from tests.support.recording import SUBNET, record

if TYPE_CHECKING:
    from collections.abc import Callable


def refusal(program: Callable[[], object], **options: Any) -> ArgumentsError:
    with pytest.raises(ArgumentsError) as caught:
        record(program, **options)
    return caught.value


def late(value: Any) -> Any:
    """An Output that resolves to ``value`` during the deployment."""
    return pulumi.Output.from_input(value)


def make(**changes: Any) -> None:
    IntegrationServiceEnvironment("orders", FABRIKAM | changes)


def paths(error: ArgumentsError) -> list[str]:
    """The numbered lines up to the statement: the logical name and the path."""
    return [line.split(": ")[1] for line in str(error).splitlines() if line.startswith(tuple("123456789"))]


# ---- Late values ----


def test_late_problems_of_one_component_are_reported_together() -> None:
    error = refusal(
        lambda: make(
            name=late("a b"),
            location=late("2west"),
            network=NetworkArgs(name="vnet", address_space=["10.0.0.0/24"], dns_servers=["10.0.0.4", late("x")]),
            tags=late({"team": "x" * 257}),
        )
    )
    assert str(error).startswith(
        "orders has 4 problems; resources that depend on these values were not created or changed."
    )
    assert paths(error) == ["name", "location", "network.dns_servers[1]", "tags.team"]


def test_messages_do_not_repeat_secret_values(caplog: pytest.LogCaptureFixture) -> None:
    def program(**changes: Any) -> None:
        make(**{key: pulumi.Output.secret(value) for key, value in changes.items()})

    error = refusal(lambda: program(name="hunter 2", tags={"hunter2": "x" * 257}))
    assert paths(error) == ["name", "tags"]
    assert "1. orders: name: The secret value violates this rule: " in str(error)
    record(lambda: program(location="hunter2"))
    assert [entry.getMessage().split(" A ")[0] for entry in caplog.records] == [
        "orders: location: The secret value violates this rule:"
    ]
    assert "hunter" not in f"{error} {caplog.text}"


def test_a_late_problem_is_reported_with_those_of_a_look_up() -> None:
    functions = copy.deepcopy(with_four(ipAllocations=[{"id": FOUR_IDS[3]}]))
    error = refusal(
        lambda: make(network=NetworkArgs(subnet_ids=FOUR_IDS), tags={"team": late("x" * 257)}), functions=functions
    )
    assert {path.partition("[")[0] for path in paths(error)} == {"tags.team", "network.subnet_ids"}


def test_a_late_problem_does_not_wait_long_for_a_value_that_does_not_resolve(monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as the name of a resource that depends on the value with the problem."""
    monkeypatch.setattr(late_problems, "_MAX_WAIT", 0.01)
    problem = NAME_RESPELLED.violation("is wrong.")

    async def found() -> Any:
        late = late_problems.LateProblems()
        never: Any = SimpleNamespace(future=lambda: asyncio.sleep(60))
        late.expect(never)
        return await late.together_with([problem])

    assert asyncio.run(found()) == (problem,)


def test_a_late_problem_does_not_hide_the_problems_of_plain_values() -> None:
    error = refusal(lambda: make(name=late("a b"), endpoint="external", location="2west"))
    assert paths(error) == ["location", "endpoint"]


def test_a_warning_about_a_late_value_has_its_path(caplog: pytest.LogCaptureFixture) -> None:
    soon = certificate("Soon", ends_in_days=9)
    record(lambda: make(location=late("westus22"), certificates={"root": {"public_certificate": late(soon)}}))
    warnings = [entry.getMessage().splitlines()[0] for entry in caplog.records]
    assert sorted(text.partition(": ")[2].partition(": ")[0] for text in warnings) == [
        "certificates.root.public_certificate",
        "location",
    ]
    assert all(text.startswith("orders: ") for text in warnings)


def test_an_issuer_that_is_an_output_is_not_called_missing(caplog: pytest.LogCaptureFixture) -> None:
    folder = REPOSITORY / "certificates"
    root = (folder / "root-authority.pem").read_text()
    issuing = {"file": str(folder / "issuing-authority.pem")}
    record(lambda: make(certificates={"issuing": issuing, "root": {"public_certificate": late(root)}}))
    assert caplog.records == []
    other = certificate("Other")
    record(lambda: make(certificates={"issuing": issuing, "root": {"public_certificate": late(other)}}))
    assert [entry.getMessage().partition(" was ")[0] for entry in caplog.records] == ["orders: certificates.issuing:"]


def test_four_ids_as_one_output_of_another_length_are_one_problem() -> None:
    error = refusal(lambda: make(network={"subnet_ids": late(FOUR_IDS[:3])}))
    assert paths(error) == ["network.subnet_ids"]


# ---- Classes of arguments ----


def test_arguments_that_are_read_before_a_component_uses_them_are_validated() -> None:
    args = NetworkArgs(name="vnet", address_space=["10.0.0.0/26"], dns_servers=["x"])
    for _ in range(2):
        with pytest.raises(ArgumentsError, match=r"^NetworkArgs has 2 problems; nothing was created or changed\."):
            _ = args.name
    with pytest.raises(ArgumentsError, match=r"1\. NetworkArgs\.address_space: "):
        NetworkArgs.checked(args)


def test_valid_arguments_can_be_read_printed_copied_and_serialized() -> None:
    args = SkuArgs(name="Premium")
    assert repr(args) == 'SkuArgs(name="Premium")'
    assert (args.name, args.capacity) == ("Premium", 0)
    assert SkuArgs(name="Premium").model_dump(mode="json") == {"name": "Premium", "capacity": 0}
    assert args.model_copy(update={"capacity": 3}).capacity == 3
    assert args == SkuArgs(name=SkuName.PREMIUM, capacity=0) != SkuArgs(name="Premium", capacity=1)
    with pytest.raises(ArgumentsError, match=r"SkuArgs\.capacity: 11 "):
        _ = args.model_copy(update={"capacity": 11}).capacity


def test_arguments_can_be_used_by_several_components() -> None:
    async def name() -> str:
        return "vnet"

    def program() -> None:
        network = NetworkArgs(name=name(), address_space=(each for each in ["10.0.0.0/24"]))  # type: ignore[arg-type]
        assert network.address_space is not None
        for logical_name in ("orders", "billing"):
            IntegrationServiceEnvironment(logical_name, FABRIKAM | {"network": network})

    recording = record(program)
    assert recording["orders-vnet"].inputs == recording["billing-vnet"].inputs
    assert sum(each.type == SUBNET for each in recording.registrations) == 8


def test_an_awaitable_that_is_rejected_is_not_reported_as_never_awaited(recwarn: pytest.WarningsRecorder) -> None:
    async def value() -> str:
        return "Premium"

    error = refusal(lambda: make(sku=value(), network={"nme": value()}))
    gc.collect()
    assert paths(error) == ["sku", "network.name", "network.address_space", "network.nme"]
    assert not [str(each.message) for each in recwarn if "never awaited" in str(each.message)]


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))])  # noqa: S301
def test_an_error_can_be_copied_and_pickled(copied: Callable[[ArgumentsError], ArgumentsError]) -> None:
    """Test runners and process pools send errors to another process."""
    with pytest.raises(ArgumentsError) as caught:
        SkuArgs.checked({"name": "Basic", "capacity": 99})
    error = copied(caught.value)
    assert (str(error), error.problems) == (str(caught.value), caught.value.problems)


def test_printed_arguments_contain_no_key() -> None:
    key = private_key("Printed")
    assert (
        repr(CertificateArgs(public_certificate=key))
        == f'CertificateArgs(public_certificate="…" ({len(key)} characters))'
    )


def test_a_later_change_of_a_list_does_not_change_the_arguments() -> None:
    space = ["10.0.0.0/24"]
    args = NetworkArgs(name="vnet", address_space=space)
    space.append("10.0.1.0/24")
    assert len(args.address_space or ()) == 1


def test_arguments_of_another_class_are_rejected() -> None:
    network: Any = NetworkArgs(name="vnet", address_space=["10.0.0.0/24"])
    error = refusal(lambda: IntegrationServiceEnvironment("orders", network))
    assert "orders: a value of type NetworkArgs is not valid: expected a mapping." in str(error)


# ---- Calls ----


ARGS = EnvironmentNetworkArgs(resource_group_name="rg", location="westus2", name="vnet", address_space=["10.0.0.0/24"])


@pytest.mark.parametrize("component", [IntegrationServiceEnvironment, EnvironmentNetwork])
@pytest.mark.parametrize(
    ("positional", "named", "statement"),
    [
        ((), {}, ": The logical name is missing."),
        (("",), {"args": ARGS}, "The logical name is missing."),
        ((None, ARGS), {}, "The logical name is missing."),
        ((ARGS,), {}, "a value of type EnvironmentNetworkArgs is not a logical name: expected a string."),
        ((5, ARGS), {}, "5 is not a logical name: expected a string."),
        (("orders",), {}, "orders: The arguments are missing."),
        (("orders",), {"opts": pulumi.ResourceOptions()}, "The arguments are missing."),
        (
            ("orders", ARGS, ARGS),
            {},
            "orders: The options have the type EnvironmentNetworkArgs: expected pulumi.ResourceOptions.",
        ),
        (("orders", ARGS), {"args": ARGS}, "The arguments are not one instance or mapping."),
        (("orders",), {"location": "westus2"}, "The arguments are not one instance or mapping."),
        (("orders",), {"name": "ise"}, "The arguments are not one instance or mapping."),
    ],
)
def test_a_call_with_wrong_parameters_shows_the_right_one(
    component: Any, positional: tuple[Any, ...], named: dict[str, Any], statement: str
) -> None:
    with pytest.raises(pulumi.RunError) as caught:
        record(lambda: component(*positional, **named))
    assert statement in str(caught.value)
    assert f'Example: {component.__name__}("orders", {component.__name__}Args(…)' in str(caught.value)


def test_options_in_place_of_the_arguments_are_rejected() -> None:
    options: Any = pulumi.ResourceOptions(protect=False)
    error = refusal(lambda: EnvironmentNetwork("orders", options))
    assert "orders: a value of type ResourceOptions is not valid: expected a mapping." in str(error)


def test_a_subclass_can_have_parameters_of_its_own() -> None:
    class Team(IntegrationServiceEnvironment):
        def __init__(self, team: str, location: str) -> None:
            super().__init__(f"ise-{team}", IntegrationServiceEnvironmentArgs(**{**FABRIKAM, "location": location}))

    recording = record(lambda: Team("orders", location="eastus"))
    assert recording["ise-orders-ise"].inputs["location"] == "eastus"

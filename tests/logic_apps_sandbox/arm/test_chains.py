"""Chains of resources, from groups to workflows in an environment, in any order and with one thing wrong at a time.

Whatever the order: the only status above 499 is 501, what was accepted can be read, what was rejected changed nothing,
and every operation ends.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from logic_apps_sandbox.arm.core.account import CLIENT_ID
from logic_apps_sandbox.arm.core.clock import Clock
from logic_apps_sandbox.arm.core.store import Store
from logic_apps_sandbox.arm.server import authentication, resource_providers
from logic_apps_sandbox.arm.server.application import Application
from tests.logic_apps_sandbox.arm.test_any_input import json_values, paths_in, replaced
from tests.support.azure import (
    GROUP_VERSION,
    SUBSCRIPTION,
    VERSIONS,
    HandClock,
    environment,
    policy,
    subnet,
    virtual_network,
)
from tests.support.azure import vault as key_vault

if TYPE_CHECKING:
    from collections.abc import Coroutine

HOST = "127.0.0.1:443"
OF_WORKFLOWS = ["enable", "disable", "listCallbackUrl", "triggers/manual/listCallbackUrl", "runs", "validate"]
ENDED = {"Succeeded", "Failed", "Canceled"}
HOURS = 40
"""Longer than all operations after one another: a creation, an update, a deletion, and the release of the subnets."""

PATCH = {"tags": {"a": "b"}, "sku": {"name": "Premium", "capacity": 2}, "properties": {"state": "Disabled"}}

groups = st.sampled_from(["one", "one", "one", "two"])
numbers = st.integers(1, 2)
subnet_numbers = st.integers(1, 5)
tags = st.sampled_from([{}, {"owner": "a"}, {"owner": "b", "cost": "1"}])


def group_path(group: str) -> str:
    return f"{SUBSCRIPTION}/resourceGroups/{group}"


def network_path(group: str, number: int) -> str:
    return f"{group_path(group)}/providers/Microsoft.Network/virtualNetworks/network-{number}"


def subnet_path(group: str, network: int, number: int) -> str:
    return f"{network_path(group, network)}/subnets/subnet-{number}"


def logic_path(group: str, collection: str, number: int) -> str:
    return f"{group_path(group)}/providers/Microsoft.Logic/{collection}/item-{number}"


def environment_path(group: str, number: int) -> str:
    return logic_path(group, "integrationServiceEnvironments", number)


def others(group: str) -> dict[str, dict[str, Any]]:
    """By path: the bodies of the resources around an environment that the chain does not need."""
    network, logic = (
        f"{group_path(group)}/providers/Microsoft.Network",
        f"{group_path(group)}/providers/Microsoft.Logic",
    )
    vault = f"{group_path(group)}/providers/Microsoft.KeyVault/vaults/vault-1"
    identity = f"{group_path(group)}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/identity-1"
    remote = {"remoteVirtualNetwork": {"id": network_path("two", 1)}}
    schema = {"schemaType": "Xml", "content": "<a/>", "contentType": "application/xml"}
    return {
        f"{network}/networkSecurityGroups/nsg-1": {"location": "westus2", "properties": {"securityRules": []}},
        f"{network}/networkSecurityGroups/nsg-1/securityRules/rule-1": {"properties": security_rule()},
        f"{network}/routeTables/rt-1": {"location": "westus2", "properties": {"disableBgpRoutePropagation": True}},
        f"{network}/routeTables/rt-1/routes/route-1": {
            "properties": {"addressPrefix": "10.9.0.0/16", "nextHopType": "VnetLocal"}
        },
        f"{network_path(group, 1)}/virtualNetworkPeerings/peering-1": {"properties": remote},
        f"{network}/privateEndpoints/pe-1": {
            "location": "westus2", "properties": {"subnet": {"id": subnet_path(group, 1, 5)}},
        },
        f"{logic}/integrationAccounts/item-1/schemas/schema-1": {"location": "westus2", "properties": schema},
        vault: key_vault(policy(CLIENT_ID, "get", "list", "wrapKey", "unwrapKey")),
        f"{vault}/keys/key-1": {"properties": {"kty": "RSA", "keySize": 2048}},
        identity: {"location": "westus2"},
    }  # fmt: skip


def security_rule() -> dict[str, Any]:
    anything = {"sourceAddressPrefix": "*", "sourcePortRange": "*", "destinationAddressPrefix": "*"}
    rule = {"priority": 100, "direction": "Inbound", "access": "Allow", "protocol": "*"}
    return {**rule, **anything, "destinationPortRange": "454"}


def interesting_values() -> st.SearchStrategy[Any]:
    """Values that are right elsewhere, and values of any type."""
    ids = st.sampled_from(
        [
            environment_path("one", 1), environment_path("TWO", 2).upper(), subnet_path("one", 1, 1),
            network_path("two", 1), logic_path("one", "integrationAccounts", 1), group_path("one"),
        ]
    )  # fmt: skip
    texts = st.sampled_from(["", "eastus", "West US 2", "10.0.0.0/27", "10.0.0.160/27", "Premium", "Free", "Enabled"])
    return st.one_of(ids, texts, st.sampled_from([-1, 0, 1, 11, None, [], {}, True]), json_values)


@st.composite
def broken(draw: st.DrawFn, body: Any) -> Any:
    """The body with one value replaced or one member left out."""
    path = draw(st.sampled_from(list(paths_in(body))))
    if isinstance(path[-1], str) and draw(st.booleans()):
        return replaced(body, path[:-1], {k: v for k, v in at(body, path[:-1]).items() if k != path[-1]})
    return replaced(body, path, draw(interesting_values()))


def at(body: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        body = body[step]
    return body


class Answer:
    """What the simulator answered."""

    def __init__(self, messages: list[Any]) -> None:
        self.status: int = messages[0]["status"]
        self.text = b"".join(message.get("body", b"") for message in messages[1:])

    @property
    def body(self) -> Any:
        return json.loads(self.text) if self.text else None


class Chains(RuleBasedStateMachine):
    """Requests of one client to one simulator, in whose application they run without a connection."""

    def __init__(self) -> None:
        super().__init__()
        self._directory = Path(tempfile.mkdtemp())
        self._clock = HandClock()
        self._store = Store(self._directory, resource_providers.REFERENCES)
        clock = Clock(self._store, self._clock)
        with self._store.transaction():
            clock.start(3600)  # a simulated second is a real one of `HandClock`
            known = authentication.credentials(self._store)
        self._application = Application(self._store, clock)
        self._known = known
        self._sign_in()

    def teardown(self) -> None:
        """Check that everything ends."""
        try:
            self._pass_hours(HOURS)
            with self._store.transaction():
                running = self._store.execute("SELECT * FROM operation WHERE status = 'InProgress'").fetchall()
                held = {row[0] for row in self._store.execute("SELECT holder FROM subnet_hold").fetchall()}
                resources = self._store.all_resources()
            assert running == []
            states = {str(each.id): each.properties.get("provisioningState", "Succeeded") for each in resources}
            assert {path: state for path, state in states.items() if state not in ENDED} == {}
            assert {path.lower() for path in held} <= {path.lower() for path in states}
            for path in states:
                assert self._send("GET", path).status == 200
        finally:
            self._store.close()
            shutil.rmtree(self._directory)

    # The chain

    @initialize(is_ready=st.booleans())
    def build_an_environment(self, is_ready: bool) -> None:
        """Two groups, a network with four subnets, and an environment in it, so that most rules have a place."""
        for group in ("one", "two"):
            assert self._put(group_path(group), {"location": "westus2"}) == 201
        subnets = [
            {"name": f"subnet-{number}", **subnet(f"10.0.0.{32 * (number - 1)}/27", delegated=number == 1)}
            for number in range(1, 5)
        ]
        assert self._put(network_path("one", 1), virtual_network(subnets=subnets)) == 201
        self._pass_hours(1)
        subnets_used = [subnet_path("one", 1, number) for number in range(1, 5)]
        assert self._put(environment_path("one", 1), environment(subnets=subnets_used)) == 201
        self._pass_hours(3 if is_ready else 0.5)

    @rule(group=groups, data=st.data())
    def write_group(self, group: str, data: st.DataObject) -> None:
        self._write(data, group_path(group), {"location": "westus2", "tags": data.draw(tags)})

    @rule(group=groups, number=numbers, data=st.data())
    def write_network(self, group: str, number: int, data: st.DataObject) -> None:
        more: dict[str, Any] = {}
        if data.draw(st.booleans()):
            remote = network_path(data.draw(groups), data.draw(numbers))
            more["virtualNetworkPeerings"] = [
                {"name": "peering", "properties": {"remoteVirtualNetwork": {"id": remote}}}
            ]
        prefix = f"10.{0 if (group, number) == ('one', 1) else number}.0.0/24"
        self._write(data, network_path(group, number), virtual_network(prefix, **more))

    @rule(group=groups, network=numbers, number=subnet_numbers, data=st.data())
    def write_subnet(self, group: str, network: int, number: int, data: st.DataObject) -> None:
        second = 0 if (group, network) == ("one", 1) else network
        body = subnet(f"10.{second}.0.{32 * (number - 1)}/27", delegated=number == 1)
        self._write(data, subnet_path(group, network, number), body)

    @rule(group=groups, number=numbers, network=numbers, data=st.data())
    def write_environment(self, group: str, number: int, network: int, data: st.DataObject) -> None:
        subnets = [subnet_path("one", network, each) for each in data.draw(st.permutations(range(1, 5)))]
        sku = data.draw(st.sampled_from([{"name": "Premium", "capacity": 1}, {"name": "Developer", "capacity": 0}]))
        body = environment(sku=sku, subnets=subnets, tags=data.draw(tags))
        self._write(data, environment_path(group, number), body)

    @rule(group=groups, number=numbers, name=st.sampled_from(["servicebus", "sql", "nothing"]), data=st.data())
    def write_connector(self, group: str, number: int, name: str, data: st.DataObject) -> None:
        path = environment_path(group, number)
        body = {"location": "westus2", "properties": {"integrationServiceEnvironment": {"id": path}}}
        self._write(data, f"{path}/managedApis/{name}", body)

    @rule(group=groups, number=numbers, inside=st.booleans(), data=st.data())
    def write_account(self, group: str, number: int, inside: bool, data: st.DataObject) -> None:
        placed = {"integrationServiceEnvironment": {"id": environment_path("one", 1)}} if inside else {}
        body = {"location": "westus2", "sku": {"name": "Standard"}, "properties": {"state": "Enabled", **placed}}
        self._write(data, logic_path(group, "integrationAccounts", number), body)

    @rule(group=groups, number=numbers, inside=st.booleans(), with_account=st.booleans(), data=st.data())
    def write_workflow(self, group: str, number: int, inside: bool, with_account: bool, data: st.DataObject) -> None:
        properties: dict[str, Any] = {"definition": {"triggers": {"manual": {"type": "Request"}}}, "state": "Enabled"}
        if inside:
            properties["integrationServiceEnvironment"] = {"id": environment_path("one", 1)}
        if with_account:
            properties["integrationAccount"] = {"id": logic_path("one", "integrationAccounts", number)}
        body = {"location": "westus2", "tags": data.draw(tags), "properties": properties}
        self._write(data, logic_path(group, "workflows", number), body)

    @rule(group=groups, data=st.data())
    def write_something_else(self, group: str, data: st.DataObject) -> None:
        path, body = data.draw(st.sampled_from(list(others(group).items())))
        self._write(data, path, body)

    @rule(number=subnet_numbers, data=st.data())
    def attach_traffic_resources(self, number: int, data: st.DataObject) -> None:
        names = data.draw(st.sets(st.sampled_from(["networkSecurityGroup", "routeTable"]), min_size=1))
        types = {"networkSecurityGroup": "networkSecurityGroups/nsg-1", "routeTable": "routeTables/rt-1"}
        attached = {
            name: {"id": f"{group_path('one')}/providers/Microsoft.Network/{types[name]}"} for name in sorted(names)
        }
        body = subnet(f"10.0.0.{32 * (number - 1)}/27", delegated=number == 1, **attached)
        self._write(data, subnet_path("one", 1, number), body)

    # What else can happen to it

    @rule(data=st.data())
    def delete_anything(self, data: st.DataObject) -> None:
        path = data.draw(st.sampled_from(self._paths()))
        if path.count("/") == group_path("one").count("/") and data.draw(st.integers(0, 4)):
            return  # a group takes everything with it
        self._delete(path)

    @rule(is_idle=st.booleans())
    def delete_environment(self, is_idle: bool) -> None:
        if is_idle:
            self._pass_hours(3)
        self._delete(environment_path("one", 1))

    @rule(data=st.data())
    def patch_anything(self, data: st.DataObject) -> None:
        path = data.draw(st.sampled_from(self._paths()))
        given = data.draw(tags)
        body = {"tags": given}
        is_valid = data.draw(st.booleans())
        answer = self._checked("PATCH", path, body if is_valid else data.draw(broken(PATCH)))
        if is_valid and answer.status == 200:
            assert self._send("GET", path).body["tags"] == given

    @rule(data=st.data())
    def act_on_anything(self, data: st.DataObject) -> None:
        path = data.draw(st.sampled_from([path for path in self._paths() if "Microsoft.Logic" in path]))
        is_workflow = "/workflows/" in path
        action = data.draw(st.sampled_from(OF_WORKFLOWS if is_workflow else ["restart", "validate"]))
        self._checked("POST", f"{path}/{action}")

    @rule(
        data=st.data(),
        below=st.sampled_from(
            [
                "", "/subnets", "/virtualNetworkPeerings", "/managedApis", "/health/network", "/skus", "/resources",
                "/providers/Microsoft.Logic/workflows", "/providers/Microsoft.Authorization/locks", "/apiOperations",
                "/serviceAssociationLinks", "/routes", "/defaultSecurityRules", "/keys", "/schemas",
            ]
        ),
    )  # fmt: skip
    def read_anything(self, data: st.DataObject, below: str) -> None:
        self._checked("GET", f"{data.draw(st.sampled_from(self._paths()))}{below}", changes=False)

    @rule(hours=st.sampled_from([0.001, 0.01, 0.3, 2, 10]))
    def time_passes(self, hours: float) -> None:
        self._pass_hours(hours)

    # Requests and checks

    def _write(self, data: st.DataObject, path: str, body: dict[str, Any]) -> None:
        """PUT the body or one with a mistake; read back what was accepted."""
        is_valid = data.draw(st.integers(0, 2)) > 0
        sent = body if is_valid else data.draw(broken(body))
        answer = self._checked("PUT", path, sent)
        if answer.status >= 400:
            return
        assert answer.status in {200, 201}, answer.text
        read = self._send("GET", path)
        assert read.status == 200
        assert read.body["id"].lower() == path.lower()
        if is_valid:
            assert read.body.get("tags", {}) == body.get("tags", {})
            assert read.body.get("location", "westus2") == "westus2"
        assert self._is_listed(path)

    def _delete(self, path: str) -> None:
        """DELETE; a resource that is deleted at once does not exist."""
        if self._checked("DELETE", path).status == 200:
            assert self._send("GET", path).status == 404

    def _is_listed(self, path: str) -> bool:
        answer = self._send("GET", path.rpartition("/")[0])
        return path.lower() in {each["id"].lower() for each in answer.body["value"]}

    def _put(self, path: str, body: object) -> int:
        return self._checked("PUT", path, body).status

    def _checked(self, method: str, path: str, body: object = None, *, changes: bool = True) -> Answer:
        """Send a request, and check that it changes nothing if it is rejected."""
        self._send("GET", SUBSCRIPTION)  # after this, nothing is due
        before = self._contents()
        answer = self._send(method, path, body)
        if answer.status >= 400:
            assert answer.body["error"].keys() >= {"code", "message"}
        if answer.status >= 400 or not changes:
            assert self._contents() == before
        return answer

    def _contents(self) -> list[Any]:
        """Everything that is stored about resources."""
        tables = ("resource", "resource_time", "reference", "subnet_hold", "operation")
        with self._store.transaction():
            return [self._store.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in tables]  # noqa: S608

    def _paths(self) -> list[str]:
        """The resources that exist, and one that does not."""
        with self._store.transaction():
            return [*(str(each.id) for each in self._store.all_resources()), logic_path("two", "workflows", 3)]

    def _pass_hours(self, hours: float) -> None:
        self._clock.seconds += 3600 * hours
        self._sign_in()
        self._send("GET", SUBSCRIPTION)

    def _sign_in(self) -> None:
        """Get a token, which is valid for an hour."""
        secret = quote(self._known.client_secret)
        form = f"grant_type=client_credentials&client_id={CLIENT_ID}&client_secret={secret}"
        now = self._clock.seconds
        answer = authentication.token(self._known, f"https://{HOST}", "common", form.encode(), "", now)
        assert answer.body is not None
        self._token = answer.body["access_token"]

    def _send(self, method: str, path: str, body: object = None) -> Answer:
        namespaces = [version for namespace, version in VERSIONS.items() if namespace in path.lower()]
        version = namespaces[-1] if namespaces else GROUP_VERSION
        content = b"" if body is None else json.dumps(body).encode()
        messages: list[Any] = []
        scope = {
            "type": "http", "http_version": "1.1", "scheme": "https", "method": method, "path": path,
            "raw_path": path.encode(), "query_string": f"api-version={version}".encode(), "server": ("127.0.0.1", 443),
            "headers": [(b"host", HOST.encode()), (b"authorization", f"Bearer {self._token}".encode())],
        }  # fmt: skip

        async def receive() -> Any:
            return {"type": "http.request", "body": content, "more_body": False}

        async def send(message: Any) -> None:
            messages.append(message)

        run(self._application(scope, receive, send))
        answer = Answer(messages)
        assert answer.status < 500 or answer.status == 501, answer.text
        return answer


def run(answering: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine that waits for nothing."""
    try:
        answering.send(None)
    except StopIteration:
        return
    raise AssertionError("the application waits for something")


TestChains = Chains.TestCase
# A step takes several requests: a tenth of the examples of the other property tests takes as long as one of those.
TestChains.settings = settings(max_examples=settings().max_examples // 10, stateful_step_count=30)

"""What a change of each argument does: the table of docs/changes.md, line by line with the real CLI.

For each row and argument, the update does what the row says and nothing else, and sends exactly that to ARM, in the
order of the row. An incomplete update shows in the next one, and the last one in a preview. A preview shows the same
operations: `make test` checks one row of each kind, `make test-faults` all. This file has the changed values; only the
table has the effects. Independent changes are made together, to save time.
"""

from __future__ import annotations

import base64
import re
import sys
from fnmatch import fnmatchcase
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from logic_apps_sandbox import arm
from tests.end_to_end.conftest import REPOSITORY, Project, another_client_of, operations_in
from tests.support.azure import DELEGATION, SUBSCRIPTION, azure_in, policy, vault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.end_to_end.conftest import Stacks

    Case = tuple[str, str]
    Way = Callable[[Project], dict[str, Any]]


class Line(NamedTuple):
    """A step of a row of the table, for one of its arguments."""

    argument: str
    when: str
    effect: str
    parts: tuple[str, ...]
    remark: str

    @property
    def case(self) -> Case:
        """The change."""
        return self.argument, self.when


def lines_of_the_table() -> list[Line]:
    text = (REPOSITORY / "docs/changes.md").read_text()
    table = text.partition("<!-- generated: changes -->")[2].partition("<!-- /generated -->")[0]
    rows = [[cell.strip() for cell in row.split("|")[1:-1]] for row in re.findall(r"^\| `.*$", table, re.MULTILINE)]
    return [
        Line(argument.strip("`"), when, effect, tuple(parts.split(", ")) if parts else (), remark)
        for arguments, when, effects in rows
        for argument in arguments.split(", ")
        for steps, _, remark in [effects.partition(". ")]
        for effect, _, parts in [step.partition(": ") for step in steps.split("; ")]
    ]


LINES = lines_of_the_table()

SUBNETS = [f"subnet-{number}" for number in range(1, 5)]

# The logical names of the resources that the table speaks of, or patterns of them; "subnet" is the one that is
# changed here.
RESOURCES = {
    "connector": ["connector-*"],
    "integration account": ["account-*"],
    "environment": ["ise"],
    "subnet": ["subnet-2"],
    "all subnets": SUBNETS,
    "virtual network": ["vnet"],
    "security group": ["nsg", "nsg-Allow*"],
    "route table": ["rt", "rt-*"],
    "resource group": ["rg"],
}

# Where only some of the rules or routes, or one of several resources, are concerned.
CONCERNED: dict[Case, dict[str, list[str]]] = {
    ("network.dnsServers", "with a security group"): {"security group": ["nsg-AllowDnsOutbound"]},
    ("network.securityGroup.callers", ""): {
        "security group": ["nsg-AllowCallersInbound", "nsg-AllowCallerTag1Inbound"]
    },
    ("network.routeTable.routes", ""): {"route table": ["rt-storage", "rt-gateway"]},
    ("network.routeTable.routes.<name>.addressPrefix", ""): {"route table": ["rt-partner"]},
    ("network.routeTable.routes.<name>.nextHopType", ""): {"route table": ["rt-storage"]},
    ("network.routeTable.routes.<name>.nextHopIpAddress", ""): {"route table": ["rt-firewall"]},
    ("managedConnectors", "when one is removed"): {"connector": ["connector-sap"]},
    ("managedConnectors[n].name", ""): {"connector": ["connector-ftp"], "previous one": ["connector-sql"]},
    ("managedConnectors[n].contentLink", ""): {"connector": ["connector-sap"]},
    ("network.securityGroup.name", ""): {"previous one": RESOURCES["security group"]},
    ("network.routeTable.name", ""): {"previous one": RESOURCES["route table"]},
}


def network(project: Project, **changes: Any) -> dict[str, Any]:
    """The network with other values; None removes a key."""
    changed = project.configuration("network") | changes
    return {"network": {key: given for key, given in changed.items() if given is not None}}


def subnet(project: Project, position: int, **changes: str) -> dict[str, Any]:
    subnets = project.configuration("network")["subnets"]
    subnets[position] |= changes
    return network(project, subnets=subnets)


def moved(project: Project) -> dict[str, Any]:
    subnets = project.configuration("network")["subnets"]
    for number, each in enumerate(subnets):
        each["addressPrefix"] = f"10.30.0.{32 * number}/27"
    return network(project, addressSpace=["10.30.0.0/24"], subnets=subnets)


def certificate(**entry: str) -> Way:
    return lambda _: {"certificates": {"rootAuthority": entry}}


def value(**changes: Any) -> Way:
    return lambda _: changes


AUTHORITY = base64.b64encode((REPOSITORY / "certificates/issuing-authority.pem").read_bytes()).decode()

# How to make the change of each line, once or several times in a row; each starts from what the ones above have left.
WAYS: dict[Case, list[Way]] = {
    ("name", ""): [value(name="ise-renamed")],
    ("location", ""): [value(location="eastus")],
    ("sku.capacity", ""): [value(sku={"name": "Premium", "capacity": 2})],
    ("sku.name", ""): [value(sku={"name": name}) for name in ("Developer", "Premium", "Developer")],
    ("endpoint", ""): [value(endpoint="External")],
    ("network.name", ""): [lambda project: network(project, name="vnet-renamed")],
    ("network.addressSpace", "while the subnets keep their ranges"): [
        lambda project: network(project, addressSpace=["10.20.0.0/24", "10.21.0.0/24"])
    ],
    ("network.addressSpace", "when the range of a subnet changes with it"): [moved],
    ("network.subnets[n].name", ""): [lambda project: subnet(project, 1, name="snet-renamed")],
    ("network.subnets[n].addressPrefix", ""): [lambda project: subnet(project, 3, addressPrefix="10.30.0.128/27")],
    ("certificates", ""): [value(certificates=None), certificate(file="certificates/root-authority.pem")],
    ("certificates.<name>.file", ""): [certificate(file="certificates/test-certificate.pem")],
    ("certificates.<name>.publicCertificate", ""): [certificate(publicCertificate=AUTHORITY)],
    ("tags", ""): [value(tags={"environment": "test", "owner": "integration"})],
    ("resourceGroup.name", ""): [value(resourceGroup={"name": "rg-renamed"})],
    ("protect", ""): [value(protect=True), value(protect=False)],
    ("acknowledgeRetirement", ""): [value(acknowledgeRetirement=True)],
}


def sap(link: str) -> dict[str, str]:
    return {"name": "sap", "contentLink": f"https://fabrikam.blob.core.windows.net/sap/{link}.zip"}


ROUTES = {
    "partner": {"addressPrefix": "203.0.113.0/24", "nextHopType": "Internet"},
    "storage": {"addressPrefix": "Storage", "nextHopType": "Internet"},
    "firewall": {"addressPrefix": "198.51.100.0/24", "nextHopType": "VirtualAppliance", "nextHopIpAddress": "10.0.1.4"},
}
CHANGED_ROUTES = {
    "partner": {"addressPrefix": "203.0.113.128/25", "nextHopType": "Internet"},
    "storage": {"addressPrefix": "Storage", "nextHopType": "None"},
    "firewall": ROUTES["firewall"] | {"nextHopIpAddress": "10.0.1.5"},
}
OTHER_ROUTES = {
    "partner": CHANGED_ROUTES["partner"],
    "firewall": CHANGED_ROUTES["firewall"],
    "gateway": {"addressPrefix": "192.0.2.0/24", "nextHopType": "VirtualNetworkGateway"},
}

# The stack neither creates nor deletes the resources that a key needs.
OTHERS = f"{SUBSCRIPTION}/resourceGroups/rg-others"
IDENTITIES = f"{OTHERS}/providers/Microsoft.ManagedIdentity/userAssignedIdentities"


def identity(name: str) -> Way:
    """A change of the identity to a user-assigned one, which another client creates."""

    def way(project: Project) -> dict[str, Any]:
        with another_client_of(project) as azure:
            azure.put(OTHERS, {"location": "westus2"})
            azure.put(f"{IDENTITIES}/{name}", {"location": "westus2"})
        return {"identity": {"type": "UserAssigned", "userAssigned": [f"{IDENTITIES}/{name}"]}}

    return way


def key(name: str, vault_name: str) -> Way:
    """A change to a key version that another client creates, in a vault that grants access to the last identity."""

    def way(project: Project) -> dict[str, Any]:
        path = f"{OTHERS}/providers/Microsoft.KeyVault/vaults/{vault_name}"
        with another_client_of(project) as azure:
            principal = azure.get(f"{IDENTITIES}/other").json()["properties"]["principalId"]
            # Resource Manager makes the first version of a key only: another one comes with another vault of the name.
            azure.delete(path)
            permitted = policy(principal, "get", "list", "wrapKey", "unwrapKey")
            assert azure.put(path, vault(permitted, location=project.configuration("location"))).is_success
            made = azure.put(f"{path}/keys/{name}", {"properties": {"kty": "RSA"}}).json()
        version = made["properties"]["keyUriWithVersion"].rpartition("/")[2]
        return {"encryptionKey": {"vaultId": path, "name": name, "version": version}}

    return way


# A security group without rules would block the ports that an environment needs.
ALLOW_ALL = {
    "access": "Allow",
    "priority": 100,
    "direction": "Inbound",
    "protocol": "*",
    **{f"{end}AddressPrefix": "*" for end in ("source", "destination")},
    **{f"{end}PortRange": "*" for end in ("source", "destination")},
}


def existing(key: str, resource: str, **properties: Any) -> Way:
    """A change of the security group or the route table to one that another client creates."""

    def way(project: Project) -> dict[str, Any]:
        path = f"{OTHERS}/providers/Microsoft.Network/{resource}"
        with another_client_of(project) as azure:
            azure.put(OTHERS, {"location": "westus2"})
            body = {"location": project.configuration("location"), "properties": properties}
            assert azure.put(path, body).is_success
            azure.get(path)
        return network(project, **{key: {"id": path}})

    return way


# Changes that replace only the environment.
WAYS |= {
    ("identity", "when it is added or removed"): [value(identity={"type": "SystemAssigned"})],
    ("identity.type", ""): [identity("ise")],
    ("identity.userAssigned", ""): [identity("other")],
    ("encryptionKey", "when it is added or removed"): [key("ise", "vault-orders")],
    ("encryptionKey.vaultId", ""): [key("ise", "vault-others")],
    ("encryptionKey.name", ""): [key("ise-renamed", "vault-others")],
    ("encryptionKey.version", ""): [key("ise-renamed", "vault-others")],
}

# Changes that are made together, as no two of them concern the same resource.
TOGETHER: list[tuple[list[Case], Way]] = [
    ([("encryptionKey", "when it is added or removed")], value(encryptionKey=None)),
    ([("identity", "when it is added or removed")], value(identity=None)),
    (
        [
            ("network.dnsServers", "without a security group"),
            ("network.routeTable", "when it is added"),
            ("managedConnectors", "when one is added"),
            ("integrationAccounts", "when one is added"),
        ],
        lambda project: {
            **network(project, dnsServers=["10.30.0.200"], routeTable={"name": "rt-orders", "routes": ROUTES}),
            "managedConnectors": ["sql", sap("libraries")],
            "integrationAccounts": {"partners": {"sku": "Standard"}},
        },
    ),
    (
        [
            ("network.securityGroup", "when it is added"),
            ("network.routeTable.routes.<name>.addressPrefix", ""),
            ("network.routeTable.routes.<name>.nextHopType", ""),
            ("network.routeTable.routes.<name>.nextHopIpAddress", ""),
            ("managedConnectors[n].contentLink", ""),
            ("integrationAccounts.<name>.sku", ""),
        ],
        lambda project: {
            **network(
                project,
                securityGroup={"name": "nsg-orders", "callers": ["203.0.113.0/24"]},
                routeTable={"name": "rt-orders", "routes": CHANGED_ROUTES},
            ),
            "managedConnectors": ["sql", sap("other-libraries")],
            "integrationAccounts": {"partners": {"sku": "Free"}},
        },
    ),
    (
        [
            ("network.dnsServers", "with a security group"),
            ("network.serviceEndpoints", ""),
            ("network.routeTable.routes", ""),
            ("managedConnectors[n].name", ""),
            ("integrationAccounts", "when one is removed"),
        ],
        lambda project: {
            **network(
                project,
                dnsServers=["10.30.0.201"],
                serviceEndpoints=["Microsoft.Storage"],
                routeTable={"name": "rt-orders", "routes": OTHER_ROUTES},
            ),
            "managedConnectors": ["ftp", sap("other-libraries")],
            "integrationAccounts": None,
        },
    ),
    (
        [
            ("network.securityGroup.callers", ""),
            ("network.routeTable.name", ""),
            ("managedConnectors", "when one is removed"),
        ],
        lambda project: {
            **network(
                project,
                securityGroup={"name": "nsg-orders", "callers": ["198.51.100.0/24", "AzureEventGrid"]},
                routeTable={"name": "rt-renamed", "routes": OTHER_ROUTES},
            ),
            "managedConnectors": ["ftp"],
        },
    ),
    (
        [("network.securityGroup.name", "")],
        lambda project: network(project, securityGroup={"name": "nsg-renamed", "callers": ["198.51.100.0/24"]}),
    ),
    ([("network.securityGroup", "when it is removed")], lambda project: network(project, securityGroup=None)),
    (
        [("network.routeTable", "when it is removed")],
        lambda project: network(project, routeTable=None),
    ),
    (
        [("network.securityGroup.id", "")],
        existing(
            "securityGroup", "networkSecurityGroups/nsg", securityRules=[{"name": "all", "properties": ALLOW_ALL}]
        ),
    ),
    ([("network.routeTable.id", "")], existing("routeTable", "routeTables/rt")),
]

WALKS = [([case], ways) for case, ways in WAYS.items()] + [(cases, [way]) for cases, way in TOGETHER]

# A line of each kind, whose preview `make test` compares with the update.
PREVIEWED: set[Case] = {
    ("name", ""),
    ("location", ""),
    ("network.subnets[n].name", ""),
    ("tags", ""),
    ("acknowledgeRetirement", ""),
    ("network.routeTable", "when it is added"),
    ("network.securityGroup", "when it is added"),
    ("network.routeTable.name", ""),
    ("network.securityGroup", "when it is removed"),
    ("network.virtualNetworkId", "instead of `name`"),
    ("network.name", "instead of `subnetIds`"),
}

# Lines with their own test.
KIND = ("certificates.<name>.kind", "")
GROUP_LET_GO = ("resourceGroup.create", "true to false")
GROUP_TAKEN_OVER = ("resourceGroup.create", "false to true")


def line(case: Case) -> Line:
    """The table's only line about a case."""
    (found,) = [each for each in LINES if each.case == case]
    return found


def test_every_line_of_the_table_is_tested() -> None:
    walked = [case for cases, _ in WALKS for case in cases] + [
        *(KIND, GROUP_LET_GO, GROUP_TAKEN_OVER),
        *(case for case, _ in FORMS),
    ]
    assert {each.case for each in LINES} == set(walked)


@pytest.fixture(scope="module", params=["some", pytest.param("all", marks=pytest.mark.faults)])
def previewed(request: pytest.FixtureRequest) -> set[Case]:
    """The lines whose preview is compared with the update."""
    return PREVIEWED if request.param == "some" else {each.case for each in LINES}


@pytest.fixture(scope="module")
def deployed(
    previewed: set[Case],  # noqa: ARG001 - each has a stack of its own
    stacks: Stacks,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Project]:
    """The stack ``test``, deployed. Each test changes it and leaves it as its stack file then says."""
    project = stacks.copy("test", tmp_path_factory.mktemp("changes") / "project")
    yield project
    project.succeed("preview", "--non-interactive", "--expect-no-changes")
    project.succeed("destroy", "--yes", "--non-interactive", "--skip-preview")
    assert [identity for identity in project.resources() if not identity.startswith(OTHERS)] == []


def names(project: Project) -> dict[str, str]:
    """The resources' logical names by those that they have in Azure; a rule's is made of that."""
    configured = project.configuration("network")
    table = {"name": "rt", "routes": {}} | (configured.get("routeTable") or {})
    connectors = [each if isinstance(each, str) else each["name"] for each in optional(project, "managedConnectors")]
    return {
        project.configuration("name"): "ise",
        configured["name"]: "vnet",
        project.configuration("resourceGroup")["name"]: "rg",
        (configured.get("securityGroup") or {}).get("name", "nsg"): "nsg",
        table["name"]: "rt",
        **{route: f"rt-{route}" for route in table["routes"]},
        **{each["name"]: name for each, name in zip(configured["subnets"], SUBNETS, strict=True)},
        **{connector: f"connector-{connector}" for connector in connectors},
        **{account: f"account-{account}" for account in optional(project, "integrationAccounts")},
    }


def optional(project: Project, key: str) -> Any:
    """A value of the stack file that may be missing."""
    try:
        return project.configuration(key)
    except KeyError:
        return ()


# The steps of a replacement, of which a preview and an update report another one last.
REPLACEMENT = {"replace", "create-replacement", "delete-replaced"}


def changed(operation_by_resource: dict[str, str]) -> dict[str, str]:
    """The operations other than "same", by the resources' short names. Each step of a replacement is "replace"."""
    return {
        name.removeprefix("logic-apps-"): "replace" if operation in REPLACEMENT else operation
        for name, operation in operation_by_resource.items()
        if operation != "same"
    }


WARNING = "This change deletes or replaces"


def deletes_resources(operation_by_resource: dict[str, str]) -> bool:
    """Whether anything is deleted or replaced; the rules and routes are parts of their group and table."""
    return any(
        operation in ("replace", "delete") and not name.startswith(("nsg-", "rt-"))
        for name, operation in operation_by_resource.items()
    )


def updated(project: Project, *, with_preview: bool) -> dict[str, str]:
    """What ``pulumi up`` changes; a preview before it announces the same operations."""
    announced = changed(project.preview()) if with_preview else None
    events = project.events_of_up()
    operations_of_up = changed(operations_in(events))
    assert announced in (None, operations_of_up)
    warnings = [event["diagnosticEvent"]["message"] for event in events if "diagnosticEvent" in event]
    assert any(WARNING in message for message in warnings) == deletes_resources(operations_of_up), warnings
    return operations_of_up


OPERATIONS = {
    "in place": {"update"},
    "replaced": {"replace"},
    "created": {"create", "replace"},
    "deleted": {"delete", "replace"},
}


def operations(effect: str, name: str) -> set[str]:
    """The operations for an effect: rules and routes can be created and deleted if their parent changes in place."""
    if effect == "in place" and name.startswith(("nsg-", "rt-")):
        return {"create", "update", "delete"}
    return OPERATIONS[effect]


def concerned(expected: Line, operation_by_resource: dict[str, str]) -> list[list[str]]:
    """The changed resources that a line is about, by its parts. None may be missing."""
    found = []
    for part in expected.parts:
        patterns = CONCERNED.get(expected.case, {}).get(part) or RESOURCES[part]
        group = []
        for pattern in patterns:
            matching = [
                name
                for name, operation in operation_by_resource.items()
                if fnmatchcase(name, pattern) and operation in operations(expected.effect, name)
            ]
            assert matching, f"{expected}: no {pattern} in {operation_by_resource}"
            group += matching
        found.append(group)
    return found


def expected_writes(effect: str, parts: list[list[str]], operation_by_resource: dict[str, str]) -> list[str]:
    """The writes of a line, in order: deletions in the table's order, creations in the opposite one."""
    made = [f"PUT {name}" for group in reversed(parts) for name in group]
    deleted = [f"DELETE {name}" for group in parts for name in reversed(group)]
    match effect:
        case "replaced":
            return deleted + made
        case "deleted":
            return deleted
        case "in place":
            gone = {f"PUT {name}" for name, operation in operation_by_resource.items() if operation == "delete"}
            return [write.replace("PUT", "DELETE") if write in gone else write for write in made]
        case _:
            return made


# It waits for the environment, and nothing for it.
IN_ANY_ORDER = "PUT nsg-AllowConnectorsInbound"


def expect_order(writes: list[str], steps: list[list[str]]) -> None:
    """The steps of a change follow each other."""
    positions = [[writes.index(write) for write in step if write != IN_ANY_ORDER] for step in steps]
    assert all(max(before) < min(after) for before, after in pairwise(positions)), writes


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: ", ".join(" ".join(case) for case in walk[0]))
def test_a_change_has_the_documented_effect(
    deployed: Project, previewed: set[Case], walk: tuple[list[Case], list[Way]]
) -> None:
    cases, ways = walk
    changes = [[each for each in LINES if each.case == case] for case in cases]
    for way in ways:
        known = names(deployed)
        deployed.configure(**way(deployed))
        known |= names(deployed)

        before = len(deployed.requests())
        operation_by_resource = updated(deployed, with_preview=not previewed.isdisjoint(cases))
        requested = [write.split() for write in deployed.writes(before)]
        writes = [f"{method} {known.get(name, f'nsg-{name}')}" for method, name in requested]

        unexplained, expected = set(operation_by_resource), []
        for lines in changes:
            steps = []
            for each in lines:
                parts = concerned(each, operation_by_resource) if each.parts else []
                unexplained -= {name for group in parts for name in group}
                step = expected_writes(each.effect, parts, operation_by_resource)
                expected += step
                steps.append(step)
                if each.effect == "replaced":
                    assert [write for write in writes if write in step] == step
            if len(steps) > 1:
                expect_order(writes, steps)
        assert unexplained == set()
        assert sorted(writes) == sorted(expected)


def test_another_kind_of_certificate_is_rejected_at_the_preview(deployed: Project) -> None:
    assert line(KIND).effect == "rejected"
    certificates = deployed.configuration("certificates")
    deployed.configure(
        certificates={"rootAuthority": {"file": "certificates/root-authority.pem", "kind": "ClientCertificate"}}
    )
    before = len(deployed.requests())
    assert "[certificate-kind]" in deployed.fail("preview", "--non-interactive")
    assert deployed.writes(before) == []
    deployed.configure(certificates=certificates)


COMPANY = f"{SUBSCRIPTION}/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks"
OURS = {"name": "vnet-logic-apps-dev", "addressSpace": ["10.10.0.0/24"]}


def theirs(network_name: str) -> dict[str, Any]:
    """Our subnets in a network that exists."""
    subnets = [{"name": f"ours-{number}", "addressPrefix": f"10.0.1.{32 * number}/27"} for number in range(1, 5)]
    return {"virtualNetworkId": f"{COMPANY}/{network_name}", "subnets": subnets}


def existing_subnets(network_name: str) -> dict[str, Any]:
    """Subnets that exist."""
    return {"subnetIds": [f"{COMPANY}/{network_name}/subnets/free-{number}" for number in range(4)]}


# From one form of a network to the next, beginning with ours, so that every change between forms is tested.
FORMS: list[tuple[Case, dict[str, Any]]] = [
    (("network.virtualNetworkId", "instead of `name`"), theirs("vnet-one")),
    (("network.virtualNetworkId", ""), theirs("vnet-other")),
    (("network.subnetIds", "instead of `virtualNetworkId`"), existing_subnets("vnet-one")),
    (("network.subnetIds", ""), existing_subnets("vnet-other")),
    (("network.name", "instead of `subnetIds`"), OURS),
    (("network.subnetIds", "instead of `name`"), existing_subnets("vnet-one")),
    (("network.virtualNetworkId", "instead of `subnetIds`"), theirs("vnet-one")),
    (("network.name", "instead of `virtualNetworkId`"), OURS),
]


def make_networks(project: Project) -> None:
    """Make the networks of the company, in which four subnets are free."""
    with azure_in(project.home / "arm", pace=0) as azure:
        azure.put(f"{SUBSCRIPTION}/resourceGroups/rg-network", {"location": "westus2"})
        for network_name in ("vnet-one", "vnet-other"):
            space = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}
            azure.put(f"{COMPANY}/{network_name}", {"location": "westus2", "properties": space})
            azure.get(f"{COMPANY}/{network_name}")
            for number in range(4):
                properties = {
                    "addressPrefix": f"10.0.2.{32 * number}/27",
                    "delegations": [DELEGATION] if number == 0 else [],
                }
                identity = f"{COMPANY}/{network_name}/subnets/free-{number}"
                azure.put(identity, {"properties": properties})
                azure.get(identity)


def test_another_form_of_the_network_has_the_documented_effect(
    stacks: Stacks, tmp_path: Path, previewed: set[Case]
) -> None:
    project = stacks.copy("dev", tmp_path / "project")
    make_networks(project)
    known = {"ise-logic-apps-dev": "ise", "vnet-logic-apps-dev": "vnet"}
    known |= {f"{prefix}-{number}": f"subnet-{number}" for prefix in ("ours", "subnet") for number in range(1, 5)}
    concerned_here = RESOURCES | {"subnet": SUBNETS}

    for case, form in FORMS:
        project.configure(network=form)
        number = len(project.requests())
        operation_by_resource = updated(project, with_preview=case in previewed)
        writes = [f"{method} {known[name]}" for method, name in map(str.split, project.writes(number))]
        unexplained, steps = set(operation_by_resource), []
        for each in (each for each in LINES if each.case == case):
            parts = [concerned_here[part] for part in each.parts]
            for name in (name for part in parts for name in part):
                assert operation_by_resource[name] in operations(each.effect, name), (case, operation_by_resource)
                unexplained.discard(name)
            steps.append(expected_writes(each.effect, parts, operation_by_resource))
        assert unexplained == set(), case
        assert sorted(writes) == sorted(write for step in steps for write in step), case
        if len(steps) > 1:
            expect_order(writes, steps)
    project.succeed("preview", "--non-interactive", "--expect-no-changes")


def test_a_stack_releases_a_resource_group_that_it_no_longer_creates_and_keeps_it_at_destroy(
    stacks: Stacks, tmp_path: Path
) -> None:
    project = stacks.copy("dev", tmp_path / "project")
    expected = line(GROUP_LET_GO)
    assert (expected.effect, expected.parts) == ("nothing", ())
    project.configure(resourceGroup={"name": "rg-logic-apps-dev", "create": False})
    before = len(project.requests())
    assert "delete" not in project.operations_of_up().values()
    assert project.writes(before) == []
    project.expect_nothing_to_do()
    project.succeed("destroy", "--yes", "--non-interactive", "--skip-preview", "--run-program")
    assert [identity.rpartition("/")[2] for identity in project.resources()] == ["rg-logic-apps-dev"]


def test_a_resource_group_that_does_not_exist_is_rejected_at_preview_and_the_stack_can_still_be_destroyed(
    stacks: Stacks, tmp_path: Path
) -> None:
    project = stacks.copy("dev", tmp_path / "project")
    project.configure(resourceGroup={"name": "rg-nobodys", "create": False})
    before = len(project.requests())
    for command in (("preview",), ("up", "--yes", "--skip-preview"), ("destroy", "--yes", "--run-program")):
        refusal = project.fail(*command, "--non-interactive")
        assert 'resourceGroup.name: "rg-nobodys" does not exist' in refusal
        assert "[resource-group-found]" in refusal
        assert "Traceback" not in refusal
    assert project.writes(before) == []
    project.succeed("destroy", "--yes", "--non-interactive", "--skip-preview")
    assert project.resources() == []


def test_a_stack_does_not_create_an_existing_resource_group_later_but_can_adopt_it(
    project: Project,
) -> None:
    expected = line(GROUP_TAKEN_OVER)
    assert expected.effect == "rejected"
    assert "shows a replacement of all resources" in expected.remark
    with azure_in(project.home / "arm", pace=0) as azure:
        azure.put(f"{SUBSCRIPTION}/resourceGroups/rg-logic-apps-dev", {"location": "westus2"})
    project.configure(resourceGroup={"name": "rg-logic-apps-dev", "create": False}, tags=None)
    project.up()
    before = len(project.requests())
    project.configure(resourceGroup={"name": "rg-logic-apps-dev", "create": True})
    assert changed(project.preview())["rg"] == "replace"
    assert "cannot create already existing resource" in project.fail(
        "up", "--yes", "--non-interactive", "--skip-preview"
    )
    assert project.writes(before) == []
    # The failed update has registered an unknown name for the group with the component: the next one corrects that in
    # the state, and nothing in Azure.
    project.configure(resourceGroup={"name": "rg-logic-apps-dev", "create": False})
    before = len(project.requests())
    project.up()
    assert project.writes(before) == []
    project.succeed("preview", "--non-interactive", "--expect-no-changes")

    # The procedure of the remark.
    project.configure(resourceGroup={"name": "rg-logic-apps-dev", "create": True})
    urn = "urn:pulumi:dev::logic-apps-environment::azure-native:resources:ResourceGroup::logic-apps-rg"
    project.succeed("state", "delete", urn, "--yes")
    recovered = project.run(
        sys.executable, "-m", "logic_apps_environment.commands", "recover", "--stack", project.stack
    )
    assert recovered.returncode == 0, recovered.stdout + recovered.stderr
    before = len(project.requests())
    project.up()
    assert project.writes(before) == []
    project.succeed("preview", "--non-interactive", "--expect-no-changes")
    project.succeed("destroy", "--yes", "--non-interactive", "--skip-preview", "--run-program")
    assert project.resources() == []


def test_an_existing_group_of_another_name_replaces_the_one_that_the_stack_created(
    stacks: Stacks, tmp_path: Path
) -> None:
    project = stacks.copy("dev", tmp_path / "project")
    assert "With another name, the previous group is deleted at the end" in line(GROUP_LET_GO).remark
    with azure_in(project.home / "arm", pace=0) as azure:
        azure.put(f"{SUBSCRIPTION}/resourceGroups/rg-theirs", {"location": "westus2"})
    project.configure(resourceGroup={"name": "rg-theirs", "create": False})
    before = len(project.requests())
    project.up()
    assert project.writes(before)[-1] == "DELETE rg-logic-apps-dev"
    assert {identity.split("/")[4] for identity in project.resources()} == {"rg-theirs"}
    project.succeed("preview", "--non-interactive", "--expect-no-changes")


def test_a_protected_stack_rejects_replacement_and_deletion_and_reports_what_to_do(
    stacks: Stacks, tmp_path: Path
) -> None:
    project = stacks.copy("prod", tmp_path / "project")
    before = len(project.requests())
    cloud = arm.control_of(project.home / "arm")
    cloud.change_settings(retired=True)

    # The engine's message, at the preview already; the page names the flag.
    refusal = project.fail("destroy", "--yes", "--non-interactive", "--run-program")
    assert "remove the `protect` flag" in refusal
    project.configure(endpoint="Internal")
    refusal = project.fail("up", "--yes", "--non-interactive")
    assert "unable to replace resource" in refusal
    assert "remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`" in refusal
    # The library's, in the same preview: which key it is, and what is at stake.
    assert "This change deletes or replaces the environment:" in refusal
    assert "endpoint: External -> Internal" in refusal
    assert "Lost: the environment's IP addresses" in refusal
    assert project.writes(before) == []

    # Another letter case is rejected at each name, whatever else changes; the group is no exception.
    network = project.configuration("network")
    project.configure(
        name="fabrikam-ise", resourceGroup={"name": "FABRIKAM-RG"}, network=network | {"name": "fabrikam-vnet"}
    )
    rejection = project.fail("up", "--yes", "--non-interactive", "--skip-preview")
    for key, existing in (
        ("name", "Fabrikam-ISE"),
        ("resourceGroup.name", "Fabrikam-RG"),
        ("network.name", "Fabrikam-VNET"),
    ):
        assert re.search(rf'{key}: ".*" differs only in letter case from the existing "{existing}"', rejection)
    assert project.writes(before) == []
    project.configure(name="Fabrikam-ISE", resourceGroup={"name": "Fabrikam-RG"}, network=network)

    # Taking the protection away together with a change is too late, as the page says.
    project.succeed("config", "set", "logic-apps-environment:protect", "false")
    project.configure(endpoint="External", location="northeurope")
    refusal = project.fail("up", "--yes", "--non-interactive")
    assert "is currently marked for protection" in refusal
    # Pulumi refuses at the resource group, the first resource; the key is named before.
    assert "location: westus2 -> northeurope" in refusal
    assert project.writes(before) == []

    # What the page says to do.
    project.configure(location="westus2")
    project.up()
    cloud.change_settings(retired=False)
    project.configure(endpoint="Internal")
    before = len(project.requests())
    assert "endpoint: External -> Internal" in project.succeed("preview", "--non-interactive")
    project.up()
    assert project.writes(before) == ["DELETE Fabrikam-ISE", "PUT Fabrikam-ISE"]

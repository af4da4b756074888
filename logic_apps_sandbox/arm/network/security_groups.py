"""Microsoft.Network: network security groups and their rules.

Source: Azure REST API reference, "Network Security Groups", "Security Rules", "Default Security Rules" (2024-05-01).
"""

from logic_apps_sandbox.arm.core.errors import ArmError, resource_not_found
from logic_apps_sandbox.arm.core.json_body import JsonObject
from logic_apps_sandbox.arm.core.resource_id import ResourceId
from logic_apps_sandbox.arm.core.session import Json, Request, Response, Session, collection
from logic_apps_sandbox.arm.core.store import Resource
from logic_apps_sandbox.arm.network.bodies import network_error
from logic_apps_sandbox.arm.network.parents_and_entries import ParentType
from logic_apps_sandbox.arm.network.security_rules import SecurityRules, default_rules


class NetworkSecurityGroups(ParentType):
    """``Microsoft.Network/networkSecurityGroups``; its rules are separate resources that appear inside it."""

    name = "networkSecurityGroups"
    entries = SecurityRules()
    member = "securityRules"
    read_only = frozenset({"defaultSecurityRules", "subnets", "networkInterfaces", "flowLogs"})
    actions = {  # noqa: RUF012 - declared as a class variable by the base class
        "defaultsecurityrules": "GET",
        **{f"defaultsecurityrules/{name}": "GET" for name in (
            "allowvnetinbound", "allowazureloadbalancerinbound", "denyallinbound",
            "allowvnetoutbound", "allowinternetoutbound", "denyalloutbound",
        )},
    }  # fmt: skip

    def settings(self, properties: JsonObject) -> Json:
        """Validate the flag that cuts connections, which has no effect in the simulator."""
        properties.flag("flushConnection")
        return {}

    def computed(self, resource: Resource) -> Json:
        """Return the default rules."""
        return {"defaultSecurityRules": default_rules(resource.id)}

    def in_use(self, resource: Resource, users: list[str]) -> ArmError:
        """Return the error (code and text: terraform-provider-azurerm's and Microsoft's pages on this code)."""
        return network_error(
            "InUseNetworkSecurityGroupCannotBeDeleted",
            f"Network security group {resource.id} cannot be deleted because it is in use by the following resources: "
            f"{', '.join(users)}. In order to delete the Network security group, remove "
            "the association with the resource(s). To learn how to do this, see aka.ms/deletensg.",
        )

    def act(self, request: Request, resource: Resource, action: str) -> Response:  # noqa: ARG002 - the same for all
        """Return the default rules, or one of them."""
        rules = default_rules(resource.id)
        if "/" not in action:
            return collection(rules)
        return Response(200, next(rule for rule in rules if rule["name"].lower() == action.partition("/")[2]))


def effective_rules(session: Session, group_id: ResourceId) -> list[Json]:
    """Return the documents of all rules of a group, including the default rules.

    Raises ArmError ResourceNotFound when the group does not exist.
    """
    if session.store.resource(group_id) is None:
        raise resource_not_found(group_id.relative_name, group_id.group)
    rules = session.store.children(group_id, SecurityRules().full_name)
    return [*(rule.document for rule in rules), *default_rules(group_id)]

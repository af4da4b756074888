"""The types of Azure resources that arguments reference by their IDs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from logic_apps_environment.azure.ids import is_id_of, parse_id
from logic_apps_environment.validation.rule import Problem, Rule, describe, redact


@dataclass(frozen=True, slots=True)
class ResourceType:
    """A type of Azure resources.

    Attributes:
        name: the namespace and the types, such as ``Microsoft.Network/virtualNetworks/subnets``.
        noun: the resource in words, without an article.
        command: the command of the Azure CLI that prints the resource, without its name.
        example_names: the names in an example of an ID.
    """

    name: str
    noun: str
    command: str
    example_names: tuple[str, ...]

    @property
    def example(self) -> str:
        """An example of an ID."""
        namespace, *types = self.name.split("/")
        path = "".join(f"/{segment}/{name}" for segment, name in zip(types, self.example_names, strict=True))
        return f"/subscriptions/…/resourceGroups/Fabrikam-RG/providers/{namespace}{path}"


VIRTUAL_NETWORK = ResourceType(
    "Microsoft.Network/virtualNetworks",
    "virtual network",
    "az network vnet show --resource-group GROUP",
    ("Fabrikam-VNET",),
)
SUBNET = ResourceType(
    "Microsoft.Network/virtualNetworks/subnets",
    "subnet",
    "az network vnet subnet show --resource-group GROUP --vnet-name NETWORK",
    ("Fabrikam-VNET", "subnet-1"),
)
SECURITY_GROUP = ResourceType(
    "Microsoft.Network/networkSecurityGroups",
    "network security group",
    "az network nsg show --resource-group GROUP",
    ("Fabrikam-NSG",),
)
ROUTE_TABLE = ResourceType(
    "Microsoft.Network/routeTables",
    "route table",
    "az network route-table show --resource-group GROUP",
    ("Fabrikam-RT",),
)
IDENTITY = ResourceType(
    "Microsoft.ManagedIdentity/userAssignedIdentities",
    "user-assigned identity",
    "az identity show --resource-group GROUP",
    ("ise",),
)
KEY_VAULT = ResourceType("Microsoft.KeyVault/vaults", "key vault", "az keyvault show", ("fabrikam",))

_TYPES = {
    each.name.lower(): each for each in (VIRTUAL_NETWORK, SUBNET, SECURITY_GROUP, ROUTE_TABLE, IDENTITY, KEY_VAULT)
}


def check_id(rule: Rule, resource_type: ResourceType, text: str) -> Iterator[Problem]:
    """Check that ``text`` is the ID of a resource of this type; ``rule`` is the rule that requires it."""
    if not is_id_of(resource_type.name, text):
        yield rule.violation(
            _not_an_id_of(resource_type, text),
            f"the resource ID, as printed by `{resource_type.command} --name NAME --query id --output tsv`",
            resource_type.example,
        )


def noun_of(identity: str) -> str:
    """Return what the ID of a resource in a resource group identifies, in words without an article.

    Raises:
        ValueError: ``identity`` is not such an ID.
    """
    name = parse_id(identity).type
    known = _TYPES.get(name.lower())
    return known.noun if known else f"resource of type {redact(name)}"


def _not_an_id_of(resource_type: ResourceType, text: str) -> str:
    """Return the statement about ``text``, which repeats no long value, because it could be a key."""
    try:
        given = f"is the ID of a {noun_of(text)} ({describe(parse_id(text).name)})"
    except ValueError:
        return f"{describe(text)} is not valid: expected the resource ID of a {resource_type.noun}."
    return f"{given}, but must be the ID of a {resource_type.noun}."

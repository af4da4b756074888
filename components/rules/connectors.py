"""Rules about the managed connectors of an environment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from . import sources
from .near import nearest
from .repetition import repeated
from .rule import Problem, Rule, Severity, spell_given

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

CONNECTOR_NAME = Rule(
    "connector-name",
    "A connector's name is that of a managed API: 1 to 80 letters, digits, hyphens and underscores.",
    Severity.ERROR,
    f"{sources.LIBRARY}: no rule is documented; these are the characters of all known names, which stand in addresses",
)
CONNECTOR_UNKNOWN = Rule(
    "connector-unknown",
    "A connector is one of those that Microsoft lists for integration service environments.",
    Severity.WARNING,
    f"{sources.QUICKSTART}; {sources.CONNECTORS}; a warning, because the names of some are inferred from their titles",
)
CONNECTOR_REPEATED = Rule(
    "connector-repeated",
    "Each connector is listed once; Azure ignores case.",
    Severity.ERROR,
    f"{sources.API_DESCRIPTION}: the name is the address of one managed API",
)
CONNECTOR_CONTENT_LINK = Rule(
    "connector-content-link",
    "A content link is an https address.",
    Severity.ERROR,
    f"{sources.SAP_CONNECTOR}, prerequisites: the address, with its shared access signature, of a package in Azure "
    "Storage",
)
CONNECTOR_CONTENT_LINK_PLAIN = Rule(
    "connector-content-link-plain",
    "A stack file holds content links as secrets: whoever has the signature in one has what it leads to.",
    Severity.WARNING,
    f"{sources.SAP_CONNECTOR}, prerequisites: the address is one with a shared access signature",
)
CONNECTOR_SAP_LIBRARIES = Rule(
    "connector-sap-libraries",
    "The SAP connector gets SAP's libraries by a content link.",
    Severity.WARNING,
    f"{sources.SAP_CONNECTOR}, prerequisites",
)
CONNECTOR_TAGGED = Rule(
    "connector-tagged",
    "A managed connector has no tags, not even where a transform gives tags to everything.",
    Severity.WARNING,
    f"{sources.ISE_ARTIFACTS}: they are refused; a warning, because Microsoft's table of tag support lists them",
)

# fmt: off
KNOWN_CONNECTORS = (
    # Azure quickstart template integration-service-environment.
    "azureblob", "azurefile", "azurequeues", "azuretables", "db2", "documentdb", "edifact", "eventhubs", "ftp", "mq",
    "servicebus", "sftpwithssh", "si3270", "smtp", "sql", "sqldw", "x12",
    # Microsoft's list of ISE connectors has these by their titles; the names are those of the connectors' references.
    "as2", "azureautomation", "azureeventgrid", "azuremonitorlogs", "filesystem", "keyvault", "sap",
)
# fmt: on
"""The connectors of integration service environments, by the names of their managed APIs."""

SAP = "sap"


def check_connector_name(name: str) -> list[Problem]:
    """Whether ``name`` can be the name of a connector, and is one that is known."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,80}", name):
        return [
            CONNECTOR_NAME.broken(
                f"{spell_given(name)} is not the name of a connector.",
                "the name of a managed API: 1 to 80 letters, digits, hyphens and underscores",
                "sql",
            )
        ]
    if name.lower() in KNOWN_CONNECTORS:
        return []
    meant = nearest(name, KNOWN_CONNECTORS)
    suggestion = f' Did you mean "{meant}"?' if meant else ""
    return [
        CONNECTOR_UNKNOWN.broken(
            f"{spell_given(name)} is no connector that is known here.{suggestion} Azure would refuse a wrong one only "
            "when the environment stands, hours after the update began.",
            ", ".join(sorted(KNOWN_CONNECTORS)),
            meant or "sql",
        )
    ]


def check_connectors(names: Mapping[int, str]) -> list[Problem]:
    """Whether each connector, by its position, is listed once."""
    return [
        CONNECTOR_REPEATED.broken(
            f"{spell_given(names[position])} is in the list already.", "each connector once", place=(position,)
        )
        for position, _ in repeated(names)
    ]


def check_libraries(name: str, *, has_content_link: bool) -> list[Problem]:
    """Whether a connector that needs a package has the link to it."""
    if name.lower() != SAP or has_content_link:
        return []
    return [
        CONNECTOR_SAP_LIBRARIES.broken(
            "The SAP connector calls libraries that SAP gives to its customers only; without them no connection works.",
            "an object with name and contentLink",
            "{name: sap, contentLink: https://…}",
            "Put libicudecnumber.dll, rscp4n.dll, sapnco.dll and sapnco_utils.dll at the root of a zip file, upload it "
            "to Azure Storage, and give its address with a shared access signature.",
        )
    ]


def check_content_link(link: str) -> list[Problem]:
    """Whether ``link`` is the address of a package. What was given is never repeated: it holds a signature."""
    try:
        address = urlsplit(link)
        usable = address.scheme == "https" and bool(address.hostname) and link.isprintable() and " " not in link
    except ValueError:
        usable = False
    if usable:
        return []
    return [
        CONNECTOR_CONTENT_LINK.broken(
            "What was given is not an https address.",
            "the address of a package in Azure Storage, with its shared access signature",
            "https://fabrikam.blob.core.windows.net/sap/libraries.zip?…",
        )
    ]


def check_links_are_secret(positions: Iterable[int]) -> list[Problem]:
    """What is worth knowing of content links in plain text.

    Args:
        positions: the places in the list of the connectors whose links a stack file holds readably.
    """
    return [
        CONNECTOR_CONTENT_LINK_PLAIN.broken(
            "The link, with the signature in it, stands in plain text in the stack file, and in Pulumi's history of "
            "every update.",
            "a link that is set as a secret",
            remedy="Make a new signature, because the history keeps this one. This command asks for the new link: "
            f"pulumi config set --secret --path 'managedConnectors[{position}].contentLink'",
            place=(position, "contentLink"),
        )
        for position in positions
    ]


def check_no_tags(name: str, tags: Mapping[str, str] | None) -> list[Problem]:
    """Whether the resource of a connector is without tags, as the component made it.

    Args:
        name: the connector.
        tags: the tags that its resource has after all transforms.
    """
    if not tags:
        return []
    return [
        CONNECTOR_TAGGED.broken(
            f"A transform gave tags to the connector {spell_given(name)}; Azure refuses them "
            "(IntergrationServiceEnvironmentManagedApiDefinitionTagsNotSupported).",
            "no tags",
            remedy='Let the transform pass over resources of type azure-native:resources:Resource whose "resourceType" '
            'is "managedApis". A tag policy of Azure has to make the same exception.',
            place=("managedConnectors",),
        )
    ]

"""The argument that describes a managed connector."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import BeforeValidator

from .argument_types import checked_by
from .changes import Part, creates, deletes, in_place
from .model import Input, Model, setting
from .rules import connectors as connector_rules
from .rules.texts import check_text
from .validation import Rules, raise_errors, valid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .rules import Problem


class ConnectorArgs(Model):
    """A managed connector: its name, and for SAP the link to its libraries."""

    name: Annotated[str, checked_by(connector_rules.check_connector_name)] = setting(
        "Name of the connector's managed API.",
        allowed="a known connector, such as sql, ftp, servicebus, mq, sftpwithssh, sap",
        example="sql",
        change=(creates(Part.CONNECTOR), deletes(Part.PREDECESSOR)),
        is_name=True,
    )
    content_link: Input[Annotated[str, checked_by(connector_rules.check_content_link)]] | None = setting(
        "URL, with a shared access signature, of a package that is installed with the connector; required by SAP. "
        "The URL is a secret.",
        allowed="an https address",
        example="https://fabrikam.blob.core.windows.net/sap/libraries.zip?…",
        confidential=True,
        change=in_place(Part.CONNECTOR, remark="Installs the package at the new URL."),
        default=None,
        is_registered=False,
    )

    def warnings(self) -> list[Problem]:
        """What is worth knowing of this connector, though it can be asked for."""
        found = connector_rules.check_connector_name(self.name)
        found += connector_rules.check_libraries(self.name, has_content_link=self.content_link is not None)
        return [problem for problem in found if not problem.is_error]


def _from_name(value: object) -> object:
    """A name alone stands for a connector of this name."""
    if not isinstance(value, str):
        return value
    # Checked here as well, because the mistake is in the text that was given: there is no key "name".
    raise_errors(check_text(value) or connector_rules.check_connector_name(value))
    return {"name": value}


def _check_each_once(connectors: Sequence[ConnectorArgs]) -> list[Problem]:
    return connector_rules.check_connectors(valid(connectors, lambda each: each.name))


ManagedConnectors = Annotated[
    tuple[Annotated[ConnectorArgs, BeforeValidator(_from_name)], ...], Rules(_check_each_once)
]


def connector_warnings(connectors: Sequence[ConnectorArgs]) -> list[Problem]:
    """What is worth knowing of these connectors, seen from the list."""
    return [
        problem.within(position) for position, connector in enumerate(connectors) for problem in connector.warnings()
    ]

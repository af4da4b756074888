"""Microsoft.Logic: the schemas, maps, partners and agreements of an integration account.

Sources: the API description ``Microsoft.Logic`` 2019-05-01 (required members, values) and its examples (schemas and
maps are returned with a link to their content); terraform-provider-azurerm, which sends no location; Microsoft, "Add
agreements between partners in workflows with Azure Logic Apps" (the partners exist first). Contents are not validated.
"""

import base64
import hashlib
from typing import ClassVar

from logic_apps_sandbox.arm.core.errors import invalid_request_content
from logic_apps_sandbox.arm.core.json_body import JsonObject
from logic_apps_sandbox.arm.core.resource_id import ResourceId
from logic_apps_sandbox.arm.core.resource_type import ENVELOPE, Envelope, ResourceType, check_identity, read_tags
from logic_apps_sandbox.arm.core.session import Json, Request, Response, Session, timestamp
from logic_apps_sandbox.arm.core.store import Resource
from logic_apps_sandbox.arm.logic.placement import ACCOUNT_API_VERSIONS, NAMESPACE

_TIMES = {"createdTime", "changedTime"}


class Artifact(ResourceType):
    """A type of artifacts of an integration account; every request is answered at once."""

    namespace = NAMESPACE
    api_versions = ACCOUNT_API_VERSIONS
    has_location = False
    kind: ClassVar[str]
    """The member of ``properties`` with the type of the artifact."""
    kinds: ClassVar[tuple[str, ...]]
    """The values of this member."""
    members: ClassVar[frozenset[str]]
    """The other members of ``properties`` that a request may have."""

    def put(self, request: Request, resource_id: ResourceId, existing: Resource | None) -> Response:
        """Create or replace an artifact."""
        session, body = request.session, request.body
        body.refuse_unknown(ENVELOPE)
        check_identity(body, resource_id)
        properties = body.required_member("properties")
        properties.refuse_unknown({self.kind, "metadata", *self.members, *_TIMES})
        kind = properties.one_of(self.kind, self.kinds)
        self.check(session, resource_id, properties)
        kept = {name: value for name, value in properties.value.items() if name not in _TIMES and value is not None}
        now = timestamp(session.now)
        times = {"createdTime": existing.properties["createdTime"] if existing else now, "changedTime": now}
        # A location is optional. Undocumented: whether it has to be the account's.
        envelope = Envelope(resource_id, body.text("location") or "", read_tags(body))
        kept = self.stored(session, resource_id, kept)
        stored = Resource(resource_id, envelope.document({**kept, self.kind: kind, **times}))
        return self.saved(request, stored, existing)

    def check(self, session: Session, artifact: ResourceId, properties: JsonObject) -> None:
        """Reject invalid properties; raises ArmError."""

    def stored(self, session: Session, artifact: ResourceId, given: Json) -> Json:  # noqa: ARG002 - for types that need it
        """Return the properties as they are stored and returned."""
        return given


class _Document(Artifact):
    """A schema or a map: a document that is returned as a link."""

    def check(self, session: Session, artifact: ResourceId, properties: JsonObject) -> None:  # noqa: ARG002
        """Reject a document without content. The code is not documented."""
        link = properties.member("contentLink")
        if not properties.text("content") and (link is None or not link.text("uri")):
            raise properties.refuse(
                f"'{properties.where('content')}' or '{properties.where('contentLink')}' is required."
            )
        properties.text("contentType")

    def stored(self, session: Session, artifact: ResourceId, given: Json) -> Json:
        """Replace the content by a link to it. Nothing serves the link."""
        kept = {name: value for name, value in given.items() if name not in ("content", "contentType")}
        if "content" not in given:
            return kept
        content = given["content"].encode()
        digest = hashlib.md5(content, usedforsecurity=False).digest()
        location = session.store.existing(artifact.parent).location
        link = {
            "uri": f"https://prod-00.{location}.logic.azure.com:443/{'/'.join(artifact.names)}/content",
            "contentVersion": f'"0x{digest.hex()[:15].upper()}"',
            "contentSize": len(content),
            "contentHash": {"algorithm": "md5", "value": base64.b64encode(digest).decode()},
        }
        return {**kept, "contentLink": link}


class Schemas(_Document):
    """``Microsoft.Logic/integrationAccounts/schemas``."""

    name = "integrationAccounts/schemas"
    kind, kinds = "schemaType", ("NotSpecified", "Xml")
    members = frozenset({"content", "contentType", "contentLink", "targetNamespace", "documentName", "fileName"})


class Maps(_Document):
    """``Microsoft.Logic/integrationAccounts/maps``."""

    name = "integrationAccounts/maps"
    kind, kinds = "mapType", ("NotSpecified", "Xslt", "Xslt20", "Xslt30", "Liquid")
    members = frozenset({"content", "contentType", "contentLink", "parametersSchema"})


class Partners(Artifact):
    """``Microsoft.Logic/integrationAccounts/partners``."""

    name = "integrationAccounts/partners"
    kind, kinds = "partnerType", ("NotSpecified", "B2B")
    members = frozenset({"content"})

    def check(self, session: Session, artifact: ResourceId, properties: JsonObject) -> None:  # noqa: ARG002
        """Reject a partner without content, or with incomplete identities."""
        business = properties.required_member("content").member("b2b")
        for identity in (business.objects("businessIdentities") or ()) if business else ():
            _check_business_identity(identity)


class Agreements(Artifact):
    """``Microsoft.Logic/integrationAccounts/agreements``."""

    name = "integrationAccounts/agreements"
    kind, kinds = "agreementType", ("NotSpecified", "AS2", "X12", "Edifact")
    members = frozenset({"hostPartner", "guestPartner", "hostIdentity", "guestIdentity", "content"})

    def check(self, session: Session, artifact: ResourceId, properties: JsonObject) -> None:
        """Reject an agreement between partners that do not exist. The code is not documented."""
        partners = {each.name.lower() for each in session.store.children(artifact.parent, Partners().full_name)}
        for side in ("host", "guest"):
            partner = properties.required_text(f"{side}Partner")
            if partner.lower() not in partners:
                raise invalid_request_content(
                    f"'{properties.where(f'{side}Partner')}' is '{partner[:80]}', which is not a partner in the "
                    f"integration account '{artifact.parent.name}'."
                )
            _check_business_identity(properties.required_member(f"{side}Identity"))
        properties.required_member("content")


def _check_business_identity(identity: JsonObject) -> None:
    identity.required_text("qualifier")
    identity.required_text("value")

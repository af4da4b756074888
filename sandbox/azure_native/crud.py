"""Creating, reading, updating and deleting: which requests go to ARM, and in which order.

Source: azure-native provider source, crud.go.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

from .convert import imported_inputs, outputs_from_response, refreshed_inputs, request_body
from .errors import ArmError, OperationCancelledError, PartialFailureError, ProviderError

if TYPE_CHECKING:
    from .arm_client import ArmClient
    from .deadline import Deadline
    from .resource_types import ResourceType
    from .values import Properties


@dataclass(frozen=True)
class State:
    """A resource as the engine keeps it.

    Attributes:
        identifier: The ARM id, spelled as ARM spells it; empty when the resource does not exist.
        outputs: The outputs.
        inputs: The inputs that go with them.
        warnings: What the user should know though the operation succeeded.
    """

    identifier: str
    outputs: Properties
    inputs: Properties
    warnings: tuple[str, ...] = ()


class Crud:
    """The four operations on resources of one subscription.

    Args:
        arm: The client to make requests with.
        subscription_id: The subscription of all resources.
        skip_read_on_update: Whether to leave out the reading request after creates and updates.
    """

    def __init__(self, arm: ArmClient, subscription_id: str, *, skip_read_on_update: bool = False) -> None:
        self._arm = arm
        self._subscription_id = subscription_id
        self._skip_read_on_update = skip_read_on_update

    def create(self, resource: ResourceType, inputs: Properties, deadline: Deadline) -> State:
        """Create a resource that must not exist yet: existence check, PUT, polls, read.

        Raises:
            PartialFailureError: ARM accepted the resource, but it did not get ready.
            ProviderError: It exists, ARM refused it, or ARM cannot be reached.
        """
        identifier = resource.arm_id(inputs, self._subscription_id)
        self._require_absent(resource, identifier, deadline)
        body = request_body(resource, inputs)
        for name in resource.sub_resources:
            body.setdefault("properties", {}).setdefault(name, [])
        return self._write("Create", resource, identifier, body, inputs, inputs, deadline)

    def update(
        self,
        resource: ResourceType,
        identifier: str,
        old_inputs: Properties,
        new_inputs: Properties,
        deadline: Deadline,
    ) -> State:
        """Bring a resource to its new inputs: PUT, polls, read.

        Raises:
            PartialFailureError: ARM accepted the update, but the resource did not get ready.
            ProviderError: ARM refused it, or cannot be reached.
        """
        body = request_body(resource, new_inputs)
        unset = [name for name in resource.sub_resources if name not in new_inputs]
        if unset:
            remote = (
                self._arm.get(identifier, resource.request_api_version(old_inputs), deadline).get("properties") or {}
            )
            present = {name: remote[name] for name in unset if name in remote}
            body["properties"] = {**body.get("properties", {}), **present}
        return self._write("Update", resource, identifier, body, old_inputs, new_inputs, deadline)

    def read(
        self,
        resource: ResourceType,
        identifier: str,
        old_inputs: Properties,
        old_outputs: Properties,
        deadline: Deadline,
    ) -> State:
        """Read a resource. Without old inputs it is an import, and inputs are made from what ARM says.

        Raises:
            ProviderError: ARM refused the request or cannot be reached; an id does not fit an imported resource's type.
        """
        try:
            response = self._arm.get(identifier, resource.request_api_version(old_inputs), deadline)
        except ArmError as error:
            if error.status == httpx.codes.NOT_FOUND:
                return State("", {}, {})
            raise
        outputs = outputs_from_response(resource, response)
        if old_inputs:
            inputs = refreshed_inputs(resource, old_inputs, old_outputs, outputs)
        else:
            inputs = imported_inputs(resource, identifier, outputs)
        return State(_identifier(response, identifier), outputs, inputs)

    def delete(self, resource: ResourceType, identifier: str, old_inputs: Properties, deadline: Deadline) -> None:
        """Delete a resource. One that is already gone counts as deleted, and so does one that ARM cannot delete.

        Raises:
            ProviderError: ARM refused the request or cannot be reached.
        """
        if not resource.deletable:
            return
        api_version = resource.request_api_version(old_inputs)
        self._arm.delete(identifier, api_version, deadline, long_running="delete" in resource.long_running)

    def _require_absent(self, resource: ResourceType, identifier: str, deadline: Deadline) -> None:
        # With the api-version of the type itself, even where the program gives another one.
        response = self._arm.look_up(identifier, resource.api_version, deadline)
        if response.status_code in (httpx.codes.NOT_FOUND, httpx.codes.NO_CONTENT):
            return
        if response.status_code != httpx.codes.OK:
            found = f"status code {response.status_code}, {response.text}"
            raise ProviderError(f"cannot check existence of resource '{identifier}': {found}")
        try:
            exists = bool(response.json())
        except ValueError:
            exists = bool(response.content)
        if exists:
            raise ProviderError(f"cannot create already existing resource '{identifier}'")

    def _write(
        self,
        verb: str,
        resource: ResourceType,
        identifier: str,
        body: dict[str, Any],
        reading_inputs: Properties,
        inputs: Properties,
        deadline: Deadline,
    ) -> State:
        """PUT, wait, read.

        ``reading_inputs`` give the api-version that reads the resource afterwards: after an update, the old inputs.
        """
        accepted = self._arm.put(identifier, resource.request_api_version(inputs), body, deadline)
        try:
            response = self._arm.result(accepted, deadline, long_running="create" in resource.long_running)
        except ProviderError as error:
            raise self._partial_failure(resource, identifier, inputs, error, deadline) from error
        warnings: tuple[str, ...] = ()
        if not self._skip_read_on_update:
            try:
                response = self._arm.get(identifier, resource.request_api_version(reading_inputs), deadline)
            except ProviderError as error:
                # What the PUT answered is good enough to go on with.
                warnings = (f"Failed to read resource after {verb}. Please report this issue: {error}",)
        return State(_identifier(response, identifier), outputs_from_response(resource, response), inputs, warnings)

    def _partial_failure(
        self, resource: ResourceType, identifier: str, inputs: Properties, error: ProviderError, deadline: Deadline
    ) -> ProviderError:
        """The error for a resource that ARM accepted and that did not get ready, with what the state keeps of it."""
        if isinstance(error, OperationCancelledError):
            # A cancelled plugin makes no more requests.
            return PartialFailureError(identifier, {}, inputs, str(error))
        try:
            # With the api-version of the type itself, like the existence check and unlike every other read. The time of
            # the call may be over, so this request has a time of its own.
            response = self._arm.get(identifier, resource.api_version, deadline.grace())
        except ArmError as read_error:
            if read_error.status == httpx.codes.NOT_FOUND:
                return error
            return _unread(identifier, inputs, error, read_error)
        except ProviderError as read_error:
            return _unread(identifier, inputs, error, read_error)
        outputs = outputs_from_response(resource, response)
        return PartialFailureError(_identifier(response, identifier), outputs, inputs, str(error))


def _unread(
    identifier: str, inputs: Properties, error: ProviderError, read_error: ProviderError
) -> PartialFailureError:
    return PartialFailureError(identifier, {}, inputs, f"resource created but read failed {read_error}: {error}")


def _identifier(response: dict[str, Any], requested: str) -> str:
    """The id as ARM spells it, which is what the state keeps."""
    return str(response.get("id") or requested)

"""The create, read, update and delete operations, and the order of their requests.

Source: azure-native provider source, crud.go and provider.go (defaultCreate, defaultUpdate, readAfterWrite).
"""

from dataclasses import dataclass
from typing import Any

import httpx

from logic_apps_sandbox.azure_native.arm_client import ArmClient
from logic_apps_sandbox.azure_native.convert import (
    converted_outputs,
    imported_inputs,
    outputs_from_response,
    refreshed_inputs,
    request_body,
)
from logic_apps_sandbox.azure_native.deadline import Deadline
from logic_apps_sandbox.azure_native.errors import ArmError, OperationTimedOutError, PartialFailureError, ProviderError
from logic_apps_sandbox.azure_native.resource_types import ResourceType
from logic_apps_sandbox.azure_native.values import Properties

_UNREAD = (
    "Failed to read resource after {verb}. Please report this issue.\n"
    "Verbose logs contain more information, see "
    "https://www.pulumi.com/docs/support/troubleshooting/#verbose-logging."
)


@dataclass(frozen=True)
class State:
    """A resource in the engine's state.

    Attributes:
        identifier: the ARM id; empty when the resource does not exist.
        outputs: the outputs.
        inputs: the inputs of these outputs.
        warnings: messages for the user although the operation succeeded.
    """

    identifier: str
    outputs: Properties
    inputs: Properties
    warnings: tuple[str, ...] = ()


class Crud:
    """The four operations on resources of one subscription.

    Methods raise PartialFailureError if ARM accepted a resource and its creation or update failed, and ProviderError if
    ARM rejected the request or cannot be reached.
    """

    def __init__(self, arm: ArmClient, subscription_id: str, *, skip_read_on_update: bool = False) -> None:
        self._arm = arm
        self._subscription_id = subscription_id
        self._skip_read_on_update = skip_read_on_update

    def create(self, resource: ResourceType, inputs: Properties, deadline: Deadline) -> State:
        """Create a resource that must not exist yet: existence check, PUT, polls, read."""
        requested = resource.arm_id(inputs, self._subscription_id)
        self._require_absent(resource, requested, deadline)
        body = request_body(resource, inputs)
        for name in resource.sub_resources:
            body.setdefault("properties", {}).setdefault(name, [])
        response = self._put(resource, requested, body, inputs, deadline)
        identifier = str(response.get("id") or requested)
        outputs, warnings = self._outputs("Create", resource, identifier, response, inputs, deadline)
        return State(identifier, outputs, inputs, warnings)

    def update(
        self,
        resource: ResourceType,
        identifier: str,
        old_inputs: Properties,
        new_inputs: Properties,
        deadline: Deadline,
    ) -> State:
        """Update a resource: PUT, polls, read.

        The path of the requests is that of the new inputs, the api-version of the read that of the inputs in the state.
        """
        path = resource.arm_id(new_inputs, self._subscription_id)
        body = request_body(resource, new_inputs)
        unset = [name for name in resource.sub_resources if name not in body.get("properties", {})]
        if unset:
            remote = self._arm.get(path, resource.request_api_version(old_inputs), deadline).get("properties") or {}
            present = {name: remote[name] for name in unset if name in remote}
            body["properties"] = {**body.get("properties", {}), **present}
        response = self._put(resource, path, body, new_inputs, deadline)
        outputs, warnings = self._outputs("Update", resource, path, response, old_inputs, deadline)
        return State(identifier, outputs, new_inputs, warnings)

    def read(
        self,
        resource: ResourceType,
        identifier: str,
        old_inputs: Properties,
        old_outputs: Properties,
        deadline: Deadline,
    ) -> State:
        """Read a resource. Without old inputs it is an import, and the inputs come from ARM's response."""
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
        # The requested id, even if the response has another spelling.
        return State(identifier, outputs, inputs)

    def delete(self, resource: ResourceType, identifier: str, old_inputs: Properties, deadline: Deadline) -> None:
        """Delete a resource. A resource that does not exist counts as deleted."""
        if resource.in_vault:
            self._arm.delete_key(str(old_inputs["vaultName"]), str(old_inputs["keyName"]), deadline)
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

    def _put(
        self, resource: ResourceType, path: str, body: dict[str, Any], inputs: Properties, deadline: Deadline
    ) -> dict[str, Any]:
        """Send a PUT, wait for its end, and return ARM's last response."""
        accepted = self._arm.put(path, resource.request_api_version(inputs), body, deadline)
        try:
            return self._arm.result(accepted, deadline, long_running="create" in resource.long_running)
        except ProviderError as error:
            raise self._partial_failure(resource, path, inputs, error, deadline) from error

    def _outputs(
        self,
        verb: str,
        resource: ResourceType,
        identifier: str,
        response: dict[str, Any],
        reading_inputs: Properties,
        deadline: Deadline,
    ) -> tuple[Properties, tuple[str, ...]]:
        """Return the outputs that a read returns after a write, and the warnings for the user.

        Where nothing is read, ARM's JSON itself is kept, in its own shape.
        """
        warnings: tuple[str, ...] = ()
        if not self._skip_read_on_update:
            try:
                read = self._arm.get(identifier, resource.request_api_version(reading_inputs), deadline)
                return outputs_from_response(resource, read), ()
            except ProviderError:
                warnings = (_UNREAD.format(verb=verb),)
        return {**response, "azureApiVersion": resource.api_version}, warnings

    def _partial_failure(
        self, resource: ResourceType, path: str, inputs: Properties, error: ProviderError, deadline: Deadline
    ) -> PartialFailureError:
        """Return the error for a resource that ARM accepted and whose creation or update failed, with its new state.

        The id is the path that was requested, not ARM's spelling, and it stays so: neither a read nor an update changes
        an id.
        """
        try:
            # With the api-version of the type itself, like the existence check and unlike every other read.
            response = self._arm.get(path, resource.api_version, deadline)
        except ProviderError as read_error:
            timed_out = isinstance(error, OperationTimedOutError)
            reason = str(error) if timed_out else f"resource created but read failed {read_error}: {error}"
            return PartialFailureError(path, {}, inputs, reason)
        return PartialFailureError(path, converted_outputs(resource, response), inputs, str(error))

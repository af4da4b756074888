"""The plugin's gRPC service: Pulumi's resource provider protocol on one side, ARM on the other.

Handshake, Parameterize, Call, Construct, List and GetMappings stay unimplemented, as in the real plugin.

Source: azure-native provider source, provider.go.
"""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import grpc  # type: ignore[import-untyped]
from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from logic_apps_sandbox.azure_native import VERSION
from logic_apps_sandbox.azure_native.checks import AutonamingMode, Naming, failures, with_defaults
from logic_apps_sandbox.azure_native.configuration import read_configuration
from logic_apps_sandbox.azure_native.convert import preview_outputs
from logic_apps_sandbox.azure_native.deadline import Deadline
from logic_apps_sandbox.azure_native.diff import compare
from logic_apps_sandbox.azure_native.engine_log import EngineLog
from logic_apps_sandbox.azure_native.errors import PartialFailureError, ProviderError
from logic_apps_sandbox.azure_native.resource_types import ResourceType, resource_type
from logic_apps_sandbox.azure_native.values import decode, encode

# `Configure` imports these: the engine gets the port before httpx is imported.
if TYPE_CHECKING:
    import httpx

    from logic_apps_sandbox.azure_native.session import Session


def _method(handler: Callable[..., Any]) -> Callable[..., Any]:
    """Return a gRPC method that reports the errors of a method to the engine."""

    @functools.wraps(handler)
    def answer(self: AzureNativeProvider, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: ANN401
        try:
            return handler(self, request)
        except Exception as raised:  # noqa: BLE001 (no traceback may reach the user's terminal)
            error = raised
        _abort(context, error, f"{handler.__name__} of {getattr(request, 'urn', '') or 'the provider'}")
        return None

    return answer


def _abort(context: grpc.ServicerContext, error: Exception, what: str) -> None:
    match error:
        case PartialFailureError():
            context.abort_with_status(_Status(error))
        case ProviderError():
            context.abort(grpc.StatusCode.UNKNOWN, str(error))
        case _:
            context.abort(
                grpc.StatusCode.UNKNOWN,
                f"the sandbox's provider emulator failed in {what}: {type(error).__name__}: {error}. "
                "This is a bug in the emulator, not in the program. Please report it with the program.",
            )


class _Status(grpc.Status):  # type: ignore[misc]  # grpc has no types
    """Return the status with the state of a resource after a partial failure."""

    def __init__(self, error: PartialFailureError) -> None:
        detail = provider_pb2.ErrorResourceInitFailed(
            id=error.identifier, properties=encode(error.outputs), inputs=encode(error.inputs), reasons=[str(error)]
        )
        status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=str(error))
        status.details.add().Pack(detail)
        self.code = grpc.StatusCode.UNKNOWN
        self.details = str(error)
        self.trailing_metadata = (("grpc-status-details-bin", status.SerializeToString()),)


class AzureNativeProvider(provider_pb2_grpc.ResourceProviderServicer):
    """The emulator's responses to the engine. Without ``http``, it trusts the certificates of the environment."""

    def __init__(self, log: EngineLog, http: httpx.Client | None = None) -> None:
        self._log = log
        self._http = http
        self._cancelled = threading.Event()
        self._configured: Session | None = None

    @_method
    def GetPluginInfo(self, _request: Empty) -> plugin_pb2.PluginInfo:  # noqa: N802 (names are the protocol's)
        """Return the version of the plugin."""
        return plugin_pb2.PluginInfo(version=VERSION)

    @_method
    def GetSchema(self, request: provider_pb2.GetSchemaRequest) -> provider_pb2.GetSchemaResponse:  # noqa: N802
        """Return the package schema of the emulator's types."""
        if request.version != 0:
            raise ProviderError(f"unsupported schema version {request.version}; the only one is 0")
        from logic_apps_sandbox.azure_native.package_schema import package_schema  # noqa: PLC0415 (seldom asked for)

        return provider_pb2.GetSchemaResponse(schema=package_schema())

    @_method
    def GetMapping(self, _request: provider_pb2.GetMappingRequest) -> provider_pb2.GetMappingResponse:  # noqa: N802
        """Return no mappings from other tools."""
        return provider_pb2.GetMappingResponse()

    @_method
    def Attach(self, request: plugin_pb2.PluginAttach) -> Empty:  # noqa: N802
        """Connect to an engine that found the plugin running."""
        self._log.connect(request.address)
        return Empty()

    @_method
    def Cancel(self, _request: Empty) -> Empty:  # noqa: N802
        """Cancel creates, reads, updates and deletes. Running functions and checks are not affected."""
        self._cancelled.set()
        return Empty()

    @_method
    def CheckConfig(self, request: provider_pb2.CheckRequest) -> provider_pb2.CheckResponse:  # noqa: N802
        """Return the provider's configuration unchanged."""
        return provider_pb2.CheckResponse(inputs=request.news)

    @_method
    def DiffConfig(self, _request: provider_pb2.DiffRequest) -> provider_pb2.DiffResponse:  # noqa: N802
        """Report that no change of the configuration affects resources."""
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    @_method
    def Configure(self, request: provider_pb2.ConfigureRequest) -> provider_pb2.ConfigureResponse:  # noqa: N802
        """Read the configuration and return the capabilities of the plugin. This sends no request."""
        if not (request.sends_old_inputs and request.sends_old_inputs_to_delete):
            raise ProviderError("azure-native requires Pulumi CLI v3.74.0 or later")
        from logic_apps_sandbox.azure_native.session import Session, trusted_client  # noqa: PLC0415

        configuration = read_configuration(request.variables, os.environ)
        self._configured = Session(configuration, self._http or trusted_client())
        return provider_pb2.ConfigureResponse(
            acceptSecrets=False,
            acceptResources=False,
            acceptOutputs=False,
            supportsPreview=True,
            supports_autonaming_configuration=True,
        )

    @_method
    def Invoke(self, request: provider_pb2.InvokeRequest) -> provider_pb2.InvokeResponse:  # noqa: N802
        """Call a function."""
        returned = self._session.functions.call(request.tok, decode(request.args))
        return provider_pb2.InvokeResponse(**{"return": encode(returned)})

    @_method
    def Check(self, request: provider_pb2.CheckRequest) -> provider_pb2.CheckResponse:  # noqa: N802
        """Fill in defaults and validate inputs."""
        resource = _resource_type(request.urn)
        naming = Naming(_name(request.urn), request.randomSeed)
        if request.HasField("autonaming"):
            mode = AutonamingMode[request.autonaming.Mode.Name(request.autonaming.mode)]
            naming = Naming(naming.logical_name, naming.random_seed, mode, request.autonaming.proposed_name)
        inputs = with_defaults(
            resource, decode(request.olds), decode(request.news), naming, self._session.default_location
        )
        return provider_pb2.CheckResponse(
            inputs=encode(inputs),
            # The reasons name their properties; given one as well, the engine would name it again, with its value.
            failures=[provider_pb2.CheckFailure(reason=reason) for reason in failures(resource, inputs)],
        )

    @_method
    def Diff(self, request: provider_pb2.DiffRequest) -> provider_pb2.DiffResponse:  # noqa: N802
        """Compare the inputs in the state with those of the program."""
        difference = compare(
            _resource_type(request.urn), decode(request.old_inputs), decode(request.news), decode(request.olds)
        )
        response, kind_of = provider_pb2.DiffResponse, provider_pb2.PropertyDiff.Kind.Value
        return provider_pb2.DiffResponse(
            changes=response.DIFF_SOME if difference.changes else response.DIFF_NONE,
            diffs=difference.properties,
            replaces=difference.replaces,
            deleteBeforeReplace=difference.delete_before_replace,
            hasDetailedDiff=True,
            detailedDiff={
                path: provider_pb2.PropertyDiff(
                    kind=kind_of(f"{change.name}_REPLACE" if replaces else change.name), inputDiff=True
                )
                for path, (change, replaces) in difference.changes.items()
            },
        )

    @_method
    def Create(self, request: provider_pb2.CreateRequest) -> provider_pb2.CreateResponse:  # noqa: N802
        """Create a resource; in a preview, return its planned outputs."""
        resource = _resource_type(request.urn)
        inputs = decode(request.properties)
        if request.preview:
            return provider_pb2.CreateResponse(properties=encode(preview_outputs(resource, inputs)))
        state = self._session.crud.create(resource, inputs, self._deadline(request.timeout))
        self._warn(request.urn, state.warnings)
        return provider_pb2.CreateResponse(id=state.identifier, properties=encode(state.outputs))

    @_method
    def Read(self, request: provider_pb2.ReadRequest) -> provider_pb2.ReadResponse:  # noqa: N802
        """Read a resource, for a refresh or an import."""
        state = self._session.crud.read(
            _resource_type(request.urn),
            request.id,
            decode(request.inputs),
            decode(request.properties),
            self._deadline(request.timeout),
        )
        if not state.identifier:
            return provider_pb2.ReadResponse()
        return provider_pb2.ReadResponse(
            id=state.identifier, properties=encode(state.outputs), inputs=encode(state.inputs)
        )

    @_method
    def Update(self, request: provider_pb2.UpdateRequest) -> provider_pb2.UpdateResponse:  # noqa: N802
        """Update a resource; in a preview, return its planned outputs."""
        resource = _resource_type(request.urn)
        inputs = decode(request.news)
        if request.preview:
            known = {name: value for name, value in decode(request.olds).items() if name in ("name", "location")}
            return provider_pb2.UpdateResponse(properties=encode({**preview_outputs(resource, inputs), **known}))
        state = self._session.crud.update(
            resource, request.id, decode(request.old_inputs), inputs, self._deadline(request.timeout)
        )
        self._warn(request.urn, state.warnings)
        return provider_pb2.UpdateResponse(properties=encode(state.outputs))

    @_method
    def Delete(self, request: provider_pb2.DeleteRequest) -> Empty:  # noqa: N802
        """Delete a resource."""
        self._session.crud.delete(
            _resource_type(request.urn), request.id, decode(request.old_inputs), self._deadline(request.timeout)
        )
        return Empty()

    @property
    def _session(self) -> Session:
        if self._configured is None:
            raise ProviderError("the azure-native provider is not configured: the engine called it before Configure")
        return self._configured

    def _deadline(self, timeout: float) -> Deadline:
        return Deadline(timeout, self._cancelled)

    def _warn(self, urn: str, warnings: tuple[str, ...]) -> None:
        for warning in warnings:
            self._log.warn(urn, warning)


def _resource_type(urn: str) -> ResourceType:
    """Return the type of the resource with this URN: ``urn:pulumi:<stack>::<project>::<parent types$type>::<name>``.

    Raises:
        ProviderError: the emulator does not know it.
    """
    return resource_type(urn.split("::", 3)[2].rsplit("$", maxsplit=1)[-1])


def _name(urn: str) -> str:
    """Return the logical name of the resource with this URN. A name can contain ``::``."""
    return urn.split("::", 3)[3]

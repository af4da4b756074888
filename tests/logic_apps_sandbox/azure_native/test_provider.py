"""The plugin as the engine sees it, over gRPC: the order of requests, and the content of each response.

The orders are those of azure-native's crud.go.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import grpc  # type: ignore[import-untyped]
import pytest
from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]
from google.protobuf.json_format import MessageToDict  # type: ignore[import-untyped]
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2

from logic_apps_sandbox.azure_native.values import UNKNOWN, decode, encode
from tests.logic_apps_sandbox.azure_native.arm_double import (
    GROUP,
    HOST,
    ISE,
    ISE_AS_REQUESTED,
    ISE_ON_THE_WIRE,
    NETWORK,
    NETWORK_VERSION,
    NOT_FOUND,
    SUBNET,
    SUBSCRIPTION,
    TENANT,
    VARIABLES,
    ArmDouble,
    answer,
    error,
)

if TYPE_CHECKING:
    import httpx

    from tests.logic_apps_sandbox.azure_native.conftest import RecordingLog

Engine = provider_pb2_grpc.ResourceProviderStub

GROUP_AS_REQUESTED = f"/subscriptions/{SUBSCRIPTION}/resourcegroups/Fabrikam-RG"
GROUP_INPUTS = {"resourceGroupName": "Fabrikam-RG", "location": "westus2", "azureApiVersion": "2024-03-01"}
NETWORK_INPUTS = {
    "resourceGroupName": "Fabrikam-RG",
    "virtualNetworkName": "Fabrikam-VNET",
    "location": "westus2",
    "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
}
SUBNET_INPUTS = {
    "resourceGroupName": "Fabrikam-RG",
    "virtualNetworkName": "Fabrikam-VNET",
    "subnetName": "subnet-1",
    "addressPrefix": "10.0.0.0/27",
}
ISE_PROPERTIES: dict[str, Any] = {"networkConfiguration": {"accessEndpoint": {"type": "External"}}}
ISE_INPUTS: dict[str, Any] = {
    "apiVersion": "2019-05-01",
    "resourceGroupName": "Fabrikam-RG",
    "resourceProviderNamespace": "Microsoft.Logic",
    "parentResourcePath": "",
    "resourceType": "integrationServiceEnvironments",
    "resourceName": "Fabrikam-ISE",
    "location": "westus2",
    "sku": {"name": "Premium", "capacity": 0},
    "properties": ISE_PROPERTIES,
}
ISE_READY = {
    "id": ISE,
    "name": "Fabrikam-ISE",
    "location": "westus2",
    "properties": {**ISE_PROPERTIES, "provisioningState": "Succeeded"},
}
FORBIDDEN = '{"error":{"code":"AuthorizationFailed","message":"no"}}'
STATUS = f"/subscriptions/{SUBSCRIPTION}/operations/1?api-version=2019-05-01"
STARTED = {"Azure_AsyncOperation": f"https://{HOST}{STATUS}", "retry_after_ms": "1"}


def urn(token: str, name: str = "main") -> str:
    return f"urn:pulumi:dev::logic-apps-environment::{token}::{name}"


RESOURCE_GROUP = urn("azure-native:resources:ResourceGroup")
VIRTUAL_NETWORK = urn("azure-native:network:VirtualNetwork")
SUBNET_URN = urn("logic-apps-environment:index:EnvironmentNetwork$azure-native:network:Subnet", "main-subnet-1")
ISE_URN = urn("azure-native:resources:Resource")


def create(engine: Engine, resource: str, inputs: dict[str, Any], **options: Any) -> provider_pb2.CreateResponse:
    response: provider_pb2.CreateResponse = engine.Create(
        provider_pb2.CreateRequest(urn=resource, properties=encode(inputs), **options)
    )
    return response


def update(
    engine: Engine, resource: str, identifier: str, old: dict[str, Any], new: dict[str, Any]
) -> provider_pb2.UpdateResponse:
    response: provider_pb2.UpdateResponse = engine.Update(
        provider_pb2.UpdateRequest(urn=resource, id=identifier, old_inputs=encode(old), news=encode(new))
    )
    return response


def read(
    engine: Engine, resource: str, identifier: str, inputs: dict[str, Any], outputs: dict[str, Any]
) -> provider_pb2.ReadResponse:
    response: provider_pb2.ReadResponse = engine.Read(
        provider_pb2.ReadRequest(urn=resource, id=identifier, inputs=encode(inputs), properties=encode(outputs))
    )
    return response


def delete(engine: Engine, resource: str, identifier: str, inputs: dict[str, Any]) -> None:
    engine.Delete(provider_pb2.DeleteRequest(urn=resource, id=identifier, old_inputs=encode(inputs)))


def check(engine: Engine, resource: str, inputs: dict[str, Any], **options: Any) -> provider_pb2.CheckResponse:
    response: provider_pb2.CheckResponse = engine.Check(
        provider_pb2.CheckRequest(urn=resource, news=encode(inputs), randomSeed=b"seed", **options)
    )
    return response


def refused(raised: pytest.ExceptionInfo[grpc.RpcError]) -> str:
    assert raised.value.code() is grpc.StatusCode.UNKNOWN
    return str(raised.value.details())


def test_configure_takes_no_secrets_resources_or_outputs_and_supports_previews(unconfigured: Engine) -> None:
    request = provider_pb2.ConfigureRequest(variables=VARIABLES, sends_old_inputs=True, sends_old_inputs_to_delete=True)
    assert MessageToDict(unconfigured.Configure(request), always_print_fields_with_no_presence=True) == {
        "acceptSecrets": False,
        "acceptResources": False,
        "acceptOutputs": False,
        "supportsPreview": True,
        "supportsAutonamingConfiguration": True,
    }


def test_an_engine_that_sends_no_old_inputs_is_rejected(unconfigured: Engine) -> None:
    with pytest.raises(grpc.RpcError) as raised:
        unconfigured.Configure(provider_pb2.ConfigureRequest(variables=VARIABLES))
    assert "requires Pulumi CLI v3.74.0 or later" in refused(raised)


def test_the_plugin_has_the_version_of_the_sdk(engine: Engine) -> None:
    assert engine.GetPluginInfo(Empty()).version == "3.29.0"


def test_the_schema_describes_each_type_it_knows(engine: Engine) -> None:
    schema = json.loads(engine.GetSchema(provider_pb2.GetSchemaRequest()).schema)
    assert schema["name"] == "azure-native"
    subnet = schema["resources"]["azure-native:network:Subnet"]
    assert subnet["requiredInputs"] == ["resourceGroupName", "virtualNetworkName"]
    assert subnet["inputProperties"]["delegations"] == {
        "type": "array",
        "items": {"$ref": "#/types/azure-native:network:Delegation"},
    }
    assert "serviceName" in schema["types"]["azure-native:network:Delegation"]["properties"]


def test_provider_configuration_passes_and_never_replaces(engine: Engine) -> None:
    news = encode({"subscriptionId": "x"})
    assert decode(engine.CheckConfig(provider_pb2.CheckRequest(news=news)).inputs) == {"subscriptionId": "x"}
    assert engine.DiffConfig(provider_pb2.DiffRequest(news=news)).changes == provider_pb2.DiffResponse.DIFF_NONE


@pytest.mark.parametrize("method", ["Handshake", "Parameterize", "Call", "Construct", "GetMappings"])
def test_what_the_real_plugin_does_not_implement_is_not_implemented(engine: Engine, method: str) -> None:
    requests = {
        "Handshake": provider_pb2.ProviderHandshakeRequest(),
        "Parameterize": provider_pb2.ParameterizeRequest(),
        "Call": provider_pb2.CallRequest(),
        "Construct": provider_pb2.ConstructRequest(),
        "GetMappings": provider_pb2.GetMappingsRequest(),
    }
    with pytest.raises(grpc.RpcError) as raised:
        getattr(engine, method)(requests[method])
    assert raised.value.code() is grpc.StatusCode.UNIMPLEMENTED


def test_a_type_that_is_not_known_is_rejected_at_preview(engine: Engine) -> None:
    with pytest.raises(grpc.RpcError) as raised:
        check(engine, urn("azure-native:storage:StorageAccount"), {})
    assert "does not know the resource type 'azure-native:storage:StorageAccount'" in refused(raised)


def test_a_function_is_rejected_by_name(engine: Engine) -> None:
    with pytest.raises(grpc.RpcError) as raised:
        engine.Invoke(provider_pb2.InvokeRequest(tok="azure-native:network:getNatGateway"))
    assert "does not support the function 'azure-native:network:getNatGateway'" in refused(raised)


def call(engine: Engine, token: str, **arguments: Any) -> dict[str, Any]:
    request = provider_pb2.InvokeRequest(tok=token, args=encode(arguments))
    return decode(getattr(engine.Invoke(request), "return"))


def test_a_virtual_network_is_read_with_its_subnets_and_their_users(engine: Engine, arm: ArmDouble) -> None:
    link = {"properties": {"link": ISE, "linkedResourceType": "Microsoft.Logic/integrationServiceEnvironments"}}
    subnet = {"id": SUBNET, "name": "subnet-1", "properties": {"serviceAssociationLinks": [link]}}
    properties = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": [subnet]}
    arm.on(f"GET {NETWORK}{NETWORK_VERSION}", answer(200, {"id": NETWORK, "properties": properties}))
    read = call(
        engine,
        "azure-native:network:getVirtualNetwork",
        resourceGroupName="Fabrikam-RG",
        virtualNetworkName="Fabrikam-VNET",
    )
    assert read == {
        "id": NETWORK,
        "azureApiVersion": "2024-05-01",
        "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
        "subnets": [
            {
                "id": SUBNET,
                "name": "subnet-1",
                "serviceAssociationLinks": [
                    {"link": ISE, "linkedResourceType": "Microsoft.Logic/integrationServiceEnvironments"}
                ],
            }
        ],
    }


def test_a_function_that_finds_nothing_reports_the_message_of_arm(engine: Engine, arm: ArmDouble) -> None:
    arm.on(f"GET {NETWORK}{NETWORK_VERSION}", error(404, *NOT_FOUND))
    with pytest.raises(grpc.RpcError) as raised:
        call(
            engine,
            "azure-native:network:getVirtualNetwork",
            resourceGroupName="Fabrikam-RG",
            virtualNetworkName="Fabrikam-VNET",
        )
    message = NOT_FOUND[1]
    assert refused(raised) == f'request failed {NETWORK}: Status=404 Code="ResourceNotFound" Message="{message}"'


def test_a_function_without_a_name_is_rejected(engine: Engine, arm: ArmDouble) -> None:
    with pytest.raises(grpc.RpcError) as raised:
        call(engine, "azure-native:network:getVirtualNetwork", resourceGroupName="Fabrikam-RG")
    assert "missing required property 'virtualNetworkName'" in refused(raised)
    assert arm.requests == []


def test_the_client_config_is_what_the_plugin_is_configured_with(engine: Engine, arm: ArmDouble) -> None:
    config = call(engine, "azure-native:authorization:getClientConfig")
    assert config == {"clientId": "client", "objectId": "", "subscriptionId": SUBSCRIPTION, "tenantId": TENANT}
    assert arm.requests == []


def test_an_error_of_the_plugin_names_method_and_resource_in_one_line(engine: Engine) -> None:
    with pytest.raises(grpc.RpcError) as raised:
        create(engine, SUBNET_URN, {})
    assert refused(raised).startswith(
        f"the sandbox's provider emulator failed in Create of {SUBNET_URN}: KeyError: 'resourceGroupName'."
    )
    assert "Traceback" not in refused(raised)


def test_check_fills_in_defaults_and_reports_failures(engine: Engine) -> None:
    response = check(engine, SUBNET_URN, {"resourceGroupName": "rg", "addressPrefix": 5})
    assert decode(response.inputs) == {
        "resourceGroupName": "rg",
        "subnetName": "main-subnet-1",
        "addressPrefix": 5,
        "azureApiVersion": "2024-05-01",
    }
    assert [(failure.property, failure.reason) for failure in response.failures] == [
        ("", "missing required property 'virtualNetworkName'"),
        ("", "'addressPrefix' should be of type 'string' but got a number"),
    ]


def test_check_asks_arm_once_for_the_location_of_the_resource_group(engine: Engine, arm: ArmDouble) -> None:
    arm.on(f"GET {GROUP}?api-version=2020-10-01", answer(200, {"location": "westus2"}))
    for _ in range(2):
        inputs = decode(check(engine, VIRTUAL_NETWORK, {"resourceGroupName": "Fabrikam-RG"}).inputs)
        assert inputs["location"] == "westus2"
    assert arm.requests == [f"GET {GROUP}?api-version=2020-10-01"]


def test_the_configured_location_comes_before_that_of_the_resource_group(unconfigured: Engine, arm: ArmDouble) -> None:
    variables = {**VARIABLES, "azure-native:config:location": "eastus"}
    unconfigured.Configure(
        provider_pb2.ConfigureRequest(variables=variables, sends_old_inputs=True, sends_old_inputs_to_delete=True)
    )
    inputs = decode(check(unconfigured, VIRTUAL_NETWORK, {"resourceGroupName": "Fabrikam-RG"}).inputs)
    assert inputs["location"] == "eastus"
    assert arm.requests == []


def test_reads_after_writes_can_be_switched_off(unconfigured: Engine, arm: ArmDouble) -> None:
    variables = {**VARIABLES, "azure-native:config:skipReadOnUpdate": "true"}
    unconfigured.Configure(
        provider_pb2.ConfigureRequest(variables=variables, sends_old_inputs=True, sends_old_inputs_to_delete=True)
    )
    arm.on(f"GET {SUBNET}{NETWORK_VERSION}", error(404, *NOT_FOUND))
    put = {"id": SUBNET, "properties": {"addressPrefix": "10.0.0.0/27", "provisioningState": "Succeeded"}}
    arm.on(f"PUT {SUBNET}{NETWORK_VERSION}", answer(201, put))
    response = create(unconfigured, SUBNET_URN, SUBNET_INPUTS)
    assert arm.requests == [f"{verb} {SUBNET}{NETWORK_VERSION}" for verb in ("GET", "PUT")]
    assert decode(response.properties) == {**put, "azureApiVersion": "2024-05-01"}


def test_a_resource_group_that_cannot_be_read_has_no_location_and_causes_no_error(
    engine: Engine, arm: ArmDouble
) -> None:
    arm.on(f"GET {GROUP}?api-version=2020-10-01", error(404, "ResourceGroupNotFound"))
    response = check(engine, VIRTUAL_NETWORK, {"resourceGroupName": "Fabrikam-RG"})
    assert "location" not in decode(response.inputs)
    assert not response.failures


def test_the_autonaming_of_the_engine_applies(engine: Engine) -> None:
    options = provider_pb2.CheckRequest.AutonamingOptions
    autonaming = options(proposed_name="main-dev", mode=options.ENFORCE)
    response = check(engine, RESOURCE_GROUP, {"location": "westus2"}, autonaming=autonaming)
    assert decode(response.inputs)["resourceGroupName"] == "main-dev"


def test_diff_returns_leaf_paths_and_their_kinds(engine: Engine) -> None:
    old = {**ISE_INPUTS, "resourceName": "old"}
    new = {**ISE_INPUTS, "properties": {"networkConfiguration": {"accessEndpoint": {"type": "Internal"}}}, "kind": "x"}
    response = engine.Diff(provider_pb2.DiffRequest(urn=ISE_URN, old_inputs=encode(old), news=encode(new)))
    kinds = provider_pb2.PropertyDiff
    assert {path: (change.kind, change.inputDiff) for path, change in response.detailedDiff.items()} == {
        "properties.networkConfiguration.accessEndpoint.type": (kinds.UPDATE, True),
        "kind": (kinds.ADD, True),
        "resourceName": (kinds.UPDATE_REPLACE, True),
    }
    assert response.hasDetailedDiff
    assert response.changes == provider_pb2.DiffResponse.DIFF_SOME
    assert list(response.diffs) == ["kind", "properties", "resourceName"]
    assert list(response.replaces) == ["resourceName"]
    assert response.deleteBeforeReplace


def test_no_difference_is_reported_as_none(engine: Engine) -> None:
    inputs = encode(ISE_INPUTS)
    response = engine.Diff(provider_pb2.DiffRequest(urn=ISE_URN, old_inputs=inputs, news=inputs))
    assert response.changes == provider_pb2.DiffResponse.DIFF_NONE
    assert not response.deleteBeforeReplace


def test_a_preview_makes_no_request(engine: Engine, arm: ArmDouble) -> None:
    created = create(engine, ISE_URN, ISE_INPUTS, preview=True)
    assert created.id == ""
    assert decode(created.properties)["properties"] == ISE_PROPERTIES
    assert decode(created.properties)["name"] is UNKNOWN
    olds = encode({"name": "Fabrikam-ISE", "location": "westus2", "type": "x"})
    request = provider_pb2.UpdateRequest(urn=ISE_URN, id=ISE, olds=olds, news=encode({"kind": "k"}), preview=True)
    outputs = decode(engine.Update(request).properties)
    assert (outputs["name"], outputs["location"], outputs["type"]) == ("Fabrikam-ISE", "westus2", UNKNOWN)
    assert arm.requests == []
    assert arm.sign_in == []


def test_creating_a_resource_group_checks_puts_and_reads(engine: Engine, arm: ArmDouble) -> None:
    version = "?api-version=2024-03-01"
    ready = {
        "id": GROUP,
        "name": "Fabrikam-RG",
        "location": "westus2",
        "properties": {"provisioningState": "Succeeded"},
    }
    arm.on(f"GET {GROUP_AS_REQUESTED}{version}", error(404, *NOT_FOUND))
    arm.on(f"PUT {GROUP_AS_REQUESTED}{version}", answer(201, ready))
    arm.on(f"GET {GROUP}{version}", answer(200, ready))
    response = create(engine, RESOURCE_GROUP, GROUP_INPUTS)
    assert arm.requests == [
        f"GET {GROUP_AS_REQUESTED}{version}",
        f"PUT {GROUP_AS_REQUESTED}{version}",
        f"GET {GROUP}{version}",
    ]
    assert arm.bodies == [{"location": "westus2"}]
    assert response.id == GROUP
    assert decode(response.properties) == {
        "azureApiVersion": "2024-03-01",
        "name": "Fabrikam-RG",
        "location": "westus2",
        "properties": {"provisioningState": "Succeeded"},
    }


def test_creating_an_ise_checks_with_the_generic_version_puts_polls_and_reads_twice(
    engine: Engine, arm: ArmDouble
) -> None:
    check_existence = f"GET {ISE_ON_THE_WIRE}?api-version=2024-03-01"
    put = f"PUT {ISE_ON_THE_WIRE}?api-version=2019-05-01"
    pollers_get = f"GET {ISE_ON_THE_WIRE}?api-version=2019-05-01"
    get = f"GET {ISE}?api-version=2019-05-01"
    arm.on(check_existence, error(404, *NOT_FOUND))
    arm.on(put, answer(201, {"id": ISE}, **STARTED))
    arm.on(
        f"GET {STATUS}", answer(200, {"status": "InProgress"}, retry_after_ms="1"), answer(200, {"status": "Succeeded"})
    )
    arm.on(pollers_get, answer(200, ISE_READY))
    arm.on(get, answer(200, ISE_READY))
    response = create(engine, ISE_URN, ISE_INPUTS)
    assert arm.requests == [check_existence, put, f"GET {STATUS}", f"GET {STATUS}", pollers_get, get]
    assert arm.bodies == [
        {"location": "westus2", "sku": {"name": "Premium", "capacity": 0}, "properties": ISE_PROPERTIES}
    ]
    assert response.id == ISE
    assert decode(response.properties)["properties"]["provisioningState"] == "Succeeded"


def test_a_new_virtual_network_is_sent_with_empty_arrays_of_children(engine: Engine, arm: ArmDouble) -> None:
    arm.on(f"GET {NETWORK}{NETWORK_VERSION}", error(404, *NOT_FOUND), answer(200, {"id": NETWORK}))
    arm.on(f"PUT {NETWORK}{NETWORK_VERSION}", answer(201, {"id": NETWORK}))
    create(engine, VIRTUAL_NETWORK, NETWORK_INPUTS)
    assert arm.bodies == [
        {
            "location": "westus2",
            "properties": {
                "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
                "subnets": [],
                "virtualNetworkPeerings": [],
            },
        }
    ]


VAULT = f"{GROUP}/providers/Microsoft.KeyVault/vaults/fabrikam"
VAULT_URN = urn("azure-native:keyvault:Vault")
VAULT_VERSION = "?api-version=2024-11-01"
VAULT_INPUTS: dict[str, Any] = {
    "resourceGroupName": "Fabrikam-RG",
    "vaultName": "fabrikam",
    "location": "westus2",
    "properties": {"tenantId": TENANT, "sku": {"family": "A", "name": "standard"}},
}


def test_a_vault_without_access_policies_is_created_with_none_and_keeps_those_of_others(
    engine: Engine, arm: ArmDouble
) -> None:
    """azure-native provider source, crud.go (SetUnsetSubresourcePropertiesToDefaults and its example)."""
    policies = [{"tenantId": TENANT, "objectId": "someone", "permissions": {}}]
    remote = {"id": VAULT, "properties": {**VAULT_INPUTS["properties"], "accessPolicies": policies}}
    arm.on(f"GET {VAULT}{VAULT_VERSION}", error(404, *NOT_FOUND), answer(200, remote))
    arm.on(f"PUT {VAULT}{VAULT_VERSION}", answer(200, remote))
    create(engine, VAULT_URN, VAULT_INPUTS)
    update(engine, VAULT_URN, VAULT, VAULT_INPUTS, {**VAULT_INPUTS, "tags": {"a": "b"}})
    assert [body["properties"]["accessPolicies"] for body in arm.bodies] == [[], policies]
    old_outputs = {"properties": {**VAULT_INPUTS["properties"], "accessPolicies": []}}
    assert decode(read(engine, VAULT_URN, VAULT, VAULT_INPUTS, old_outputs).inputs) == VAULT_INPUTS


@pytest.mark.parametrize(
    ("found", "message"),
    [
        (answer(200, {"id": SUBNET}), f"cannot create already existing resource '{SUBNET}'"),
        (
            error(403, "AuthorizationFailed", "no"),
            f"cannot check existence of resource '{SUBNET}': status code 403, {FORBIDDEN}",
        ),
    ],
)
def test_a_create_stops_when_the_resource_exists_or_may_exist(
    engine: Engine, arm: ArmDouble, found: httpx.Response, message: str
) -> None:
    arm.on(f"GET {SUBNET}{NETWORK_VERSION}", found)
    with pytest.raises(grpc.RpcError) as raised:
        create(engine, SUBNET_URN, SUBNET_INPUTS)
    assert refused(raised) == message
    assert arm.requests == [f"GET {SUBNET}{NETWORK_VERSION}"]


@pytest.mark.parametrize("found", [answer(204), answer(200), answer(200, {})])
def test_an_empty_response_to_the_existence_check_means_absent(
    engine: Engine, arm: ArmDouble, found: httpx.Response
) -> None:
    arm.on(f"GET {SUBNET}{NETWORK_VERSION}", found, answer(200, {"id": SUBNET}))
    arm.on(f"PUT {SUBNET}{NETWORK_VERSION}", answer(201, {"id": SUBNET}))
    assert create(engine, SUBNET_URN, SUBNET_INPUTS).id == SUBNET


def test_a_rejected_put_leaves_nothing_in_the_state(engine: Engine, arm: ArmDouble) -> None:
    arm.on(f"GET {SUBNET}{NETWORK_VERSION}", error(404, *NOT_FOUND))
    arm.on(f"PUT {SUBNET}{NETWORK_VERSION}", error(400, "NetcfgInvalidSubnet", "Not valid."))
    with pytest.raises(grpc.RpcError) as raised:
        create(engine, SUBNET_URN, SUBNET_INPUTS)
    assert refused(raised) == 'Status=400 Code="NetcfgInvalidSubnet" Message="Not valid."'
    assert "grpc-status-details-bin" not in dict(raised.value.trailing_metadata() or ())


def test_a_read_that_fails_after_a_create_is_a_warning_and_the_answer_of_the_put_is_kept_in_arms_shape(
    engine: Engine, arm: ArmDouble, log: RecordingLog
) -> None:
    put = {"id": SUBNET, "properties": {"addressPrefix": "10.0.0.0/27", "provisioningState": "Succeeded"}}
    arm.on(f"GET {SUBNET}{NETWORK_VERSION}", error(404, *NOT_FOUND), error(403, "Forbidden", "no"))
    arm.on(f"PUT {SUBNET}{NETWORK_VERSION}", answer(201, put))
    response = create(engine, SUBNET_URN, SUBNET_INPUTS)
    assert decode(response.properties) == {**put, "azureApiVersion": "2024-05-01"}
    ((about, warning),) = log.warnings
    assert about == SUBNET_URN
    assert warning.startswith("Failed to read resource after Create. Please report this issue.\nVerbose logs")
    assert "Forbidden" not in warning


def partial_failure(raised: pytest.ExceptionInfo[grpc.RpcError]) -> provider_pb2.ErrorResourceInitFailed:
    metadata = dict(raised.value.trailing_metadata())
    status = status_pb2.Status.FromString(metadata["grpc-status-details-bin"])
    assert status.code == grpc.StatusCode.UNKNOWN.value[0]
    assert status.message == raised.value.details()
    detail = provider_pb2.ErrorResourceInitFailed()
    assert status.details[0].Unpack(detail)
    return detail


FAILED = {"status": "Failed", "error": {"code": "ProvisioningFailed", "message": "No luck."}}
FAILED_REASON = 'Status=200 Code="ProvisioningFailed" Message="No luck."'


def test_a_resource_that_fails_after_it_was_accepted_stays_in_the_state_as_it_is(
    engine: Engine, arm: ArmDouble
) -> None:
    now = {"id": NETWORK, "location": "westus2", "properties": {"provisioningState": "Failed"}}
    arm.on(f"GET {NETWORK}{NETWORK_VERSION}", error(404, *NOT_FOUND), answer(200, now))
    arm.on(f"PUT {NETWORK}{NETWORK_VERSION}", answer(201, {"id": NETWORK}, **STARTED))
    arm.on(f"GET {STATUS}", answer(200, FAILED))
    with pytest.raises(grpc.RpcError) as raised:
        create(engine, VIRTUAL_NETWORK, NETWORK_INPUTS)
    detail = partial_failure(raised)
    assert detail.id == NETWORK
    assert decode(detail.properties) == {"location": "westus2", "provisioningState": "Failed"}
    assert decode(detail.inputs) == NETWORK_INPUTS
    assert list(detail.reasons) == [FAILED_REASON]


def test_an_ise_that_failed_is_read_with_the_generic_version_and_kept_with_its_inputs_when_that_is_rejected(
    engine: Engine, arm: ArmDouble
) -> None:
    generic = f"GET {ISE_ON_THE_WIRE}?api-version=2024-03-01"
    arm.on(generic, error(404, *NOT_FOUND), error(400, "NoRegisteredProviderFound", "Not with this version."))
    arm.on(f"PUT {ISE_ON_THE_WIRE}?api-version=2019-05-01", answer(201, {"id": ISE}, **STARTED))
    arm.on(f"GET {STATUS}", answer(200, FAILED))
    with pytest.raises(grpc.RpcError) as raised:
        create(engine, ISE_URN, ISE_INPUTS)
    detail = partial_failure(raised)
    assert arm.requests[-1] == generic
    assert detail.id == ISE_AS_REQUESTED
    assert decode(detail.properties) == {}
    assert decode(detail.inputs) == ISE_INPUTS
    read_error = 'Status=400 Code="NoRegisteredProviderFound" Message="Not with this version."'
    assert list(detail.reasons) == [f"resource created but read failed {read_error}: {FAILED_REASON}"]


def test_a_resource_that_failed_keeps_the_requested_id_when_it_can_be_read(engine: Engine, arm: ArmDouble) -> None:
    generic = f"GET {ISE_ON_THE_WIRE}?api-version=2024-03-01"
    arm.on(generic, error(404, *NOT_FOUND), answer(200, ISE_READY))
    arm.on(f"PUT {ISE_ON_THE_WIRE}?api-version=2019-05-01", answer(201, {"id": ISE}, **STARTED))
    arm.on(f"GET {STATUS}", answer(200, FAILED))
    with pytest.raises(grpc.RpcError) as raised:
        create(engine, ISE_URN, ISE_INPUTS)
    detail = partial_failure(raised)
    assert detail.id == ISE_AS_REQUESTED
    assert decode(detail.properties)["name"] == "Fabrikam-ISE"


def test_a_resource_that_failed_and_is_gone_stays_in_the_state_without_outputs(engine: Engine, arm: ArmDouble) -> None:
    arm.on(f"GET {NETWORK}{NETWORK_VERSION}", error(404, *NOT_FOUND))
    arm.on(f"PUT {NETWORK}{NETWORK_VERSION}", answer(201, {"id": NETWORK}, **STARTED))
    arm.on(f"GET {STATUS}", answer(200, FAILED))
    with pytest.raises(grpc.RpcError) as raised:
        create(engine, VIRTUAL_NETWORK, NETWORK_INPUTS)
    detail = partial_failure(raised)
    assert (detail.id, decode(detail.properties)) == (NETWORK, {})
    read_error = 'Status=404 Code="ResourceNotFound" Message="The Resource was not found."'
    assert list(detail.reasons) == [f"resource created but read failed {read_error}: {FAILED_REASON}"]


def test_a_create_that_takes_longer_than_its_timeout_keeps_the_resource_and_makes_no_more_requests(
    engine: Engine, arm: ArmDouble
) -> None:
    arm.on(f"GET {NETWORK}{NETWORK_VERSION}", error(404, *NOT_FOUND), answer(200, {"id": NETWORK}))
    arm.on(f"PUT {NETWORK}{NETWORK_VERSION}", answer(201, {"id": NETWORK}, **STARTED))
    arm.on(f"GET {STATUS}", answer(200, {"status": "InProgress"}, retry_after_ms="20"))
    with pytest.raises(grpc.RpcError) as raised:
        create(engine, VIRTUAL_NETWORK, NETWORK_INPUTS, timeout=0.2)
    detail = partial_failure(raised)
    assert (list(detail.reasons), decode(detail.properties)) == (["operation timed out"], {})
    assert arm.requests[-1] == f"GET {STATUS}"


def test_a_create_that_is_cancelled_keeps_the_resource_and_makes_no_more_requests(
    engine: Engine, arm: ArmDouble
) -> None:
    arm.on(f"GET {NETWORK}{NETWORK_VERSION}", error(404, *NOT_FOUND))
    arm.on(f"PUT {NETWORK}{NETWORK_VERSION}", answer(201, {"id": NETWORK}, **STARTED))
    arm.on(f"GET {STATUS}", answer(200, {"status": "InProgress"}, retry_after_ms="60000"))
    request = provider_pb2.CreateRequest(urn=VIRTUAL_NETWORK, properties=encode(NETWORK_INPUTS))
    running = engine.Create.future(request)
    while f"GET {STATUS}" not in arm.requests:
        assert not running.done()
    engine.Cancel(Empty())
    with pytest.raises(grpc.RpcError) as raised:
        running.result()
    detail = partial_failure(raised)
    assert detail.id == NETWORK
    assert list(detail.reasons) == ["resource created but read failed context canceled: context canceled"]
    assert arm.requests[-1] == f"GET {STATUS}"


def test_an_update_puts_without_an_existence_check_and_reads_with_the_old_api_version(
    engine: Engine, arm: ArmDouble
) -> None:
    put, get = f"PUT {ISE_ON_THE_WIRE}?api-version=2016-06-01", f"GET {ISE_ON_THE_WIRE}?api-version=2019-05-01"
    arm.on(put, answer(200, ISE_READY))
    arm.on(get, answer(200, ISE_READY))
    update(engine, ISE_URN, ISE, ISE_INPUTS, {**ISE_INPUTS, "apiVersion": "2016-06-01"})
    assert arm.requests == [put, get]


def test_an_update_of_a_virtual_network_sends_the_children_that_arm_has(engine: Engine, arm: ArmDouble) -> None:
    subnets = [{"id": SUBNET, "name": "subnet-1", "properties": {"addressPrefix": "10.0.0.0/27"}}]
    remote = {"id": NETWORK, "properties": {"subnets": subnets, "virtualNetworkPeerings": []}}
    arm.on(f"GET {NETWORK}{NETWORK_VERSION}", answer(200, remote))
    arm.on(f"PUT {NETWORK}{NETWORK_VERSION}", answer(200, remote))
    update(engine, VIRTUAL_NETWORK, NETWORK, NETWORK_INPUTS, {**NETWORK_INPUTS, "tags": {"a": "b"}})
    assert arm.requests == [f"{verb} {NETWORK}{NETWORK_VERSION}" for verb in ("GET", "PUT", "GET")]
    assert arm.bodies[0]["properties"]["subnets"] == subnets
    assert arm.bodies[0]["tags"] == {"a": "b"}


def test_an_update_of_a_virtual_network_with_inline_children_sends_those(engine: Engine, arm: ArmDouble) -> None:
    arm.on(f"PUT {NETWORK}{NETWORK_VERSION}", answer(200, {"id": NETWORK}))
    arm.on(f"GET {NETWORK}{NETWORK_VERSION}", answer(200, {"id": NETWORK}))
    new = {**NETWORK_INPUTS, "subnets": [], "virtualNetworkPeerings": []}
    update(engine, VIRTUAL_NETWORK, NETWORK, NETWORK_INPUTS, new)
    assert arm.requests == [f"{verb} {NETWORK}{NETWORK_VERSION}" for verb in ("PUT", "GET")]
    assert arm.bodies[0]["properties"]["subnets"] == []


def test_a_resource_that_does_not_exist_reads_as_an_empty_id(engine: Engine, arm: ArmDouble) -> None:
    arm.on(f"GET {SUBNET}{NETWORK_VERSION}", error(404, *NOT_FOUND))
    assert read(engine, SUBNET_URN, SUBNET, SUBNET_INPUTS, {}).id == ""


def test_a_read_keeps_the_id_of_the_state_in_whatever_spelling(engine: Engine, arm: ArmDouble) -> None:
    arm.on(f"GET {ISE_ON_THE_WIRE}?api-version=2019-05-01", answer(200, ISE_READY))
    response = read(engine, ISE_URN, ISE_AS_REQUESTED, ISE_INPUTS, {})
    assert response.id == ISE_AS_REQUESTED
    assert decode(response.properties)["name"] == "Fabrikam-ISE"


def test_a_refresh_writes_what_changed_in_arm_into_the_inputs(engine: Engine, arm: ArmDouble) -> None:
    properties = {"addressPrefix": "10.0.0.0/26", "provisioningState": "Succeeded"}
    arm.on(f"GET {SUBNET}{NETWORK_VERSION}", answer(200, {"id": SUBNET, "name": "subnet-1", "properties": properties}))
    old_outputs = {"name": "subnet-1", "addressPrefix": "10.0.0.0/27", "provisioningState": "Updating"}
    response = read(engine, SUBNET_URN, SUBNET, SUBNET_INPUTS, old_outputs)
    assert response.id == SUBNET
    assert decode(response.inputs) == {**SUBNET_INPUTS, "addressPrefix": "10.0.0.0/26"}
    assert decode(response.properties) == {"azureApiVersion": "2024-05-01", "name": "subnet-1", **properties}


def test_an_import_without_inputs_reads_with_the_types_own_api_version(engine: Engine, arm: ArmDouble) -> None:
    arm.on(f"GET {ISE}?api-version=2024-03-01", error(400, "NoRegisteredProviderFound", "no"))
    with pytest.raises(grpc.RpcError) as raised:
        read(engine, ISE_URN, ISE, {}, {})
    assert 'Code="NoRegisteredProviderFound"' in refused(raised)


@pytest.mark.parametrize(
    ("resource", "path", "version", "inputs"),
    [
        (SUBNET_URN, SUBNET, "2024-05-01", SUBNET_INPUTS),
        (ISE_URN, ISE, "2019-05-01", ISE_INPUTS),
        (RESOURCE_GROUP, GROUP, "2024-03-01", GROUP_INPUTS),
    ],
)
def test_a_delete_is_polled_to_its_end(
    engine: Engine, arm: ArmDouble, resource: str, path: str, version: str, inputs: dict[str, Any]
) -> None:
    arm.on(f"DELETE {path}?api-version={version}", answer(202, **STARTED))
    arm.on(f"GET {STATUS}", answer(200, {"status": "Succeeded"}))
    delete(engine, resource, path, inputs)
    assert arm.requests == [f"DELETE {path}?api-version={version}", f"GET {STATUS}"]


DELETE_KEY = "DELETE /keys/ise?api-version=7.6"
KEY_URN = urn("azure-native:keyvault:Key")
KEY_INPUTS = {"resourceGroupName": "Fabrikam-RG", "vaultName": "fabrikam", "keyName": "ise"}
KEY = f"{GROUP}/providers/Microsoft.KeyVault/vaults/fabrikam/keys/ise"


@pytest.mark.parametrize("answered", [answer(200, {}), error(404, "KeyNotFound")])
def test_a_key_is_deleted_by_its_vault_and_not_by_resource_manager(
    engine: Engine, arm: ArmDouble, answered: httpx.Response
) -> None:
    arm.on(DELETE_KEY, answered)
    delete(engine, KEY_URN, KEY, KEY_INPUTS)
    assert arm.requests == [DELETE_KEY]
    assert arm.headers[0]["host"] == "fabrikam.vault.test"


def test_the_error_of_a_vault_that_rejects_a_deletion_is_quoted(engine: Engine, arm: ArmDouble) -> None:
    """The text: azcore, ResponseError."""
    arm.on(DELETE_KEY, error(403, "Forbidden", "No permission."))
    with pytest.raises(grpc.RpcError) as raised:
        delete(engine, KEY_URN, KEY, KEY_INPUTS)
    line = "-" * 80
    assert refused(raised).splitlines() == [
        "DELETE https://fabrikam.vault.test/keys/ise",
        line,
        "RESPONSE 403: 403 Forbidden",
        "ERROR CODE: Forbidden",
        line,
        "{",
        '  "error": {',
        '    "code": "Forbidden",',
        '    "message": "No permission."',
        "  }",
        "}",
        line,
    ]


def test_running_functions_and_checks_continue_when_the_engine_cancels(engine: Engine, arm: ArmDouble) -> None:
    arm.on(f"GET {NETWORK}{NETWORK_VERSION}", answer(200, {"id": NETWORK}))
    arm.on(f"GET {GROUP}?api-version=2020-10-01", answer(200, {"location": "westus2"}))
    engine.Cancel(Empty())
    names = {"resourceGroupName": "Fabrikam-RG", "virtualNetworkName": "Fabrikam-VNET"}
    assert call(engine, "azure-native:network:getVirtualNetwork", **names)["id"] == NETWORK
    checked = check(engine, VIRTUAL_NETWORK, {"resourceGroupName": "Fabrikam-RG"})
    assert decode(checked.inputs)["location"] == "westus2"
    with pytest.raises(grpc.RpcError) as raised:
        read(engine, SUBNET_URN, SUBNET, SUBNET_INPUTS, {})
    assert refused(raised) == "context canceled"


def test_a_rejected_delete_shows_arms_message(engine: Engine, arm: ArmDouble) -> None:
    arm.on(f"DELETE {SUBNET}{NETWORK_VERSION}", error(400, "InUseSubnetCannotBeDeleted", "Subnet is in use."))
    with pytest.raises(grpc.RpcError) as raised:
        delete(engine, SUBNET_URN, SUBNET, SUBNET_INPUTS)
    assert refused(raised) == 'Status=400 Code="InUseSubnetCannotBeDeleted" Message="Subnet is in use."'

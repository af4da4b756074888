"""The provider's configuration: the source of each setting, and the error when one is missing."""

from __future__ import annotations

import pytest

from logic_apps_sandbox.azure_native.configuration import read_configuration
from logic_apps_sandbox.azure_native.errors import ProviderError

ENVIRONMENT = {
    "ARM_METADATA_HOSTNAME": "127.0.0.1:1",
    "ARM_SUBSCRIPTION_ID": "subscription",
    "ARM_TENANT_ID": "tenant",
    "ARM_CLIENT_ID": "client",
    "ARM_CLIENT_SECRET": "secret",
    "ARM_DISABLE_INSTANCE_DISCOVERY": "true",
}


def test_everything_can_come_from_the_environment() -> None:
    configuration = read_configuration({}, {**ENVIRONMENT, "ARM_SKIP_READ_ON_UPDATE": "true"})
    assert configuration.metadata_host == "127.0.0.1:1"
    assert configuration.subscription_id == "subscription"
    assert configuration.tenant_id == "tenant"
    assert configuration.client_id == "client"
    assert configuration.client_secret == "secret"
    assert configuration.location is None
    assert configuration.skip_read_on_update


def test_stack_configuration_wins_over_the_environment() -> None:
    variables = {"azure-native:config:subscriptionId": "other", "azure-native:config:location": "westus2"}
    configuration = read_configuration(variables, ENVIRONMENT)
    assert configuration.subscription_id == "other"
    assert configuration.location == "westus2"
    assert not configuration.skip_read_on_update


def test_every_missing_setting_is_named_with_both_places_and_what_to_do() -> None:
    with pytest.raises(ProviderError) as raised:
        read_configuration({}, {"ARM_TENANT_ID": "tenant", "ARM_CLIENT_ID": "client", "ARM_CLIENT_SECRET": "secret"})
    message = str(raised.value)
    assert "azure-native:metadataHost (or ARM_METADATA_HOSTNAME)" in message
    assert "azure-native:subscriptionId (or ARM_SUBSCRIPTION_ID)" in message
    assert "ARM_TENANT_ID" not in message
    assert "logic-apps-sandbox run -- pulumi" in message


def test_instance_discovery_must_be_off() -> None:
    with pytest.raises(ProviderError, match="ARM_DISABLE_INSTANCE_DISCOVERY"):
        read_configuration({}, {**ENVIRONMENT, "ARM_DISABLE_INSTANCE_DISCOVERY": "false"})

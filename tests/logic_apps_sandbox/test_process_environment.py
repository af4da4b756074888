"""The environment variables of a command in the sandbox: they select the sandbox, and none is of a real login."""

from pathlib import Path

import pytest

from logic_apps_sandbox.arm import ClientSettings
from logic_apps_sandbox.layout import Layout
from logic_apps_sandbox.process_environment import command_environment

SETTINGS = ClientSettings(
    subscription_id="the-subscription",
    tenant_id="the-tenant",
    client_id="the-client",
    client_secret="the-secret",
    client_secret_file=Path("/arm/client-secret"),
    ca_file=Path("/home/arm/ca.pem"),
    ca_bundle=Path("/home/arm/bundle.pem"),
)


def environment(**started_with: str) -> dict[str, str]:
    return command_environment(
        started_with,
        layout=Layout(project=Path("/project"), home=Path("/home/sandbox")),
        python=Path("/repository/.venv/bin/python"),
        cli=Path("/opt/pulumi/pulumi"),
        address="127.0.0.1:4321",
        settings=SETTINGS,
    )


def test_azure_clients_use_the_simulator() -> None:
    expected = {
        "ARM_METADATA_HOSTNAME": "127.0.0.1:4321",
        "ARM_DISABLE_INSTANCE_DISCOVERY": "true",
        "ARM_SUBSCRIPTION_ID": "the-subscription",
        "ARM_TENANT_ID": "the-tenant",
        "ARM_CLIENT_ID": "the-client",
        "ARM_CLIENT_SECRET": "the-secret",
        "AZURE_AUTHORITY_HOST": "https://127.0.0.1:4321",
        "AZURE_CLIENT_ID": "the-client",
        "AZURE_CLIENT_SECRET": "the-secret",
        "AZURE_TENANT_ID": "the-tenant",
        "AZURE_SUBSCRIPTION_ID": "the-subscription",
        "SSL_CERT_FILE": "/home/arm/bundle.pem",
        "REQUESTS_CA_BUNDLE": "/home/arm/bundle.pem",
    }
    assert expected.items() <= environment().items()


def test_the_azure_cli_has_settings_of_its_own() -> None:
    expected = {"AZURE_CONFIG_DIR": "/home/sandbox/azure", "AZURE_CLOUD_NAME": "sandbox"}
    assert expected.items() <= environment(AZURE_CONFIG_DIR="/home/user/.azure", AZURE_CLOUD_NAME="AzureCloud").items()


def test_pulumi_has_its_home_state_and_passphrase_in_the_sandbox_and_stays_off_the_network() -> None:
    expected = {
        "LOGIC_APPS_SANDBOX_HOME": "/home/sandbox",
        "PULUMI_HOME": "/home/sandbox/pulumi",
        "PULUMI_BACKEND_URL": "file:///home/sandbox/state",
        "PULUMI_CONFIG_PASSPHRASE_FILE": "/home/sandbox/passphrase",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }
    assert expected.items() <= environment(PULUMI_HOME="/home/me/.pulumi", PULUMI_BACKEND_URL="s3://mine").items()


@pytest.mark.parametrize(
    "variable",
    [
        "ARM_USE_OIDC",
        "ARM_USE_MSI",
        "ARM_CLIENT_CERTIFICATE_PATH",
        "ARM_ENVIRONMENT",
        "AZURE_FEDERATED_TOKEN_FILE",
        "AZURE_CLIENT_CERTIFICATE_PATH",
        "PULUMI_ACCESS_TOKEN",
        "PULUMI_CONFIG_PASSPHRASE",
        "CURL_CA_BUNDLE",
    ],
)
def test_a_variable_of_a_real_account_never_reaches_the_command(variable: str) -> None:
    assert variable not in environment(**{variable: "real"})


def test_other_variables_of_the_user_are_kept() -> None:
    kept = {"EDITOR": "vi", "PULUMI_STACK": "test", "LANG": "C.UTF-8"}
    assert kept.items() <= environment(**kept).items()


def test_the_launcher_comes_first_on_path_then_the_virtual_environment_then_the_cli() -> None:
    assert environment(PATH="/usr/bin:/bin")["PATH"] == (
        "/home/sandbox/bin:/repository/.venv/bin:/opt/pulumi:/usr/bin:/bin"
    )
    assert environment()["VIRTUAL_ENV"] == "/repository/.venv"


def test_inside_another_sandbox_command_path_does_not_grow() -> None:
    once = environment(PATH="/usr/bin")
    assert environment(**once)["PATH"] == once["PATH"]


def test_a_proxy_is_not_used_for_the_simulator() -> None:
    direct = environment(HTTPS_PROXY="http://proxy:3128", no_proxy="internal.example")
    assert direct["NO_PROXY"] == direct["no_proxy"] == "internal.example,127.0.0.1,localhost"

"""Components that provision an Azure Logic Apps integration service environment (ISE).

``IntegrationServiceEnvironment`` contains all resources, ``EnvironmentNetwork`` only those of the network. Both accept
typed arguments, as values or as Outputs of other resources, and create their resources in an existing resource group.
"""

from logic_apps_environment.azure.argument_types import EndpointType, SkuName
from logic_apps_environment.certificates.args import CertificateArgs, CertificateArgsDict
from logic_apps_environment.connectors import ConnectorArgs, ConnectorArgsDict
from logic_apps_environment.encryption.args import (
    EncryptionKeyArgs,
    EncryptionKeyArgsDict,
    IdentityArgs,
    IdentityArgsDict,
    IdentityType,
)
from logic_apps_environment.environment.args import (
    IntegrationServiceEnvironmentArgs,
    IntegrationServiceEnvironmentArgsDict,
    SkuArgs,
    SkuArgsDict,
)
from logic_apps_environment.environment.component import IntegrationServiceEnvironment
from logic_apps_environment.integration_accounts import (
    IntegrationAccountArgs,
    IntegrationAccountArgsDict,
    IntegrationAccountSku,
)
from logic_apps_environment.network.args import NetworkArgs, NetworkArgsDict, SubnetArgs, SubnetArgsDict
from logic_apps_environment.network.component import EnvironmentNetwork
from logic_apps_environment.network.environment_network_args import EnvironmentNetworkArgs, EnvironmentNetworkArgsDict
from logic_apps_environment.rules import RULES
from logic_apps_environment.stack.configuration import StackConfiguration, validate_configuration
from logic_apps_environment.stack.deployment import deploy_environment
from logic_apps_environment.traffic.args import (
    NextHopType,
    RouteArgs,
    RouteArgsDict,
    RouteTableArgs,
    RouteTableArgsDict,
    SecurityGroupArgs,
    SecurityGroupArgsDict,
)
from logic_apps_environment.traffic.requirements import required_routes, required_security_rules
from logic_apps_environment.validation.errors import ArgumentsError
from logic_apps_environment.validation.rule import Problem, Rule, Severity

__all__ = [
    "RULES",
    "ArgumentsError",
    "CertificateArgs",
    "CertificateArgsDict",
    "ConnectorArgs",
    "ConnectorArgsDict",
    "EncryptionKeyArgs",
    "EncryptionKeyArgsDict",
    "EndpointType",
    "EnvironmentNetwork",
    "EnvironmentNetworkArgs",
    "EnvironmentNetworkArgsDict",
    "IdentityArgs",
    "IdentityArgsDict",
    "IdentityType",
    "IntegrationAccountArgs",
    "IntegrationAccountArgsDict",
    "IntegrationAccountSku",
    "IntegrationServiceEnvironment",
    "IntegrationServiceEnvironmentArgs",
    "IntegrationServiceEnvironmentArgsDict",
    "NetworkArgs",
    "NetworkArgsDict",
    "NextHopType",
    "Problem",
    "RouteArgs",
    "RouteArgsDict",
    "RouteTableArgs",
    "RouteTableArgsDict",
    "Rule",
    "SecurityGroupArgs",
    "SecurityGroupArgsDict",
    "Severity",
    "SkuArgs",
    "SkuArgsDict",
    "SkuName",
    "StackConfiguration",
    "SubnetArgs",
    "SubnetArgsDict",
    "deploy_environment",
    "required_routes",
    "required_security_rules",
    "validate_configuration",
]

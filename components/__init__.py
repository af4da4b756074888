"""Components that provision an Azure Logic Apps integration service environment (ISE).

``IntegrationServiceEnvironment`` is the whole; ``EnvironmentNetwork`` its network alone. Both take typed arguments, by
value or as Outputs of other resources, and make everything in a resource group that exists or is made before.
"""

from .argument_types import EndpointType, SkuName
from .arguments import IntegrationServiceEnvironmentArgs, SkuArgs
from .certificate_arguments import CertificateArgs
from .configuration import StackConfiguration, judge_configuration
from .connector_arguments import ConnectorArgs
from .encryption_arguments import EncryptionKeyArgs, IdentityArgs, IdentityType
from .environment_network import EnvironmentNetwork
from .environment_network_arguments import EnvironmentNetworkArgs
from .errors import ArgumentsError
from .guard_arguments import NextHopType, RouteArgs, RouteTableArgs, SecurityGroupArgs
from .integration_account_arguments import IntegrationAccountArgs, IntegrationAccountSku
from .integration_service_environment import IntegrationServiceEnvironment
from .network_arguments import NetworkArgs, SubnetArgs
from .rules import RULES, Problem, Rule, Severity

__all__ = [
    "RULES",
    "ArgumentsError",
    "CertificateArgs",
    "ConnectorArgs",
    "EncryptionKeyArgs",
    "EndpointType",
    "EnvironmentNetwork",
    "EnvironmentNetworkArgs",
    "IdentityArgs",
    "IdentityType",
    "IntegrationAccountArgs",
    "IntegrationAccountSku",
    "IntegrationServiceEnvironment",
    "IntegrationServiceEnvironmentArgs",
    "NetworkArgs",
    "NextHopType",
    "Problem",
    "RouteArgs",
    "RouteTableArgs",
    "Rule",
    "SecurityGroupArgs",
    "Severity",
    "SkuArgs",
    "SkuName",
    "StackConfiguration",
    "SubnetArgs",
    "judge_configuration",
]

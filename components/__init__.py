"""Components that provision an Azure Logic Apps integration service environment (ISE).

``IntegrationServiceEnvironment`` is the whole; ``EnvironmentNetwork`` its network alone. Both take typed arguments, by
value or as Outputs of other resources, and make everything in a resource group that exists or is made before.
"""

from .arguments import (
    CertificateArgs,
    EndpointType,
    EnvironmentNetworkArgs,
    IntegrationServiceEnvironmentArgs,
    NetworkArgs,
    SkuArgs,
    SkuName,
    SubnetArgs,
)
from .configuration import StackConfiguration, judge_configuration
from .environment_network import EnvironmentNetwork
from .errors import ArgumentsError
from .integration_service_environment import IntegrationServiceEnvironment
from .rules import RULES, Problem, Rule, Severity

__all__ = [
    "RULES",
    "ArgumentsError",
    "CertificateArgs",
    "EndpointType",
    "EnvironmentNetwork",
    "EnvironmentNetworkArgs",
    "IntegrationServiceEnvironment",
    "IntegrationServiceEnvironmentArgs",
    "NetworkArgs",
    "Problem",
    "Rule",
    "Severity",
    "SkuArgs",
    "SkuName",
    "StackConfiguration",
    "SubnetArgs",
    "judge_configuration",
]

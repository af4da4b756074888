"""The documents that state the rules: short titles for the rules, and full titles for docs/rules.md.

Microsoft withdrew its pages on ISE with the service; the dates are those of the last editions that state the facts.
"""

HOW_TO = "REST article (2020)"
HOW_TO_2022 = "REST article (2022)"
ISE_ARTICLE = "ISE article"
ISE_OVERVIEW = "ISE overview"
ISE_ARTIFACTS = "ISE resources article"
CONNECTORS = "ISE connectors"
SAP_CONNECTOR = "SAP article"
LIMITS = "Logic Apps limits"
KEYS = "Keys article"
QUICKSTART = "ISE quickstart template"
API_DESCRIPTION = "Logic REST API"
NAMING_RULES = "Naming rules"
RESERVED_NAMES = "Reserved names"
NETWORK_FAQ = "Virtual network FAQ"
RESOURCE_IDS = "Resource functions, resourceId"
ARM_PUT = "ARM guidelines, PUT"
NETWORK_API = "Network API"
SERVICE_TAGS = "Service tags"
SERVICE_ENDPOINTS = "Service endpoints"
TRAFFIC_ROUTING = "Traffic routing"
NETWORK_ERRORS = "Network error codes"
TAG_LIMITS = "Tag limitations"
TAG_REST = "Tags API reference"
REGIONS = "Azure regions"
X509 = "RFC 5280"
NIST_KEYS = "NIST SP 800-131A"
LIBRARY = "Decision 4"
LIBRARY_TRAFFIC = "Decision 6"
LIBRARY_NETWORKS = "Decision 7"

TITLES = {
    HOW_TO: '"Create an ISE by using the Logic Apps REST API", 2020-05-29',
    HOW_TO_2022: "the same, 2022-11-04",
    ISE_ARTICLE: '"Connect to Azure virtual networks from Azure Logic Apps using an ISE", 2022-08-20',
    ISE_OVERVIEW: '"Access to Azure virtual networks using an ISE", 2023-08-23',
    ISE_ARTIFACTS: '"Add resources to your ISE", 2023',
    CONNECTORS: '"Managed connectors for Azure Logic Apps", 2021',
    SAP_CONNECTOR: '"Connect to SAP systems from Azure Logic Apps", ISE',
    LIMITS: '"Limits and configuration reference for Azure Logic Apps"',
    KEYS: '"Set up customer-managed keys to encrypt data at rest for ISEs", 2022',
    QUICKSTART: "Azure quickstart template integration-service-environment",
    API_DESCRIPTION: "Azure REST API specifications, Microsoft.Logic 2019-05-01, logic.json",
    NAMING_RULES: '"Naming rules and restrictions for Azure resources"',
    RESERVED_NAMES: '"Resolve errors for reserved resource names"',
    NETWORK_FAQ: '"Azure Virtual Network frequently asked questions"',
    RESOURCE_IDS: '"Resource functions for ARM templates"',
    ARM_PUT: "Azure Resource Manager REST API guidelines",
    NETWORK_API: "Azure REST API reference, Microsoft.Network 2024-05-01",
    SERVICE_TAGS: '"Virtual network service tags"',
    SERVICE_ENDPOINTS: '"Virtual network service endpoints"',
    TRAFFIC_ROUTING: '"Virtual network traffic routing"',
    NETWORK_ERRORS: "Azure Network resource provider",
    TAG_LIMITS: '"Use tags to organize your Azure resources", Limitations',
    TAG_REST: 'Azure Resource Manager REST, "Tags - Create Or Update"',
    REGIONS: '"List of Azure regions"',
    X509: "Internet X.509 certificates",
    NIST_KEYS: "Rev. 2",
    LIBRARY: "docs/decisions/0004-arguments.md",
    LIBRARY_TRAFFIC: "docs/decisions/0006-network-security-rules.md",
    LIBRARY_NETWORKS: "docs/decisions/0007-existing-networks.md",
}
"""The full title of each document. Titles in quotes are of Microsoft."""

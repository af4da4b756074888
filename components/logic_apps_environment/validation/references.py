"""The documents that state the rules: short titles for the rules, and full titles for docs/rules.md.

Microsoft withdrew its pages on ISE with the service; the dates are those of the last editions that state the facts.
"""

TITLES: dict[str, str] = {}
"""The full title of each document by its short title. Titles in quotes are of Microsoft."""


def _document(short: str, full: str) -> str:
    TITLES[short] = full
    return short


HOW_TO = _document("REST article (2020)", '"Create an ISE by using the Logic Apps REST API", 2020-05-29')
HOW_TO_2022 = _document("REST article (2022)", "the same, 2022-11-04")
ISE_ARTICLE = _document(
    "ISE article", '"Connect to Azure virtual networks from Azure Logic Apps using an ISE", 2022-08-20'
)
ISE_OVERVIEW = _document("ISE overview", '"Access to Azure virtual networks using an ISE", 2023-08-23')
ISE_ARTIFACTS = _document("ISE resources article", '"Add resources to your ISE", 2023')
CONNECTORS = _document("ISE connectors", '"Managed connectors for Azure Logic Apps", 2021')
SAP_CONNECTOR = _document("SAP article", '"Connect to SAP systems from Azure Logic Apps", ISE')
LIMITS = _document("Logic Apps limits", '"Limits and configuration reference for Azure Logic Apps"')
KEYS = _document("Keys article", '"Set up customer-managed keys to encrypt data at rest for ISEs", 2022')
QUICKSTART = _document("ISE quickstart template", "integration-service-environment")
API_DESCRIPTION = _document("Logic REST API", "Azure REST API specifications, Microsoft.Logic 2019-05-01")
NAMING_RULES = _document("Naming rules", '"Naming rules and restrictions for Azure resources"')
RESERVED_NAMES = _document("Reserved names", '"Resolve errors for reserved resource names"')
NETWORK_FAQ = _document("Virtual network FAQ", '"Azure Virtual Network frequently asked questions"')
RESOURCE_IDS = _document("Resource functions", '"Resource functions for ARM templates", resourceId')
ARM_PUT = _document("ARM guidelines", "Azure Resource Manager REST API guidelines, PUT")
NETWORK_API = _document("Network API", "Azure REST API reference, Microsoft.Network 2024-05-01")
SERVICE_TAGS = _document("Service tags", '"Virtual network service tags"')
SERVICE_ENDPOINTS = _document("Service endpoints", '"Virtual network service endpoints"')
TRAFFIC_ROUTING = _document("Traffic routing", '"Virtual network traffic routing"')
NETWORK_ERRORS = _document("Network error codes", "Azure Network resource provider")
TAG_LIMITS = _document("Tag limitations", '"Use tags to organize your Azure resources", Limitations')
TAG_REST = _document("Tags API reference", 'Azure Resource Manager REST, "Tags - Create Or Update"')
REGIONS = _document("Azure regions", '"List of Azure regions"')
X509 = _document("RFC 5280", "X.509 certificates")
NIST_KEYS = _document("NIST SP 800-131A", "Rev. 2")
LIBRARY = _document("Decision 4", "docs/decisions/0004-arguments.md")
LIBRARY_TRAFFIC = _document("Decision 6", "docs/decisions/0006-network-security-rules.md")
LIBRARY_NETWORKS = _document("Decision 7", "docs/decisions/0007-existing-networks.md")

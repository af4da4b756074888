"""The outbound rule to check for each category of dependency.

Source: Microsoft, "Connect to Azure virtual networks from Azure Logic Apps using an ISE" (2022-08-20), "Network ports
used by your ISE", outbound rules; the API description ``Microsoft.Logic`` 2019-05-01 for the categories. All rules are
for TCP and UDP, from VirtualNetwork.
"""

from __future__ import annotations

_RULES = {
    "AzureStorage": "to Storage, ports 80, 443, 445",
    "AzureManagement": "to AppService, port 443",
    "AzureActiveDirectory": "to AzureActiveDirectory, ports 80, 443",
    "SSLCertificateVerification": "to Internet, ports 80, 443",
    "DiagnosticLogsAndMetrics": "to AzureMonitor, ports 443, 1886, and EventHub, port 5672",
    "RedisCache": "to VirtualNetwork, ports 6379 to 6383",
    "SQL": "to Sql, port 1433",
    "RegionalService": "to VirtualNetwork, all ports, and the network's DNS servers, port 53",
}


def rule_for(category: str) -> str:
    """Return the outbound rule that must allow dependencies of this category."""
    # Microsoft's table has no rule for other categories, such as AccessEndpoints.
    return f"the outbound rule {_RULES[category]}" if category in _RULES else "all outbound rules"

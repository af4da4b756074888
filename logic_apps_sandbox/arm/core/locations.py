"""Azure's public regions and the spelling of their names.

Source: ``az account list-locations`` as documented by Microsoft ("Azure regions list"). ARM ignores spaces and letter
case in locations, and returns the normalized form ("West US 2" becomes "westus2").
"""

_DISPLAY_NAMES = (
    "Australia Central",
    "Australia Central 2",
    "Australia East",
    "Australia Southeast",
    "Brazil South",
    "Brazil Southeast",
    "Canada Central",
    "Canada East",
    "Central India",
    "Central US",
    "East Asia",
    "East US",
    "East US 2",
    "France Central",
    "France South",
    "Germany North",
    "Germany West Central",
    "Italy North",
    "Japan East",
    "Japan West",
    "Korea Central",
    "Korea South",
    "North Central US",
    "North Europe",
    "Norway East",
    "Norway West",
    "Poland Central",
    "Qatar Central",
    "South Africa North",
    "South Africa West",
    "South Central US",
    "South India",
    "Southeast Asia",
    "Spain Central",
    "Sweden Central",
    "Switzerland North",
    "Switzerland West",
    "UAE Central",
    "UAE North",
    "UK South",
    "UK West",
    "West Central US",
    "West Europe",
    "West India",
    "West US",
    "West US 2",
    "West US 3",
)


def normalize(location: str) -> str:
    """Return the form in which ARM stores and returns a location."""
    return location.replace(" ", "").lower()


LOCATIONS: dict[str, str] = {normalize(name): name for name in _DISPLAY_NAMES}
"""Normal form to display name, of every region the simulator offers."""

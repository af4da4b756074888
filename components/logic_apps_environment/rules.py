"""All rules about the arguments of an environment. docs/rules.md lists them in the order of :data:`RULES`.

Each feature defines its rules beside the functions that check them.
"""

from __future__ import annotations

from types import ModuleType

from logic_apps_environment import connectors, integration_accounts
from logic_apps_environment.azure import address_ranges, locations, names, network_ids, tags
from logic_apps_environment.certificates import rules as certificates
from logic_apps_environment.encryption import rules as encryption
from logic_apps_environment.environment import rules as environment
from logic_apps_environment.hooks import external_settings_rules
from logic_apps_environment.network import rules as network
from logic_apps_environment.network import source as network_source
from logic_apps_environment.network.existing import rules as existing_networks
from logic_apps_environment.traffic import evaluation_rules
from logic_apps_environment.traffic import rules as traffic
from logic_apps_environment.validation import schema_rules, texts
from logic_apps_environment.validation.rule import Rule

# A module that imports rules of another one comes after it.
_MODULES: tuple[ModuleType, ...] = (
    schema_rules,
    texts,
    names,
    locations,
    environment,
    network_source,
    network_ids,
    address_ranges,
    network,
    existing_networks,
    traffic,
    evaluation_rules,
    certificates,
    encryption,
    connectors,
    integration_accounts,
    tags,
    external_settings_rules,
)

RULES: tuple[Rule, ...] = tuple(
    dict.fromkeys(member for module in _MODULES for member in vars(module).values() if isinstance(member, Rule))
)
"""The rules of all features, by feature and then in the order of their definitions."""

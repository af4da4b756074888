"""The provider emulator, which replaces the azure-native resource plugin, version 3.29.0.

It serves Pulumi's resource provider protocol to the engine and sends Azure Resource Manager (ARM) requests to the
configured cloud, with the tokens, the behavior and the order of requests of the real plugin, so that programs run
unchanged on both. The engine starts it as ``python -m logic_apps_sandbox.azure_native ENGINE_ADDRESS``.

It supports the resource types of :mod:``logic_apps_sandbox.azure_native.resource_types`` and rejects others.
"""

PACKAGE = "azure-native"
VERSION = "3.29.0"

"""The provider emulator, which replaces the azure-native resource plugin, version 3.29.0.

It speaks Pulumi's resource provider protocol to the engine and plain Azure Resource Manager (ARM) REST to the cloud
that it is configured for, with the tokens, the behavior and the order of requests of the real plugin, so that a
program that runs on it runs unchanged on the real one. The engine starts it as
``python -m logic_apps_sandbox.azure_native ENGINE_ADDRESS``.

It knows the resource types of :mod:``logic_apps_sandbox.azure_native.resource_types`` and refuses every other one.
"""

PACKAGE = "azure-native"
VERSION = "3.29.0"

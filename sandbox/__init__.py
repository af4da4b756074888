"""An Azure on one machine: a simulated ARM, a stand-in for the azure-native plugin, and the Pulumi toolchain.

It exists because nobody can try an integration service environment on Azure: creating one took hours, and Azure refuses
new ones since 1 November 2022. The program in this repository does not know that the sandbox exists. See
docs/sandbox.md.
"""

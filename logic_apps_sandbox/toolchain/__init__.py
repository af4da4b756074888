"""The tools of the sandbox: the virtual environment, the Pulumi CLI, its Python language host and its launcher.

``python3 -m logic_apps_sandbox.toolchain`` installs them. It requires only Python 3.11 or later.
"""

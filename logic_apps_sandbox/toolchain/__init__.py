"""The tools that the sandbox runs on: the virtual environment, the Pulumi CLI, its Python language host, its launcher.

`python3 -m logic_apps_sandbox.toolchain` sets them up; any Python from 3.11 on can run it, with nothing installed.
"""

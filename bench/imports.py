"""What importing the library costs."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from logic_apps_sandbox.layout import CODE_ROOT

from .plots import ranges
from .samples import in_turns
from .sections import Section, comparison_table, verdict
from .timing import SECONDS, compared, seconds_of
from .workspace import PYTHON, run

if TYPE_CHECKING:
    from pathlib import Path

    from .effort import Effort
    from .workspace import Finished

# The SDK imports a module of resources when something in it is first asked for; so do programs.
USED = (
    "network.VirtualNetwork, network.Subnet, network.AddressSpaceArgs, network.DelegationArgs, "
    "resources.ResourceGroup, resources.Resource, resources.SkuArgs"
)
IMPORTS = {
    "components": "import components",
    "components-used": f"import components; from pulumi_azure_native import network, resources; {USED}",
    "azure-native": "import pulumi; from pulumi_azure_native import network, resources",
    "azure-native-used": f"import pulumi; from pulumi_azure_native import network, resources; {USED}",
}


def measure(_folder: Path, effort: Effort) -> Section:
    """Whole processes of Python: as imported, and with the classes loaded that a program uses."""
    taken = in_turns(
        effort.imports + 1,
        {name: partial(_run, statement) for name, statement in IMPORTS.items()},
    )
    # The first round reads from disk and may compile.
    samples = {name: series[1:] for name, series in taken.items()}
    used = "`import pulumi` and the azure-native classes in use"
    comparisons = [
        *compared("`import components`", used, samples["components"], samples["azure-native-used"], 1.2),
        *compared(
            "`import components` and the azure-native classes in use",
            used,
            samples["components-used"],
            samples["azure-native-used"],
            1.2,
        ),
        *compared(
            "`import components`",
            "the import statements, without loading modules",
            samples["components"],
            samples["azure-native"],
        ),
    ]
    text = (
        "Each sample is a complete Python process. The SDK loads a module of resources when it is first used, which "
        "importing the library does not do. The significant comparison is therefore that of `import components` and "
        "the azure-native classes in use, where both load the same modules."
    )
    plot = ranges(
        "Imports: each sample, and the median", "s", {name: seconds_of(each) for name, each in samples.items()}
    )
    return Section(
        "Imports",
        f"{text}\n\n{comparison_table(comparisons)}\n\n![Imports](benchmarks/imports.svg)",
        [verdict(each) for each in comparisons if each.unit == SECONDS],
        {"imports.svg": plot},
    )


def _run(statement: str) -> Finished:
    return run((str(PYTHON), "-c", statement), CODE_ROOT, os.environ)

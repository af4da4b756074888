"""What the programs with many environments have in common.

BENCH_ENVIRONMENTS is the number of environments. After their creation, a program writes what it used to the file
``usage.json`` in its folder.
"""

import json
import os
import resource
import sys
from pathlib import Path

COUNT = int(os.environ["BENCH_ENVIRONMENTS"])
LOCATION = "westus2"


def write_usage(_environments: object) -> None:
    """Write the CPU time in seconds and the peak resident memory in MB of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    # macOS counts bytes, Linux units of 1024 (getrusage(2)).
    memory = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    Path("usage.json").write_text(json.dumps({"s": used.ru_utime + used.ru_stime, "MB": memory / 1e6}))

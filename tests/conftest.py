"""How much the property tests try.

`make test` takes the quick profile; `make test-thorough` the thorough one, whose figures are in docs/reliability.md.
"""

from __future__ import annotations

import os
import signal

from hypothesis import HealthCheck, settings

# The machine may be busy with other things, so no example is judged by its time.
settings.register_profile("quick", max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

# A run that a script starts in the background ignores SIGINT, and so would every command that the tests send it to.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

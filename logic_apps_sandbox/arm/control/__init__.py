"""The control interface of the simulator: faults, settings, request log and page."""

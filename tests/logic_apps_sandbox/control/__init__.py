"""The control interface of the simulator."""

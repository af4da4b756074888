"""The real Pulumi CLI, the real engine, the provider emulator and the simulator, together, as a user runs them."""

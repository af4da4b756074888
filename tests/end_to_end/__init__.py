"""The real Pulumi CLI, the real engine, the provider stand-in and the simulator, together, as a user runs them."""

"""Azure's own Python clients run against the simulator, over TLS, as they would against Azure."""

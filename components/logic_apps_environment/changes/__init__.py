"""What a change of a component's arguments replaces, and the hook that reports it before anything is deleted."""

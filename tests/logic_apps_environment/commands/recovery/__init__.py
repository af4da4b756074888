"""Recovery of interrupted stacks: what it decides, on states recorded from real interruptions and on made ones."""

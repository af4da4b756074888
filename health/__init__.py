"""``python -m health``: what an integration service environment cannot reach from its subnets, and where to look."""

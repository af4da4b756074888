"""A program that only imports Pulumi, to measure the engine, the language host and the SDK."""

import pulumi

pulumi.export("nothing", value=None)

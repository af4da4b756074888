"""A program that only imports Pulumi: what the engine, the language host and the SDK cost by themselves."""

import pulumi

pulumi.export("nothing", value=None)

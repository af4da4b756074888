"""Brings an interrupted stack back: `python -m recovery --stack NAME`.

A Pulumi command that died in the middle leaves a lock, operations of which the state does not know how they ended, and
perhaps resources that no state knows of. `cli` is the command, `recover` what it does; `pulumi_cli` and `azure` are the
two sides that it asks. See docs/how-to/recover.md.
"""

"""Recovers an interrupted stack: `logic-apps-environment recover --stack NAME`.

An interrupted Pulumi command leaves a lock, operations whose end the state does not have, and perhaps resources that
the state does not have. `cli` is the command, `recover` what it does; `pulumi_cli` and `azure` are the two sides that
it asks. See docs/how-to/recover.md.
"""

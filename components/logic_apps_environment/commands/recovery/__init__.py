"""``logic-apps-environment recover``: reconciles an interrupted stack with Azure. See docs/how-to/recover.md.

An interrupted Pulumi command leaves a lock, operations whose result the state does not have, and possibly resources
that the state does not have.
"""

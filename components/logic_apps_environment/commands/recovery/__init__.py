"""``logic-apps-environment recover``: reconciles an interrupted stack with Azure.

An interrupted Pulumi command leaves a lock, operations whose result the state does not have, and possibly resources
that the state does not have. ``command`` runs the recovery, ``recover`` decides what to change in the state,
``pulumi_cli`` and ``azure`` read from Pulumi and Azure. See docs/how-to/recover.md.
"""

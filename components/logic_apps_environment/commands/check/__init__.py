"""``logic-apps-environment check``: validate stack files without Pulumi's engine and without Azure."""

"""The command `logic-apps-environment check`."""

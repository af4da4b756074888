"""The command `logic-apps-environment health`."""

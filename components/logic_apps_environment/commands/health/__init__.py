"""``logic-apps-environment health``: blocked network dependencies of an environment, and where to look."""

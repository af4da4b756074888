"""``logic-apps-environment health``: blocked network dependencies of an environment, and the rule or route to check."""

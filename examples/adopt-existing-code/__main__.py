"""Runs the earlier program or the one with the component. In your project, edit the program instead."""

import pulumi

match pulumi.Config().require("program"):
    case "before":
        import before  # noqa: F401
    case "before_typed":
        import before_typed  # noqa: F401
    case "after":
        import after  # noqa: F401
    case other:
        raise ValueError(f"program is {other!r}; expected before, before_typed or after")

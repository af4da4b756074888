"""The base class of the errors that the commands report."""


class CommandError(Exception):
    """A command cannot continue. The message states the reason and what to do."""

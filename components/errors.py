"""The one error that users of the components see when their arguments cannot be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .rules import Problem


NOT_REQUESTED = "what depends on it was not requested"
"""The consequence of a problem that shows only during the deployment, when other resources may exist already."""


class ArgumentsError(pulumi.RunError):
    """The arguments cannot be used; the message lists every problem with its place and what to do.

    It is a ``RunError``, which Pulumi prints without a traceback.

    Attributes:
        problems: all problems, in the order of the message.
    """

    def __init__(
        self,
        subject: str,
        problems: Iterable[Problem],
        *,
        prefix: str = "",
        consequence: str = "nothing was created or changed because of it",
    ) -> None:
        """The error of these problems.

        Args:
            subject: what has the problems, as a sentence begins.
            problems: at least one.
            prefix: stands before each place.
            consequence: what that means for the deployment, as a sentence ends.
        """
        self.problems = tuple(problems)
        count = len(self.problems)
        lines = [f"{subject} has {count} problem{'s' if count > 1 else ''}; {consequence}."]
        for number, problem in enumerate(self.problems, start=1):
            lines += ["", f"{number}. {problem.spelled(prefix)}"]
        super().__init__("\n".join(lines))

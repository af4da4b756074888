"""The one error that users of the components see when their arguments cannot be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .rules import Problem


class ArgumentsError(pulumi.RunError):
    """The arguments cannot be used; the message lists every problem with its place and what to do.

    It is a ``RunError``, which Pulumi prints without a traceback.

    Attributes:
        problems: all problems, in the order of the message.
    """

    def __init__(self, subject: str, problems: Iterable[Problem], *, prefix: str = "") -> None:
        """``subject`` is what has the problems, as a sentence begins; ``prefix`` stands before each place."""
        self.problems = tuple(problems)
        count = len(self.problems)
        lines = [
            f"{subject} has {count} problem{'s' if count > 1 else ''}; nothing was created or changed because of it."
        ]
        for number, problem in enumerate(self.problems, start=1):
            lines += ["", f"{number}. {problem.spelled(prefix)}"]
        super().__init__("\n".join(lines))

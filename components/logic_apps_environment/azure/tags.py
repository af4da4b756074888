"""Rules about tags."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from logic_apps_environment.validation import references as sources
from logic_apps_environment.validation.rule import Problem, Rule, check_unique, describe, redact

TAG_COUNT = Rule("tag-count", "A resource has at most 50 tags.", sources.TAG_LIMITS)
TAG_NAME = Rule(
    "tag-name",
    "A tag name has 1 to 512 characters other than < > % & \\ ? / and control characters.",
    sources.TAG_LIMITS,
)
TAG_NAME_REPEATED = Rule("tag-name-repeated", "Tag names are unique; letter case is ignored.", sources.TAG_LIMITS)
TAG_NAME_RESERVED = Rule(
    "tag-name-reserved",
    "A tag name does not begin with microsoft, azure or windows.",
    sources.TAG_REST,
)
TAG_SECRET = Rule("tag-secret", "A tag contains no private key.", sources.TAG_LIMITS)
TAG_VALUE = Rule("tag-value", "A tag value has at most 256 characters.", sources.TAG_LIMITS)

MOST_TAGS = 50

LONGEST_TAG_NAME = 512

LONGEST_TAG_VALUE = 256

TAG_NAME_PATTERN = rf"^[^<>%&\\?/\x00-\x1f\x7f]{{1,{LONGEST_TAG_NAME}}}$"
"""The valid characters and lengths of tag names."""


def check_tag_names(names: Collection[str]) -> Iterator[Problem]:
    """Check the number, the format and the uniqueness of tag names."""
    if len(names) > MOST_TAGS:
        yield TAG_COUNT.violation(
            f"contains {len(names)} tags.",
            f"at most {MOST_TAGS} tags",
            remedy="Remove the tags that are not needed.",
        )
    yield from (problem.within(name) for name in names for problem in _check_tag_name(name))
    by_name = {name: name for name in names}
    statement = "is already the name of another tag (letter case is ignored)."
    yield from check_unique(TAG_NAME_REPEATED, by_name, statement, "Rename or remove one of the two.")


def _check_tag_name(name: str) -> Iterator[Problem]:
    allowed = f"1 to {LONGEST_TAG_NAME} characters other than < > % & \\ ? / and control characters"
    if not re.fullmatch(TAG_NAME_PATTERN, name):
        yield TAG_NAME.violation(f"{describe(name)} is not a valid tag name.", allowed, "environment")
    yield from _check_no_key(name)
    if name.lower().startswith(("microsoft", "azure", "windows")):
        yield TAG_NAME_RESERVED.violation(
            f'"{redact(name)}" begins with a reserved word.',
            "a name that does not begin with microsoft, azure or windows",
            "environment",
        )


def _check_no_key(text: str) -> Iterator[Problem]:
    if "PRIVATE KEY" in text:
        yield TAG_SECRET.violation(
            "contains a private key. Tags are stored as plain text.",
            "text without sensitive data",
            "integration",
            "Remove the key from the tag. If the tag was already deployed or committed, replace the key, too.",
        )


def check_tag_value(value: str) -> Iterator[Problem]:
    """Check the length of a tag value, and that it contains no private key."""
    if len(value) <= LONGEST_TAG_VALUE:
        yield from _check_no_key(value)
    else:
        allowed = f"at most {LONGEST_TAG_VALUE} characters"
        yield TAG_VALUE.violation(f"has {len(value)} characters.", allowed, "integration")

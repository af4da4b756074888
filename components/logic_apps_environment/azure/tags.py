"""Rules about tags."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from logic_apps_environment.validation import references
from logic_apps_environment.validation.rule import Problem, Rule, check_unique, describe, redact

TAG_COUNT = Rule("tag-count", "A resource has at most 50 tags.", references.TAG_LIMITS)
TAG_NAME = Rule(
    "tag-name",
    "A tag name has 1 to 512 characters other than < > % & \\ ? / and control characters.",
    references.TAG_LIMITS,
)
TAG_NAME_REPEATED = Rule("tag-name-repeated", "Tag names are unique; letter case is ignored.", references.TAG_LIMITS)
TAG_NAME_RESERVED = Rule(
    "tag-name-reserved",
    "A tag name does not begin with microsoft, azure or windows.",
    references.TAG_REST,
)
TAG_SECRET = Rule("tag-secret", "A tag contains no private key.", references.TAG_LIMITS)
TAG_VALUE = Rule("tag-value", "A tag value has at most 256 characters.", references.TAG_LIMITS)

MAX_TAGS = 50

MAX_TAG_NAME_LENGTH = 512

MAX_TAG_VALUE_LENGTH = 256

TAG_NAME_PATTERN = rf"^[^<>%&\\?/\x00-\x1f\x7f]{{1,{MAX_TAG_NAME_LENGTH}}}$"
"""The valid characters and lengths of tag names."""


def check_tag_names(names: Collection[str]) -> Iterator[Problem]:
    """Check the number, the format and the uniqueness of tag names."""
    if len(names) > MAX_TAGS:
        yield TAG_COUNT.violation(
            f"contains {len(names)} tags.",
            f"at most {MAX_TAGS} tags",
            remedy="Remove the tags that are not needed.",
        )
    yield from (problem.within(name) for name in names for problem in _check_tag_name(name))
    by_name = {name: name for name in names}
    statement = "is already the name of another tag (letter case is ignored)."
    yield from check_unique(TAG_NAME_REPEATED, by_name, statement, "Rename or remove one of the two.")


def _check_tag_name(name: str) -> Iterator[Problem]:
    allowed = f"1 to {MAX_TAG_NAME_LENGTH} characters other than < > % & \\ ? / and control characters"
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
    if len(value) <= MAX_TAG_VALUE_LENGTH:
        yield from _check_no_key(value)
    else:
        allowed = f"at most {MAX_TAG_VALUE_LENGTH} characters"
        yield TAG_VALUE.violation(f"has {len(value)} characters.", allowed, "integration")

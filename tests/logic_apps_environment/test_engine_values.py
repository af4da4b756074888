"""Stack files as the engine reads them. `pulumi config --json` of Pulumi 3.274.1 printed the expected values."""

from __future__ import annotations

import json

import pytest

from logic_apps_environment.stack.engine_values import StackFileError, project_defaults, read_engine_values


def values(config: str) -> dict[str, str]:
    return read_engine_values(f"config:\n{config}", "project").values


@pytest.mark.parametrize(
    ("written", "arrives"),
    [
        *(("1.10", "1.1"), ("0123", "83"), ("0189", "189"), ("0o17", "15"), ("0b101", "5"), ("-0x10", "-16")),
        *(("1_000", "1000"), ("1__0", "10"), ("1e3", "1000"), ("1.", "1"), (".5", "0.5"), ("+5", "5")),
        ("12345678901234567890", "12345678901234567890"),
        ("123456789012345678901234567890", "1.2345678901234568e+29"),
        *(("1e400", "1e400"), ("0x1FFFFFFFFFFFFFFFFF", "0x1FFFFFFFFFFFFFFFFF"), ("+inf", "+inf")),
        *(("!!str 5", "5"), ('!!int "5"', "5"), ("!!float 5", "5"), ("!custom 5", "5")),
        *(("!!binary aGVsbG8=", "hello"), ("!!binary /w==", "\ufffd")),
        *(("TRUE", "true"), ("yes", "yes"), ("1:30", "1:30"), ("1.5.0", "1.5.0"), ("10.0.0.0/24", "10.0.0.0/24")),
        *(("=", "="), ('"007"', "007"), ('"1.10"', "1.10"), ("|\n    a\n    b\n", "a\nb\n"), ("é ☃", "é ☃")),
        ("2024-01-31", "2024-01-31 00:00:00 +0000 UTC"),
        ("2024-01-31T10:00:00Z", "2024-01-31 10:00:00 +0000 UTC"),
        ("2024-01-31T10:00:00+02:00", "2024-01-31 10:00:00 +0200 +0200"),
        ("2024-01-31 10:11:12.5", "2024-01-31 10:11:12.5 +0000 UTC"),
    ],
)
def test_a_text_arrives_as_the_engine_converts_it(written: str, arrives: str) -> None:
    assert values(f"  p:a: {written}\n") == {"p:a": arrives}


@pytest.mark.parametrize(
    ("written", "arrives"),
    [
        ("[]", []),
        ("[1, 2.50, 1.0, ~, off, 12:30:45]", [1, 2.5, 1, None, "off", "12:30:45"]),
        ("{.inf: x, -.Inf: x, .NaN: x, ~: x}", {"+Inf": "x", "-Inf": "x", "NaN": "x", "<nil>": "x"}),
        ('[!!str 5, !custom 5, !!int "5", 1e400]', ["5", "5", 5, "1e400"]),
        ("{1.10: z, true: q, d: 2024-01-31}", {"1.1": "z", "true": "q", "d": "2024-01-31 00:00:00 +0000 UTC"}),
    ],
)
def test_an_object_or_a_list_arrives_as_json(written: str, arrives: object) -> None:
    assert json.loads(values(f"  p:a: {written}\n")["p:a"]) == arrives


def test_merged_mappings_and_aliases_are_resolved() -> None:
    read = read_engine_values("base: &base {a: 1, b: yes}\nconfig:\n  p:a: {<<: *base, b: no}\n  p:b: *base", "project")
    assert json.loads(read.values["p:a"]) == {"a": 1, "b": "no"}
    assert json.loads(read.values["p:b"]) == {"a": 1, "b": "yes"}


@pytest.mark.parametrize("repeated", ["[{}]", "{{<<: [{}]}}"], ids=["lists", "merged mappings"])
def test_aliases_that_repeat_too_many_values_are_rejected_without_expanding_them(repeated: str) -> None:
    levels = "".join(f"  b{n}: &b{n} {repeated.format(','.join([f'*b{n - 1}'] * 10))}\n" for n in range(1, 30))
    with pytest.raises(StackFileError, match="excessive aliasing"):
        values(f"  b0: &b0 {{key: 1}}\n{levels}")


def test_one_value_can_be_repeated_often() -> None:
    tags = ", ".join(f"tag-{n}: x" for n in range(50))
    stacks = "".join(f"  p:a{n}: *tags\n" for n in range(60))
    assert len(values(f"  p:tags: &tags {{{tags}}}\n{stacks}")) == 61


def test_a_key_without_a_namespace_is_in_that_of_the_project() -> None:
    assert values("  name: ise\n") == {"project:name": "ise"}


def test_encrypted_values_are_found_with_their_paths() -> None:
    read = read_engine_values("config:\n  p:a: {secure: v1:x}\n  p:b: [{link: {secure: v1:y}, name: sap}]", "project")
    assert read.encrypted == [("p:a",), ("p:b", 0, "link")]
    assert "v1:" not in str(read.values)


def test_each_value_has_its_line() -> None:
    read = read_engine_values("# comment\nconfig:\n  p:a:\n    b:\n      - 1\n      - c: 2\n", "project")
    lines = {(): 2, ("p:a",): 3, ("p:a", "b"): 4, ("p:a", "b", 0): 5, ("p:a", "b", 1, "c"): 6}
    assert {path: read.line_of(path) for path in lines} == lines
    assert read.line_of(("p:a", "missing", "key")) == 3
    assert read.line_of(("p:missing",)) == 2


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("config:\n  a: [\n", 3, "is not YAML"),
        ("config:\n\ta: b\n", 2, "is not YAML"),
        ("config: {}\n---\na: b\n", 2, "expected a single document in the stream, but found another document"),
        ("config:\n  a: 1\n  b: 2\n  a: 3\n", 4, "already defined in line 2"),
        ("config:\n  a: {b: .inf}\n", 2, '.inf is not a finite number. Enclose it in quotes: ".inf".'),
        ("config:\n  a: [1,\n -.INF]\n", 3, "is not a finite number"),
        ("config:\n  a: !!binary a\n", 2, "is not base64"),
        ("config:\n  a: .nan\n", 2, "is not a finite number"),
        ("- a", 1, "a stack file is an object"),
        ("config: [1]", 1, "the section config is an object"),
        ("config:\n  ? [a]\n  : b\n", 2, "a key is an object or a list"),
        ("a: &a [*a]\nconfig: {b: *a}", 1, "nested too deeply"),
        ("config: {a: \x01}", 1, "a character that YAML does not allow"),
    ],
)
def test_a_file_that_the_engine_cannot_read_is_an_error_with_a_line(text: str, line: int, message: str) -> None:
    with pytest.raises(StackFileError, match=message) as raised:
        read_engine_values(text, "project")
    assert raised.value.line == line


@pytest.mark.parametrize("text", ["", "# nothing\n", "config:\n", "secretsprovider: passphrase\n"])
def test_a_file_without_configuration_has_no_values(text: str) -> None:
    assert read_engine_values(text, "project").values == {}


def test_a_project_file_has_defaults_and_values() -> None:
    declarations = {
        "a": {"default": "x"},
        "azure-native:location": {"value": "westus2"},
        "b": {"description": "no default"},
        "c": True,
        "d": {"default": []},
    }
    assert project_defaults(declarations, "p") == {
        "p:a": "x",
        "azure-native:location": "westus2",
        "p:c": "true",
        "p:d": "[]",
    }

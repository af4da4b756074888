"""Private keys in texts that the sandbox is about to write."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logic_apps_sandbox.private_keys import contains_private_key, is_certificate_alone
from tests.support.private_key_forms import DER, DISGUISES, KEYS, PEM, PLACES


def as_text(data: bytes) -> str:
    """The data as a stack file or a body may contain it."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return base64.b64encode(data).decode()


@given(st.sampled_from(sorted(KEYS)), st.sampled_from(sorted(DISGUISES)), st.sampled_from(sorted(PLACES)))
def test_a_key_in_any_form_is_recognized(form: str, disguise: str, place: str) -> None:
    text = as_text(PLACES[place](DISGUISES[disguise](KEYS[form])))
    assert contains_private_key(text)
    indented = "".join(f"      {line}\n" for line in text.split("\n"))
    assert contains_private_key(f"config:\n  demo:certificates:\n    a:\n      publicCertificate: |-\n{indented}")


@pytest.mark.parametrize(
    "text",
    [
        PEM.decode(),
        f"# The private key of this authority is in the vault.\n{PEM.decode()}Bag Attributes\n{PEM.decode()}",
        base64.b64encode(DER).decode(),
        base64.b64encode(PEM).decode(),
        "certificates/root.pem",
        "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC7",
        "v1:6N1dDyIZtXE=:v1:KVqt280wj7LerpVk:W3O0FQLw0b3qyvNZWXeqvboIu1uIow==",
        "Rotate the private key every month",
        "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/Fabrikam-RG",
    ],
)
def test_text_without_a_key_is_not_mistaken(text: str) -> None:
    assert not contains_private_key(text)


def test_only_base64_of_pem_text_with_certificates_alone_counts_as_a_certificate() -> None:
    assert is_certificate_alone(base64.b64encode(PEM + PEM).decode())
    assert not is_certificate_alone(base64.b64encode(PEM + b"# beside").decode())
    assert not is_certificate_alone(base64.b64encode(DER).decode())
    assert not is_certificate_alone(base64.b64encode(PEM.replace(PEM[40:60], PEM[41:61])).decode())
    assert not is_certificate_alone("")

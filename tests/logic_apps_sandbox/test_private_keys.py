"""Private keys in texts that the sandbox is about to write."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logic_apps_environment.certificates.parsing import CertificateError, parse_certificates
from logic_apps_sandbox.private_keys import is_certificate_alone, redact_certificate, redact_private_key
from tests.support.private_key_forms import DER, DISGUISES, ENCODINGS, KEYS, PEM, PLACES, pieces


def as_text(data: bytes) -> str:
    """The data as a stack file or a body may contain it."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return base64.b64encode(data).decode()


@given(st.sampled_from(sorted(KEYS)), st.sampled_from(sorted(DISGUISES)), st.sampled_from(sorted(PLACES)))
def test_a_key_in_any_form_is_replaced_with_a_placeholder_of_the_same_form(
    form: str, disguise: str, place: str
) -> None:
    """The project rejects the placeholder with the same message as the key."""
    text = as_text(PLACES[place](DISGUISES[disguise](KEYS[form])))
    found = redact_private_key(text)
    assert found is not None
    assert redact_certificate(text) == found
    assert not any(piece in found for piece in pieces(text.encode(), 20))
    with pytest.raises(CertificateError) as of_key:
        parse_certificates(text.encode())
    with pytest.raises(CertificateError) as of_stand_in:
        parse_certificates(found.encode())
    # Certificates beside a key are left out too, so the placeholder has no lines to count.
    assert str(of_stand_in.value) == re.sub(r" in line \d+", "", str(of_key.value))


@given(encoding=st.sampled_from(sorted(ENCODINGS)), seed=st.binary(), beside=st.booleans())
def test_no_encoding_of_a_key_is_kept(encoding: str, seed: bytes, beside: bool) -> None:
    encoded = ENCODINGS[encoding](hashlib.sha512(seed).digest()).decode()
    kept = redact_certificate((PEM.decode() if beside else "") + encoded)
    assert kept is not None
    assert not pieces(kept.replace(PEM.decode(), "").encode(), 20) & pieces(encoded.encode(), 20)
    with pytest.raises(CertificateError):
        parse_certificates(kept.encode())


@given(st.binary(), st.integers(min_value=16, max_value=76), st.booleans())
def test_of_a_certificate_followed_by_unknown_data_only_the_certificate_is_kept(
    seed: bytes,
    width: int,
    beside: bool,
) -> None:
    coded = base64.b64encode(hashlib.sha512(seed).digest() * 2).decode()
    lines = "\n".join(coded[at : at + width] for at in range(0, len(coded), width))
    kept = redact_certificate((PEM.decode() if beside else "") + lines)
    assert kept is not None
    assert (PEM.decode() in kept) is beside
    assert not any(piece in kept for piece in pieces(lines.encode()))


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
def test_text_without_a_key_does_not_change(text: str) -> None:
    assert redact_private_key(text) is None
    assert redact_certificate(text) is None


def test_only_base64_of_pem_text_with_certificates_alone_counts_as_a_certificate() -> None:
    assert is_certificate_alone(base64.b64encode(PEM + PEM).decode())
    assert not is_certificate_alone(base64.b64encode(PEM + b"# beside").decode())
    assert not is_certificate_alone(base64.b64encode(DER).decode())
    assert not is_certificate_alone(base64.b64encode(PEM.replace(PEM[40:60], PEM[41:61])).decode())
    assert not is_certificate_alone("")

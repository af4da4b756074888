"""Certificates: every form a person has at hand becomes the one form that the service takes."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from components.certificates import (
    CertificateError,
    PrivateKeyGivenError,
    encode_certificate,
    next_expiry,
    parse_certificates,
)

KEY = ec.generate_private_key(ec.SECP256R1())


def certificate(expires: datetime) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test")])
    builder = x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=KEY.public_key(), serial_number=7)
    builder = builder.not_valid_before(expires - timedelta(days=90)).not_valid_after(expires)
    return builder.sign(KEY, hashes.SHA256())


CERTIFICATE = certificate(datetime(2040, 5, 6, 7, 8, 9, tzinfo=UTC))
PEM = CERTIFICATE.public_bytes(Encoding.PEM)
DER = CERTIFICATE.public_bytes(Encoding.DER)


@pytest.mark.parametrize(
    "given_form",
    [
        PEM,
        DER,
        base64.b64encode(PEM),
        base64.b64encode(DER),
        base64.encodebytes(DER),
        b"comment\r\n" + PEM.replace(b"\n", b"\r\n"),
    ],
    ids=["PEM", "DER", "base64 of PEM", "base64 of DER", "base64 in lines", "PEM with comment and CRLF"],
)
def test_every_form_is_sent_as_base64_of_the_pem_text_alone(given_form: bytes) -> None:
    """Microsoft's sample value decodes to "-----BEGIN CE…"."""
    assert base64.b64decode(encode_certificate(*parse_certificates(given_form))) == PEM


def private_keys() -> list[bytes]:
    unencrypted = [
        KEY.private_bytes(Encoding.PEM, form, NoEncryption())
        for form in (PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL)
    ]
    encrypted = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x"))
    der = KEY.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    encrypted_der = KEY.private_bytes(Encoding.DER, PrivateFormat.PKCS8, BestAvailableEncryption(b"x"))
    return [
        encrypted_der,
        *unencrypted,
        encrypted,
        base64.b64encode(unencrypted[0]),
        PEM + unencrypted[0],
        der,
        base64.b64encode(der),
    ]


@pytest.mark.parametrize(
    "data",
    private_keys(),
    ids=["encrypted DER", "PKCS 8", "SEC 1", "encrypted", "base64", "beside a certificate", "DER", "base64 of DER"],
)
def test_a_private_key_in_any_form_is_refused_without_repeating_it(data: bytes) -> None:
    with pytest.raises(PrivateKeyGivenError, match="holds a private key") as caught:
        parse_certificates(data)
    assert "BEGIN" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_pkcs_12_archive_is_called_by_its_name() -> None:
    archive = pkcs12.serialize_key_and_certificates(b"x", KEY, CERTIFICATE, None, BestAvailableEncryption(b"x"))
    with pytest.raises(CertificateError, match="holds a PKCS #12 archive, which usually holds a private key too"):
        parse_certificates(archive)


def test_a_bundle_gives_its_certificates_in_order() -> None:
    other = certificate(datetime(2041, 1, 1, tzinfo=UTC))
    assert parse_certificates(other.public_bytes(Encoding.PEM) + PEM) == (other, CERTIFICATE)


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("CERTIFICATE REQUEST", "a certificate request"),
        ("PUBLIC KEY", "a bare public key"),
        ("PKCS7", "a PKCS #7 bundle"),
        ("X509 CRL", "a revocation list"),
    ],
)
def test_what_people_mistake_for_a_certificate_is_called_by_its_name(label: str, said: str) -> None:
    with pytest.raises(CertificateError, match=said):
        parse_certificates(f"-----BEGIN {label}-----\nMIIB\n-----END {label}-----\n".encode())


@given(st.binary(max_size=200))
def test_anything_else_is_refused_and_never_more_than_refused(data: bytes) -> None:
    with pytest.raises(CertificateError):
        parse_certificates(data)


def test_a_damaged_certificate_is_refused() -> None:
    with pytest.raises(CertificateError, match="cannot be read"):
        parse_certificates(PEM[:100] + b"\n-----END CERTIFICATE-----\n")


def test_the_next_expiry_is_the_earliest_in_utc() -> None:
    late = encode_certificate(CERTIFICATE)
    early = encode_certificate(certificate(datetime(2031, 1, 2, 3, 4, 5, tzinfo=UTC)))
    assert next_expiry([late, early]) == "2031-01-02T03:04:05Z"


def test_nothing_expires_without_certificates() -> None:
    assert next_expiry([]) is None

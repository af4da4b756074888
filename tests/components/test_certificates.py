"""Certificates: every form a person has at hand becomes the one form that the service takes."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PublicFormat,
    pkcs7,
    pkcs12,
)
from hypothesis import given
from hypothesis import strategies as st

from components.certificates import (
    CertificateError,
    PrivateKeyGivenError,
    encode_certificate,
    next_expiry,
    parse_certificates,
)
from components.rules.certificates import check_certificate, check_certificate_set
from tests.private_key_forms import CERTIFICATE, DER, DISGUISES, KEY, KEYS, PEM, PLACES, certificate, pieces

from .certificate_factory import certificate_with_serial_number_zero


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


@given(st.sampled_from(sorted(KEYS)), st.sampled_from(sorted(DISGUISES)), st.sampled_from(sorted(PLACES)))
def test_a_private_key_in_any_form_is_refused_without_repeating_it(form: str, disguise: str, place: str) -> None:
    disguised = DISGUISES[disguise](KEYS[form])
    with pytest.raises(CertificateError) as caught:
        parse_certificates(PLACES[place](disguised))
    assert isinstance(caught.value, PrivateKeyGivenError)
    assert "BEGIN PR" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert not any(piece in str(caught.value) + caught.value.remedy for piece in pieces(disguised))


@given(st.binary(), st.integers(min_value=16, max_value=76))
def test_no_encoded_data_is_accepted_beside_a_certificate(seed: bytes, width: int) -> None:
    """It could be a key of which the start is missing."""
    coded = base64.b64encode(hashlib.sha512(seed).digest() * 2).decode()
    lines = "\n".join(coded[at : at + width] for at in range(0, len(coded), width))
    with pytest.raises(CertificateError):
        parse_certificates(PEM + lines.encode())


@pytest.mark.parametrize(
    "harmless",
    [
        "Bag Attributes\n    localKeyID: 54 69 6D\n    friendlyName: my key\nsubject=CN = Root\nissuer=CN = Root\n",
        "GlobalSign Root CA\n==================\n",
        "# SHA256 Fingerprint: " + "eB" * 16 + "\n# 2c:ab:ea:fe:37:d0:6c:a2:2a:ba:73:91:c0:03:3d:25:98:29:52:c4\n",
        "Alias name: root\nCreation date: Nov 1, 2022\nEntry type: PrivateKeyEntry\nCertificate chain length: 1\n",
        " 0 s:CN = Root\n   i:CN = Root\n   a:PKEY: rsaEncryption, 2048 (bit); sigalg: RSA-SHA256\n",
        "# https://example.com/repository/certificates/RootCertificates2022/Authority\n",
        "# The private key of this authority is in the vault.\n",
    ],
    ids=["openssl pkcs12", "curl", "fingerprints", "keytool -list -rfc", "openssl s_client", "address", "comment"],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_what_programs_write_beside_certificates_is_left_out(harmless: str, line_end: str) -> None:
    text = (harmless + PEM.decode() + harmless + PEM.decode()).replace("\n", line_end)
    assert parse_certificates(text.encode()) == (CERTIFICATE, CERTIFICATE)


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_pem_text_is_read_in_every_encoding_that_windows_writes(codec: str) -> None:
    assert parse_certificates(PEM.decode().encode(codec)) == (CERTIFICATE,)


def test_a_bundle_gives_its_certificates_in_order() -> None:
    other = certificate(datetime(2041, 1, 1, tzinfo=UTC))
    assert parse_certificates(other.public_bytes(Encoding.PEM) + PEM) == (other, CERTIFICATE)


def archive() -> bytes:
    return pkcs12.serialize_key_and_certificates(b"x", KEY, CERTIFICATE, None, BestAvailableEncryption(b"x"))


def request() -> x509.CertificateSigningRequest:
    return x509.CertificateSigningRequestBuilder(CERTIFICATE.subject).sign(KEY, hashes.SHA256())


def revocation_list() -> x509.CertificateRevocationList:
    builder = x509.CertificateRevocationListBuilder(CERTIFICATE.issuer)
    builder = builder.last_update(datetime(2020, 1, 1, tzinfo=UTC)).next_update(datetime(2030, 1, 1, tzinfo=UTC))
    return builder.sign(KEY, hashes.SHA256())


def labelled(label: str, der: bytes) -> bytes:
    return f"-----BEGIN {label}-----\n{base64.encodebytes(der).decode()}-----END {label}-----\n".encode()


BUNDLE = pkcs7.serialize_certificates([CERTIFICATE], Encoding.DER)
PUBLIC = KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
OPENSSH_PUBLIC = KEY.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
# The trust settings that `openssl x509 -trustout` adds: RFC 5280 has no such form.
TRUSTED = labelled("TRUSTED CERTIFICATE", DER + bytes.fromhex("300c300a06082b06010505070301"))


@pytest.mark.parametrize("coded", [False, True], ids=["", "in base64"])
@pytest.mark.parametrize(
    ("data", "said", "remedy"),
    [
        (archive(), "a PKCS #12 archive, which usually holds a private key too", "openssl pkcs12 -in FILE -nokeys"),
        (b"\xfe\xed\xfe\xed\x00\x00\x00\x02\x00\x00\x00\x01", "a Java keystore (JKS)", "keytool -exportcert -rfc"),
        (b"\xce\xce\xce\xce\x00\x00\x00\x02\x00\x00\x00\x01", "a Java keystore (JCEKS)", "-storetype JCEKS"),
        (BUNDLE, "a PKCS #7 bundle", "openssl pkcs7 -print_certs"),
        (labelled("PKCS7", BUNDLE), "a PKCS #7 bundle", "openssl pkcs7 -print_certs"),
        (labelled("CMS", BUNDLE), "a PKCS #7 bundle", "openssl pkcs7 -print_certs"),
        (TRUSTED, "an OpenSSL trusted certificate (BEGIN TRUSTED CERTIFICATE)", "openssl x509 -in FILE -out root.pem"),
        (b"\x00\x00\x00\x00CERT\x20\x00\x00\x00", "a Windows serialized certificate store", "certutil"),
        (request().public_bytes(Encoding.PEM), "a certificate request", "the authority issues"),
        (labelled("NEW CERTIFICATE REQUEST", b"x"), "a certificate request", "the authority issues"),
        (request().public_bytes(Encoding.DER), "a certificate request", "the authority issues"),
        (revocation_list().public_bytes(Encoding.PEM), "a revocation list", "the authority that signed"),
        (revocation_list().public_bytes(Encoding.DER), "a revocation list", "the authority that signed"),
        (PUBLIC, "a bare public key", "the certificate that contains it"),
        (labelled("PUBLIC KEY", PUBLIC), "a bare public key", "the certificate that contains it"),
        (OPENSSH_PUBLIC, "a bare public key", "the certificate that contains it"),
        (labelled("EC PARAMETERS", b"\x06\x08"), "parameters of keys", "openssl x509"),
    ],
)
def test_another_format_is_named_with_the_command_that_converts_it(
    data: bytes, said: str, remedy: str, *, coded: bool
) -> None:
    with pytest.raises(CertificateError, match=f"holds {re.escape(said)}") as caught:
        parse_certificates(base64.b64encode(data) if coded else data)
    assert remedy in caught.value.remedy
    assert not isinstance(caught.value, PrivateKeyGivenError)


@pytest.mark.filterwarnings("error")
def test_a_certificate_with_serial_number_zero_is_read_without_a_warning_of_the_library() -> None:
    pem = certificate_with_serial_number_zero("Root")
    (read,) = parse_certificates(pem.encode())
    check_certificate(read)
    check_certificate_set({"root": (read,)})


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

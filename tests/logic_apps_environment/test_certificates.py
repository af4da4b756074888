"""Certificates: every supported form is converted to the form that the service accepts."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import UTC, datetime
from pathlib import Path

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

from logic_apps_environment.certificates.content import next_expiry
from logic_apps_environment.certificates.evaluation import check_certificate, check_certificate_set
from logic_apps_environment.certificates.parsing import (
    CertificateError,
    PrivateKeyGivenError,
    encode_certificate,
    parse_certificates,
)
from logic_apps_sandbox.private_keys import redact_certificate
from tests.support.certificate_factory import certificate_with_serial_number_zero
from tests.support.private_key_forms import (
    CERTIFICATE,
    DER,
    DISGUISES,
    ENCODINGS,
    KEY,
    KEYS,
    PEM,
    PLACES,
    certificate,
    certificate_named,
    pieces,
)

DATA = Path(__file__).parents[1] / "data"


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
def test_a_private_key_in_any_form_is_rejected_without_repeating_it(form: str, disguise: str, place: str) -> None:
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


@given(encoding=st.sampled_from(sorted(ENCODINGS)), seed=st.binary())
def test_no_encoding_of_a_key_is_accepted_beside_a_certificate(encoding: str, seed: bytes) -> None:
    encoded = ENCODINGS[encoding](hashlib.sha512(seed).digest())
    before = f"friendlyName: root\n{PEM.decode()}".encode()
    for text, first_line in (
        (PEM + encoded, PEM.count(b"\n") + 1),
        (before + encoded + b"\n" + PEM, before.count(b"\n") + 1),
    ):
        with pytest.raises(CertificateError, match=r" in line \d+") as caught:
            parse_certificates(text)
        found = re.search(r"line (\d+)", str(caught.value))
        assert found is not None
        assert first_line <= int(found[1]) <= first_line + encoded.count(b"\n")
        assert not pieces(encoded) & pieces(f"{caught.value} {caught.value.remedy}".encode())
    with pytest.raises(CertificateError) as of_key_alone:
        parse_certificates(encoded)
    assert not pieces(encoded) & pieces(f"{of_key_alone.value} {of_key_alone.value.remedy}".encode())


@pytest.mark.parametrize("block", ["after", "before"])
@pytest.mark.parametrize(
    "words", ["word " * 21, "1234 " * 5, "AB CD EF GH IJ KL MN OP QR", "R3-a1b2c3", "\u4e2d\u6587"]
)
def test_more_than_a_few_plain_words_beside_a_certificate_are_rejected(words: str, block: str) -> None:
    text = f"{PEM.decode()}\n{words}\n" if block == "after" else f"{words * 2}\n{PEM.decode()}"
    with pytest.raises(PrivateKeyGivenError, match="text other than certificates in line"):
        parse_certificates(text.encode())


NAMED = certificate_named("M\u00fcller & S\u00f6hne")
NAMED_PEM = NAMED.public_bytes(Encoding.PEM).decode()
SHA1 = NAMED.fingerprint(hashes.SHA1())  # noqa: S303 - as OpenSSL prints it
SHA256 = NAMED.fingerprint(hashes.SHA256())


@pytest.mark.parametrize(
    "harmless",
    [
        (
            f"Bag Attributes\n    localKeyID: {SHA1.hex(' ').upper()} \n    friendlyName: my key\n"
            "subject=CN = M\\C3\\BCller & S\\C3\\B6hne\nissuer=CN = M\\C3\\BCller & S\\C3\\B6hne\n"
        ),
        (
            "Bag Attributes\n    localKeyID: 54 69 6D 65 20 31 36 36 37 33 30 34 30 30 30 30 30 30 \n"
            "    2.16.840.1.113894.746875.1.1: <Unsupported tag 6>\n"
        ),
        "GlobalSign Root CA\n==================\n",
        f"# Serial: 7\n# SHA1 Fingerprint: {SHA1.hex(':')}\n# SHA256 Fingerprint: {SHA256.hex(':').upper()}\n",
        f"SHA256 Fingerprint={SHA256.hex()}\nserial=07\nnotAfter=May  6 07:08:09 2040 GMT\n",
        "Alias name: root\nCreation date: Nov 1, 2022\nEntry type: PrivateKeyEntry\nCertificate chain length: 1\n",
        (
            " 0 s:CN = Root\n   i:CN = Root\n   a:PKEY: rsaEncryption, 2048 (bit); sigalg: RSA-SHA256\n"
            "   v:NotBefore: Nov 28 22:06:16 2026 GMT; NotAfter: May 16 22:06:16 2029 GMT\n"
        ),
        "# https://example.com/repository/certificates/RootCertificates2022/Authority\n",
        "# The private key of this authority is in the vault.\n",
    ],
    ids=[
        *("openssl pkcs12", "openssl pkcs12 of Java", "curl", "certifi", "openssl x509", "keytool -list -rfc"),
        *("openssl s_client", "address", "comment"),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_text_that_programs_write_beside_certificates_is_omitted(harmless: str, line_end: str) -> None:
    text = (harmless + NAMED_PEM + harmless + PEM.decode()).replace("\n", line_end)
    assert parse_certificates(text.encode()) == (NAMED, CERTIFICATE)
    assert redact_certificate(text) is None


@pytest.mark.parametrize(
    "report",
    [
        ("CONNECTED(00000003)\n---\nCertificate chain\n", "---\nServer certificate\n"),
        ("", f"SSL-Session:\n    Protocol  : TLSv1.3\n    Session-ID: {SHA256.hex()[::-1].upper()}\n"),
    ],
    ids=["before", "session"],
)
def test_the_output_of_openssl_s_client_is_rejected_with_the_command_that_writes_only_the_certificates(
    report: tuple[str, str],
) -> None:
    before, after = report
    with pytest.raises(CertificateError, match="contains the output of `openssl s_client`") as caught:
        parse_certificates(f"{before}{PEM.decode()}{after}".encode())
    assert not isinstance(caught.value, PrivateKeyGivenError)
    assert "-showcerts </dev/null | sed -n" in caught.value.remedy


@pytest.mark.parametrize("form", ["RSA", "EC"])
def test_the_text_form_of_a_certificate_is_accepted_beside_it_and_that_of_another_is_not(form: str) -> None:
    """Recorded: ``openssl x509 -text`` of OpenSSL 3.0."""
    recorded = (DATA / f"{form.lower()}-certificate.txt").read_text(encoding="utf-8")
    assert len(parse_certificates(recorded.encode())) == 1
    assert redact_certificate(recorded) is None
    text_form = recorded[: recorded.index("-----BEGIN")]
    with pytest.raises(PrivateKeyGivenError, match="text other than certificates in line"):
        parse_certificates(text_form.encode() + PEM)


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


def labeled(label: str, der: bytes) -> bytes:
    return f"-----BEGIN {label}-----\n{base64.encodebytes(der).decode()}-----END {label}-----\n".encode()


BUNDLE = pkcs7.serialize_certificates([CERTIFICATE], Encoding.DER)
PUBLIC = KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
OPENSSH_PUBLIC = KEY.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
# The trust settings that `openssl x509 -trustout` adds: RFC 5280 has no such form.
TRUSTED = labeled("TRUSTED CERTIFICATE", DER + bytes.fromhex("300c300a06082b06010505070301"))


@pytest.mark.parametrize("coded", [False, True], ids=["", "in base64"])
@pytest.mark.parametrize(
    ("data", "said", "remedy"),
    [
        (archive(), "a PKCS #12 archive, which usually also contains a private key", "openssl pkcs12 -in FILE -nokeys"),
        (b"\xfe\xed\xfe\xed\x00\x00\x00\x02\x00\x00\x00\x01", "a Java keystore (JKS)", "keytool -exportcert -rfc"),
        (b"\xce\xce\xce\xce\x00\x00\x00\x02\x00\x00\x00\x01", "a Java keystore (JCEKS)", "-storetype JCEKS"),
        (BUNDLE, "a PKCS #7 bundle", "openssl pkcs7 -print_certs"),
        (labeled("PKCS7", BUNDLE), "a PKCS #7 bundle", "openssl pkcs7 -print_certs"),
        (labeled("CMS", BUNDLE), "a PKCS #7 bundle", "openssl pkcs7 -print_certs"),
        (TRUSTED, "an OpenSSL trusted certificate (BEGIN TRUSTED CERTIFICATE)", "openssl x509 -in FILE -out root.pem"),
        (b"\x00\x00\x00\x00CERT\x20\x00\x00\x00", "a Windows serialized certificate store", "certutil"),
        (request().public_bytes(Encoding.PEM), "a certificate request", "the authority issues"),
        (labeled("NEW CERTIFICATE REQUEST", b"x"), "a certificate request", "the authority issues"),
        (request().public_bytes(Encoding.DER), "a certificate request", "the authority issues"),
        (revocation_list().public_bytes(Encoding.PEM), "a revocation list", "the authority that signed"),
        (revocation_list().public_bytes(Encoding.DER), "a revocation list", "the authority that signed"),
        (PUBLIC, "a bare public key", "the certificate that contains the key"),
        (labeled("PUBLIC KEY", PUBLIC), "a bare public key", "the certificate that contains the key"),
        (OPENSSH_PUBLIC, "a bare public key", "the certificate that contains the key"),
        (labeled("EC PARAMETERS", b"\x06\x08"), "key parameters", "openssl x509"),
    ],
)
def test_another_format_is_named_with_the_command_that_converts_it(
    data: bytes, said: str, remedy: str, *, coded: bool
) -> None:
    with pytest.raises(CertificateError, match=f"contains {re.escape(said)}") as caught:
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
def test_any_other_bytes_are_rejected_without_another_error(data: bytes) -> None:
    with pytest.raises(CertificateError):
        parse_certificates(data)


def test_a_damaged_certificate_is_rejected() -> None:
    with pytest.raises(CertificateError, match="unreadable"):
        parse_certificates(PEM[:100] + b"\n-----END CERTIFICATE-----\n")


def test_the_next_expiry_is_the_earliest_in_utc() -> None:
    late = encode_certificate(CERTIFICATE)
    early = encode_certificate(certificate(datetime(2031, 1, 2, 3, 4, 5, tzinfo=UTC)))
    assert next_expiry([late, early]) == "2031-01-02T03:04:05Z"


def test_nothing_expires_without_certificates() -> None:
    assert next_expiry([]) is None

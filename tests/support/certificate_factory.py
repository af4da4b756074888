"""Certificates of every kind, made for one test run; no private key is ever written."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@cache
def key_of(subject: str, rsa_bits: int | None) -> Key:  # noqa: ARG001 - what the cache tells keys apart by
    """The key of a subject, the same at every call."""
    if rsa_bits is None:
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(public_exponent=65537, key_size=rsa_bits)


def certificate(
    subject: str,
    *,
    issuer: str | None = None,
    authority: bool = True,
    begins_in_days: float = -100,
    ends_in_days: float = 1000,
    rsa_bits: int | None = None,
    key_name: str | None = None,
    serial_number: int | None = None,
) -> str:
    """PEM text of a certificate, self-signed or signed by ``issuer``, with the key of ``key_name`` if given."""
    now = datetime.now(UTC)
    key = key_of(key_name or subject, rsa_bits)
    signer = key_of(issuer, None) if issuer else key
    builder = x509.CertificateBuilder(
        _name(issuer or subject), _name(subject), key.public_key(), serial_number or x509.random_serial_number()
    )
    builder = builder.not_valid_before(now + timedelta(days=begins_in_days))
    builder = builder.not_valid_after(now + timedelta(days=ends_in_days))
    builder = builder.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    return builder.sign(signer, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


def certificate_with_serial_number_zero(subject: str) -> str:
    """PEM text of a self-signed certificate with a serial number that the builder rejects."""
    signed = x509.load_pem_x509_certificate(certificate(subject, serial_number=1).encode()).tbs_certificate_bytes
    version = bytes.fromhex("a003020102")  # RFC 5280, 4.1.2.1; the serial number follows it
    signed = signed.replace(version + b"\x02\x01\x01", version + b"\x02\x01\x00", 1)
    key = key_of(subject, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    signature = key.sign(signed, ec.ECDSA(hashes.SHA256()))
    algorithm = bytes.fromhex("300a06082a8648ce3d040302")  # ecdsa-with-SHA256, RFC 5758, 3.2
    bits = b"\x03" + bytes([len(signature) + 1]) + b"\x00" + signature
    content = signed + algorithm + bits
    der = b"\x30\x82" + len(content).to_bytes(2, "big") + content
    return f"-----BEGIN CERTIFICATE-----\n{base64.encodebytes(der).decode()}-----END CERTIFICATE-----\n"


def private_key(subject: str) -> str:
    """PEM text of a subject's private key, for tests that see to it that it is refused."""
    return key_of(subject, None).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])

"""Certificates of every kind, made for one test run; no private key is ever written."""

from __future__ import annotations

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
    """The key of a subject; the same whenever it is asked for."""
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
) -> str:
    """PEM text of a certificate, signed by itself or by ``issuer``; with the key of ``key_name`` instead of its own."""
    now = datetime.now(UTC)
    key = key_of(key_name or subject, rsa_bits)
    signer = key_of(issuer, None) if issuer else key
    builder = x509.CertificateBuilder(
        _name(issuer or subject), _name(subject), key.public_key(), x509.random_serial_number()
    )
    builder = builder.not_valid_before(now + timedelta(days=begins_in_days))
    builder = builder.not_valid_after(now + timedelta(days=ends_in_days))
    builder = builder.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    return builder.sign(signer, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


def private_key(subject: str) -> str:
    """PEM text of a subject's private key, for tests that see to it that it is refused."""
    return key_of(subject, None).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])

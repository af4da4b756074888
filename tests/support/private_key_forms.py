"""A private key in every form in which it can be pasted by mistake, alone or beside a certificate."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = ec.generate_private_key(ec.SECP256R1())


def certificate(expires: datetime, common_name: str = "Test") -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    builder = x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=KEY.public_key(), serial_number=7)
    builder = builder.not_valid_before(expires - timedelta(days=90)).not_valid_after(expires)
    return builder.sign(KEY, hashes.SHA256())


def certificate_named(common_name: str) -> x509.Certificate:
    return certificate(datetime(2040, 5, 6, 7, 8, 9, tzinfo=UTC), common_name)


CERTIFICATE = certificate(datetime(2040, 5, 6, 7, 8, 9, tzinfo=UTC))
PEM = CERTIFICATE.public_bytes(Encoding.PEM)
DER = CERTIFICATE.public_bytes(Encoding.DER)


def keys_in_every_form() -> dict[str, bytes]:
    """A key in every form in which OpenSSL, OpenSSH, PuTTY, .NET and the web write one, by the name of the form."""
    keys: dict[str, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey] = {
        "RSA": rsa.generate_private_key(65537, 2048),
        "EC": KEY,
        "Ed25519": ed25519.Ed25519PrivateKey.generate(),
    }
    secret, none = BestAvailableEncryption(b"x"), NoEncryption()
    forms: dict[str, bytes] = {}
    for kind, key in keys.items():
        for name, coding in {"PEM": Encoding.PEM, "DER": Encoding.DER}.items():
            forms[f"{kind} PKCS 8 {name}"] = key.private_bytes(coding, PrivateFormat.PKCS8, none)
            forms[f"{kind} PKCS 8 encrypted {name}"] = key.private_bytes(coding, PrivateFormat.PKCS8, secret)
            if kind != "Ed25519":
                traditional = key.private_bytes(coding, PrivateFormat.TraditionalOpenSSL, none)
                forms[f"{kind} traditional {name}"] = traditional
    encrypted = KEY.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, secret)
    forms["EC traditional encrypted"] = encrypted
    # As `openssl dsa` writes it: version, p and the rest.
    forms["DSA"] = bytes.fromhex("308201bb02010002818100") + hashlib.sha512(b"p").digest() * 6
    forms["OpenSSH"] = KEY.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    body = base64.encodebytes(hashlib.sha512(b"a key").digest() * 8).decode()
    forms["PuTTY"] = f"PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nPrivate-Lines: 9\n{body}".encode()
    forms["SSH2"] = (
        f"---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n{body}---- END SSH2 ENCRYPTED PRIVATE KEY ----\n".encode()
    )
    # RFC 9580, 5.5.3: the packet's tag and length, version 4, a time, and the algorithm RSA.
    packet = base64.encodebytes(bytes.fromhex("9503c6046360000001") + hashlib.sha512(b"a key").digest() * 8).decode()
    forms["PGP"] = f"-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n{packet}-----END PGP PRIVATE KEY BLOCK-----\n".encode()
    forms["JWK"] = json.dumps(
        {"kty": "RSA", "n": "sXch", "e": "AQAB", "d": "VFCWOqXr8nvZNyaaJLXdnNPXZKRaWCjkU5Q2egQQpTBMwhpr"}
    ).encode()
    forms["XML"] = (
        b"<RSAKeyValue><Modulus>sXch</Modulus><Exponent>AQAB</Exponent><D>VFCWOqXr8nvZNyaaJLXdnNPXZKRaWCjkU5Q2</D></RSAKeyValue>"
    )
    return forms


KEYS = keys_in_every_form()


def without_marks(pem: bytes) -> bytes:
    """Only the lines of base64; text that is not PEM is unchanged."""
    lines = pem.split(b"\n")
    kept = [line for line in lines if line and b"-----" not in line and b":" not in line]
    return b"\n".join(kept) if pem.startswith(b"-----") and b"ENCRYPTED\n" not in pem else pem


DISGUISES: dict[str, Callable[[bytes], bytes]] = {
    "as it is": lambda key: key,
    "labels in lower case": lambda key: re.sub(rb"-----.*?-----", lambda label: label[0].lower(), key),
    "without labels": without_marks,
    "without labels, in one line": lambda key: (
        without_marks(key).replace(b"\n", b"") if key.startswith(b"-----") else key
    ),
    "with Windows line ends": lambda key: key.replace(b"\n", b"\r\n") if key.isascii() else key,
    "in base64": base64.b64encode,
    "in base64url": lambda key: base64.urlsafe_b64encode(key).rstrip(b"="),
    "in base64 with blanks": lambda key: b" ".join(re.findall(rb".{1,7}", base64.b64encode(key))),
    "in base64 twice": lambda key: base64.b64encode(base64.b64encode(key)),
    "in hexadecimal digits": lambda key: key.hex().encode(),
    "in hexadecimal digits with colons": lambda key: key.hex(":").encode(),
    "as an array in C": lambda key: ", ".join(f"0x{byte:02x}" for byte in key).encode(),
    "in JSON": lambda key: json.dumps(
        {"key": key.decode() if key.isascii() else base64.b64encode(key).decode()}
    ).encode(),
    "in UTF-16": lambda key: key.decode().encode("utf-16") if key.isascii() else key,
    "as comments": lambda key: re.sub(rb"^", b"# ", key, flags=re.MULTILINE) if key.isascii() else key,
}
PLACES: dict[str, Callable[[bytes], bytes]] = {
    "alone": lambda key: key,
    "after a certificate": lambda key: PEM + key,
    "before a certificate": lambda key: key + b"\n" + PEM,
    "after a certificate, both in base64": lambda key: base64.b64encode(PEM + key),
    "after a certificate in DER": lambda key: DER + key,
}


def _in_groups(text: bytes, separator: bytes, length: int = 4) -> bytes:
    return separator.join(text[at : at + length] for at in range(0, len(text), length))


ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    "base85": base64.b85encode,
    "ascii85": base64.a85encode,
    "ascii85 of Adobe": lambda key: base64.a85encode(key, adobe=True, wrapcol=60),
    "base32": base64.b32encode,
    "base32 in lower case": lambda key: base64.b32encode(key).lower(),
    "base32 in groups": lambda key: _in_groups(base64.b32encode(key), b" "),
    "base32 in groups in lower case": lambda key: _in_groups(base64.b32encode(key).lower(), b"-"),
    "hexadecimal digits with blanks": lambda key: key.hex(" ").encode(),
    "hexadecimal digits with hyphens": lambda key: key.hex("-").encode(),
    "hexadecimal digits with periods": lambda key: key.hex(".", 2).encode(),
    "hexadecimal digits in lines": lambda key: key.hex("\n", 1).encode(),
    "hexadecimal digits of C": lambda key: "".join(f"\\x{byte:02x}" for byte in key).encode(),
    "hexadecimal digits with a date": lambda key: _in_groups(key.hex().encode(), b" Nov  1 00:00:00 2022 GMT ", 8),
    "decimal numbers": lambda key: " ".join(map(str, key)).encode(),
    "a decimal number": lambda key: str(int.from_bytes(key, "big")).encode(),
    "an object identifier": lambda key: ("1.3." + ".".join(map(str, key))).encode(),
    "binary digits": lambda key: f"{int.from_bytes(key, 'big'):b}".encode(),
    "base64 split by a bar": lambda key: _in_groups(base64.b64encode(key), b"|"),
    "base64 split by a comma": lambda key: _in_groups(base64.b64encode(key), b", ", 3),
    "base64 split by quotes": lambda key: _in_groups(base64.b64encode(key), b'" + "', 2),
    "base64, a character in a line": lambda key: _in_groups(base64.b64encode(key), b"\n", 1),
    "base64 reversed": lambda key: base64.b64encode(key)[::-1],
    "base64 in reversed lines": lambda key: _in_groups(base64.b64encode(key)[::-1], b"\n", 64),
    "base64 with escaped ends of lines": lambda key: _in_groups(base64.b64encode(key), b"\\n", 64),
    "base64 of gzip": lambda key: base64.b64encode(gzip.compress(key)),
    "base64 in an address": lambda key: b"# https://example.com/" + base64.urlsafe_b64encode(key),
    "base64 as the name of a bag": lambda key: b"    friendlyName: " + base64.b64encode(key),
    "hexadecimal digits as the id of a bag": lambda key: b"    localKeyID: " + key.hex(" ").upper().encode(),
    "hexadecimal digits as a fingerprint": lambda key: b"# SHA256 Fingerprint: " + key.hex(":").upper().encode(),
    "base64 as a name": lambda key: b"subject=CN = " + base64.b64encode(key),
    "a rule of two characters": lambda key: (
        f"{int.from_bytes(key, 'big'):b}".replace("0", "=").replace("1", "-#").encode()
    ),
}
"""Encodings of bytes that say nothing of what was encoded."""


def pieces(key: bytes, length: int = 12) -> set[str]:
    """Every part of so many characters of a key's secret lines."""
    text = "".join(key.decode("latin-1").split())
    parts = (text[at : at + length] for at in range(len(text) - length))
    return {part for part in parts if "--" not in part and "KEY" not in part.upper()}

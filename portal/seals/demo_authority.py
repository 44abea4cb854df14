"""Makes the demonstration's own authority and certificates: sample seals, worthless elsewhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from portal.seals.certificates import PrivateKey

# Stands in the name of every certificate of the demonstration, so that nobody takes it for real.
MARK = "样章"
AUTHORITY_NAME = f"演示证书颁发机构（{MARK}，无效力）"
RSA_BITS = 2048


@dataclass(frozen=True, slots=True)
class DemoAuthority:
    """A key that issues, with its certificate."""

    key: PrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        """Return the certificate as DER."""
        return self.certificate.public_bytes(serialization.Encoding.DER)


def new_key(*, elliptic: bool = True) -> PrivateKey:
    """Return a fresh key: ECDSA P-256, or RSA."""
    if elliptic:
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)


def make_authority(*, now: dt.datetime, name: str = AUTHORITY_NAME) -> DemoAuthority:
    """Return a new authority that is valid for ten years."""
    key = new_key()
    subject = _name(name, name)
    certificate = _issue(
        subject, subject, key, key, begin=now - dt.timedelta(days=1),
        end=now + dt.timedelta(days=3650), authority=True,
    )  # fmt: skip
    return DemoAuthority(key, certificate)


def issue(
    authority: DemoAuthority,
    holder: str,
    *,
    now: dt.datetime,
    begin: dt.datetime | None = None,
    end: dt.datetime | None = None,
    elliptic: bool = True,
) -> tuple[PrivateKey, x509.Certificate]:
    """Return key and certificate for a unit, valid for a year unless said otherwise."""
    key = new_key(elliptic=elliptic)
    certificate = _issue(
        _name(f"{holder}（{MARK}）", holder),
        authority.certificate.subject,
        key,
        authority.key,
        begin=begin or now - dt.timedelta(hours=1),
        end=end or now + dt.timedelta(days=365),
        authority=False,
    )
    return key, certificate


def revocation_list(
    authority: DemoAuthority,
    serials: Iterable[int],
    *,
    since: dt.datetime,
    issued_at: dt.datetime,
) -> bytes:
    """Return a revocation list of the authority (DER) that is good for a week."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(issued_at)
        .next_update(issued_at + dt.timedelta(days=7))
    )
    for serial in serials:
        one = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since).build()
        builder = builder.add_revoked_certificate(one)
    made = builder.sign(authority.key, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.DER)


def pack(key: PrivateKey, certificate: x509.Certificate, *, password: str) -> bytes:
    """Return key and certificate as a PKCS#12 file under a password."""
    return pkcs12.serialize_key_and_certificates(
        MARK.encode(), key, certificate, None,
        serialization.BestAvailableEncryption(password.encode()),
    )  # fmt: skip


def _name(common: str, organisation: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            # 64 characters are all that X.520 allows either of them.
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, common[:64]),
        ]
    )


def _issue(
    subject: x509.Name,
    issuer: x509.Name,
    key: PrivateKey,
    signing_key: PrivateKey,
    *,
    begin: dt.datetime,
    end: dt.datetime,
    authority: bool,
) -> x509.Certificate:
    """Build and sign one certificate with what validators ask for."""
    usage = x509.KeyUsage(
        digital_signature=not authority, content_commitment=not authority,
        key_encipherment=False, data_encipherment=False, key_agreement=False,
        key_cert_sign=authority, crl_sign=authority, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()),
            critical=False,
        )
        .sign(signing_key, hashes.SHA256())
    )

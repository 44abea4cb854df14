"""An outside e-seal service and a timestamp authority, both played by servers on this machine."""

from __future__ import annotations

import base64
import datetime as dt
import io
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from portal import clock
from portal.errors import RuleViolation
from portal.seals import adapter, checks, demo_authority
from portal.seals.certificates import PrivateKey, WrongPassword
from portal.seals.judging import expected_of
from portal.seals.models import Seal, SealUse
from portal.seals.services import keeping, sealing
from portal.seals.verifying import _proven_time, _status, verify_pdf
from tests.portal.seals.conftest import Desk
from tests.portal.seals.test_sealing import pdfsig

pytestmark = pytest.mark.django_db

PIN, TOKEN = "482913", "token-of-the-portal"


@dataclass
class Stub:
    """What the service knows, what it was asked, and how it is to misbehave."""

    key: PrivateKey
    certificate: x509.Certificate
    asked: list[dict[str, Any]] = field(default_factory=list)
    fault: str = ""
    url: str = ""

    def sign(self, digest: bytes) -> bytes:
        algorithm = utils.Prehashed(hashes.SHA256())
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(digest, padding.PKCS1v15(), algorithm)
        return self.key.sign(digest, ec.ECDSA(algorithm))

    def answer(self, method: str, path: str, token: str, body: dict[str, Any]) -> Any:
        """Return status and body."""
        self.asked.append({"method": method, "path": path, **body})
        if token != f"Bearer {TOKEN}":
            return 401, {}
        if self.fault == "nonsense":
            return 200, ["?"]
        if self.fault == "down":
            return 503, {}
        if not path.startswith("/seals/A-17"):
            return 404, {}
        if method == "GET":
            der = self.certificate.public_bytes(serialization.Encoding.DER)
            return 200, {"certificate": base64.b64encode(der).decode(), "chain": []}
        if body["pin"] != PIN:
            return 422, {}
        signature = self.sign(base64.b64decode(body["digest"]))
        return 200, {"signature": base64.b64encode(signature).decode()}


def serving(answer: Any) -> Iterator[str]:
    """Serve on a free port; ``answer(method, path, headers, body)`` gives status, type, bytes."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._respond(b"")

        def do_POST(self) -> None:
            self._respond(self.rfile.read(int(self.headers["Content-Length"])))

        def _respond(self, body: bytes) -> None:
            status, kind, content = answer(self.command, self.path, self.headers, body)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *arguments: Any) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(params=[True, False], ids=["ecdsa", "rsa"])
def stub(desk: Desk, settings: Any, request: pytest.FixtureRequest) -> Iterator[Stub]:
    key, certificate = demo_authority.issue(
        desk.authority, desk.unit.name, now=clock.now(), elliptic=request.param
    )
    stub = Stub(key, certificate)

    def answer(method: str, path: str, headers: Any, body: bytes) -> Any:
        status, content = stub.answer(
            method, path, headers["Authorization"], json.loads(body or b"{}")
        )
        return status, "application/json", json.dumps(content).encode()

    for url in serving(answer):
        stub.url = settings.SEAL_SERVICE_URL = url
        settings.SEAL_SERVICE_TOKEN = TOKEN
        yield stub


def connected(desk: Desk, reference: str = "A-17") -> Seal:
    return keeping.add_service(
        organisation=desk.unit, wish=keeping.Wish("平台印章"), reference=reference, by=desk.keeper
    )


def test_a_seal_of_the_service_signs_and_verifies(desk: Desk, stub: Stub, tmp_path: Path) -> None:
    seal = connected(desk)
    assert seal.holder == desk.unit.name
    pdf = sealing.read_bytes(desk.seal_it(seal=seal, password=PIN).file)
    assert pdfsig(pdf, tmp_path).count("Signature is Valid") == 1
    uses = list(SealUse.objects.all().of_document(desk.document.pk))
    assert verify_pdf(pdf, expected_of(desk.document, uses), now=clock.now()).accepted
    # The service has seen a hash and nothing of the document.
    sent = [asked for asked in stub.asked if asked["method"] == "POST"]
    assert len(sent) == 1
    assert len(base64.b64decode(sent[0]["digest"])) == 32
    assert set(sent[0]) == {"method", "path", "digest", "algorithm", "pin"}


def test_what_the_service_refuses_is_said(
    desk: Desk, stub: Stub, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(RuleViolation, match="knows no such seal"):
        connected(desk, "B-1")
    seal = connected(desk)
    with pytest.raises(WrongPassword, match="does not accept the PIN"):
        desk.seal_it(seal=seal, password="000000")
    seal.refresh_from_db()
    assert seal.wrong_tries == 1
    for fault in ("nonsense", "down"):
        stub.fault = fault
        with pytest.raises(RuleViolation, match="does not answer"):
            desk.seal_it(seal=seal, password=PIN)
    settings.SEAL_SERVICE_TOKEN = "wrong"
    with pytest.raises(RuleViolation, match="refuses this portal"):
        desk.seal_it(seal=seal, password=PIN)
    settings.SEAL_SERVICE_URL = "http://127.0.0.1:9"
    with pytest.raises(RuleViolation, match="does not answer"):
        desk.seal_it(seal=seal, password=PIN)
    assert not SealUse.objects.exists()
    assert PIN not in caplog.text
    assert TOKEN not in caplog.text


def test_without_a_service_there_is_nothing_to_connect(desk: Desk) -> None:
    assert adapter.service() is None
    with pytest.raises(RuleViolation, match="not connected"):
        connected(desk)


def test_a_service_is_not_spoken_to_in_the_clear(settings: Any) -> None:
    settings.SEAL_SERVICE_URL = "http://seals.example"
    assert [found.id for found in checks.check_outside_addresses(None)] == ["seals.E002"]
    with pytest.raises(ValueError, match="https"):
        adapter.service()
    settings.SEAL_SERVICE_URL = "https://seals.example"
    assert checks.check_outside_addresses(None) == []


# --- timestamps ------------------------------------------------------------------------------


@pytest.fixture
def timestamps(desk: Desk, settings: Any) -> Iterator[None]:
    """Run a timestamp authority under the demonstration's root."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    now = clock.now()
    root = desk.authority.certificate
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "演示时间戳")]))
        .issuer_name(root.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=9))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(desk.authority.key, hashes.SHA256())
    )
    der, pkcs8 = serialization.Encoding.DER, serialization.PrivateFormat.PKCS8
    store = SimpleCertificateStore()
    store.register(asn1_x509.Certificate.load(desk.authority.der))
    dummy = DummyTimeStamper(
        asn1_x509.Certificate.load(certificate.public_bytes(der)),
        asn1_keys.PrivateKeyInfo.load(key.private_bytes(der, pkcs8, serialization.NoEncryption())),
        certs_to_embed=store,
    )

    def answer(_method: str, _path: str, _headers: Any, body: bytes) -> Any:
        response = dummy.request_tsa_response(tsp.TimeStampReq.load(body))
        return 200, "application/timestamp-reply", response.dump()

    for url in serving(answer):
        settings.SEAL_TSA_URL = url
        yield


def test_a_timestamp_proves_when_it_was_sealed(
    desk: Desk, timestamps: None, tmp_path: Path
) -> None:
    pdf = sealing.read_bytes(desk.seal_it().file)
    assert pdfsig(pdf, tmp_path).count("Signature is Valid") == 1
    (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures
    proven = _proven_time(_status(signature, [desk.authority.der], clock.now()))
    assert proven is not None
    assert abs((clock.now() - proven).total_seconds()) < 60
    uses = list(SealUse.objects.all().of_document(desk.document.pk))
    assert verify_pdf(pdf, expected_of(desk.document, uses), now=clock.now()).accepted


def test_without_its_timestamp_nothing_is_sealed(desk: Desk, settings: Any) -> None:
    settings.SEAL_TSA_URL = "http://127.0.0.1:9"
    with pytest.raises(RuleViolation, match="时间戳服务没有应答"):
        desk.seal_it()
    assert not SealUse.objects.exists()

"""Over TLS the connection goes to the checked address, while name and certificate stay those of the URL."""

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from forwarding.outward import guard
from forwarding.outward.guard import OutboundFailed
from forwarding.outward.http import fetch

NAME = "body.example"
END = b"secret"


def certificate(folder: Path) -> tuple[Path, Path]:
    """Of `NAME`, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    cert_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return cert_file, key_file


class Seen:
    def __init__(self, port: int) -> None:
        self.port = port
        self.names: list[str | None] = []
        self.requests: list[bytes] = []


@pytest.fixture
def secure(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Seen]:
    """A TLS server on 127.0.0.1 that every name leads to; its certificate is trusted."""
    settings.OUTBOUND_ALLOWED_NETWORKS = [ipaddress.ip_network("127.0.0.1/32")]
    cert_file, key_file = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(cert_file))
    real = socket.getaddrinfo
    monkeypatch.setattr(guard.socket, "getaddrinfo", lambda host, port, **o: real("127.0.0.1", port, **o))
    listener = socket.create_server(("127.0.0.1", 0))
    seen = Seen(listener.getsockname()[1])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert_file, key_file)
    context.sni_callback = lambda _socket, name, _context: seen.names.append(name)

    def serve() -> None:
        while True:
            try:
                plain, _address = listener.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(plain, server_side=True) as line:
                    request = line.recv(10_000)
                    while request and not request.endswith(END):
                        request += line.recv(10_000)
                    seen.requests.append(request)
                    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nOK")
            except OSError:
                continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield seen
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()


def test_name_and_certificate_are_those_of_the_url(secure: Seen) -> None:
    assert fetch("POST", f"https://{NAME}:{secure.port}/x", body=END).status == 200
    assert secure.names == [NAME]
    assert f"Host: {NAME}:{secure.port}".encode() in secure.requests[0]


def test_a_certificate_of_another_name_is_refused_before_anything_is_said(secure: Seen) -> None:
    with pytest.raises(OutboundFailed) as failed:
        fetch("POST", f"https://other.example:{secure.port}/x", body=END)
    assert not failed.value.unknown
    assert not any(END in request for request in secure.requests)


def test_a_certificate_that_nobody_vouches_for_is_refused(secure: Seen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(OutboundFailed):
        fetch("POST", f"https://{NAME}:{secure.port}/x", body=END)
    assert not any(END in request for request in secure.requests)

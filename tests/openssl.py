"""A real time-stamp authority on this machine: `openssl ts` behind a small web server."""

import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

CONFIG = """
[req]
distinguished_name = name
[name]
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[stamps]
basicConstraints = critical, CA:FALSE
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
certs = {folder}/root.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
ess_cert_id_alg = sha256
"""


class NotHere(Exception):
    """There is no openssl on this machine."""


@dataclass
class Authority:
    """Where it answers, and its certificate. ``answer`` is given in place of a time-stamp."""

    url: str
    certificates: Path
    answer: bytes | None = None
    kind: str = "application/timestamp-reply"
    asked: int = 0


def _run(*words: str) -> None:
    subprocess.run(["openssl", *words], check=True, capture_output=True)


@contextmanager
def authority(folder: Path, name: str = "Time") -> Iterator[Authority]:
    """An authority with keys of its own.

    :raises NotHere: if there is no openssl
    """
    if shutil.which("openssl") is None:
        raise NotHere("openssl is not on this machine.")
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "openssl.cnf"
    config.write_text(CONFIG.format(folder=folder))
    (folder / "serial").write_text("01\n")
    new = ("req", "-config", str(config), "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    root, key = str(folder / "root.pem"), str(folder / "root.key")
    _run(*new, "-x509", "-extensions", "root", "-subj", f"/CN={name} root", "-keyout", key, "-out", root)
    _run(*new, "-subj", f"/CN={name} stamps", "-keyout", str(folder / "tsa.key"), "-out", str(folder / "tsa.csr"))
    signed = ("-CA", root, "-CAkey", key, "-CAcreateserial", "-extfile", str(config), "-extensions", "stamps")
    _run("x509", "-req", "-in", str(folder / "tsa.csr"), *signed, "-out", str(folder / "tsa.pem"))
    made = Authority("", folder / "root.pem")

    class Stamping(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query, reply = folder / "query", folder / "reply"
            query.write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            made.asked += 1
            if made.answer is None:
                _run("ts", "-reply", "-config", str(config), "-queryfile", str(query), "-out", str(reply))
            data = made.answer if made.answer is not None else reply.read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", made.kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Stamping)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_address[1]}/"
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

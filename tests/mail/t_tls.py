#!/usr/bin/env python3
"""The way to the mail server: encrypted, to a server that is vouched for, with the right password."""
import os
import shutil
import subprocess
import sys

sys.path[:0] = [os.environ["SOURCE_ROOT"] + "/tests", os.environ["SOURCE_ROOT"] + "/tests/mail"]
from lib import Checks, skip_all  # noqa: E402
from peer import Business, Peer  # noqa: E402

if not shutil.which("openssl"):
    skip_all("openssl is not installed")
t = Checks()
subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-days", "2",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
with open("both.pem", "w") as f:
    f.write(open("key.pem").read() + open("cert.pem").read())
for name, text in {"good": "geheim\n", "bad": "geraden\n"}.items():
    with open(name, "w") as f:
        f.write(text)

peer = Peer("both.pem", "jan\0geheim")
url = peer.url.replace("127.0.0.1", "localhost")
b = Business([("1", "een@ontvanger.example")], smtp_url=url, smtp_tls="required", smtp_user="jan", smtp_password_file=os.path.abspath("good"))
b.run(None, "--release")
clock = iter(("11:00:00", "11:10:00", "11:30:00", "13:00:00", "15:00:00"))


def deliver():
    r = b.json("--now", f"2026-02-03 {next(clock)}", "deliver", status=None)
    return (r["sent"], r["retry"], r["dead"]), str(r["messages"])


got, said = deliver()
t.equal("a certificate that nobody vouches for", got, (0, 1, 0))
t.contains("is named as the reason", said, "certificate")
b.do("setting", "set", "smtp_ca_file", os.path.abspath("cert.pem"))
b.do("setting", "set", "smtp_url", peer.url)
got, said = deliver()
t.equal("a certificate for another name", got, (0, 1, 0))
b.do("setting", "set", "smtp_url", url)
b.do("setting", "set", "smtp_password_file", os.path.abspath("bad"))
got, said = deliver()
t.equal("a wrong password gives nobody up", got, (0, 1, 0))
t.contains("and says so", said, "535")
t.equal("nothing has been handed over so far", peer.handed_over, [])
b.do("setting", "set", "smtp_password_file", os.path.abspath("good"))
t.equal("all in order", deliver()[0], (1, 0, 0))
t.equal("it arrives", peer.recipients(), ["een@ontvanger.example"])
t.true("encrypted", peer.encrypted > 0)

plain = Peer()  # offers no encryption
b = Business([("1", "twee@ontvanger.example")], smtp_url=plain.url, smtp_tls="required")
b.run(None, "--release")
r = b.deliver(status=1)
t.equal("without encryption nothing is said", (r["sent"], r["retry"], plain.senders), (0, 1, []))
peer.stop()
plain.stop()
t.end()

#!/usr/bin/env python3
"""Mails to a real mail server: OpenSMTPD, delivering to a folder. TEST_STORE"""
import email
import email.policy
import glob
import os
import pwd
import shutil
import socket
import subprocess
import sys
import time

sys.path[:0] = [os.environ["SOURCE_ROOT"] + "/tests", os.environ["SOURCE_ROOT"] + "/tests/mail"]
from lib import Checks, skip_all  # noqa: E402
from peer import Business  # noqa: E402

for program in ("smtpd", "unshare"):
    if not shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin"):
        skip_all(f"{program} is not installed")
if os.geteuid() != 0:
    skip_all("OpenSMTPD is started by root only")
if subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode != 0:
    skip_all("no mount namespace may be made here")

here = os.getcwd()
os.chmod(here, 0o755)  # its delivery agent is another user
nobody = pwd.getpwnam("nobody")
os.mkdir("mail")
os.chown("mail", nobody.pw_uid, nobody.pw_gid)
with socket.create_server(("127.0.0.1", 0)) as free:
    port = free.getsockname()[1]
with open("smtpd.conf", "w") as f:
    f.write(f"""table known {{ "een@ontvanger.example" = nobody, "twee@ontvanger.example" = nobody }}
listen on 127.0.0.1 port {port} hostname localhost
action "keep" maildir "{here}/mail/box" virtual <known>
match from any for domain "ontvanger.example" action "keep"
""")
# its spool and socket have fixed places: it gets its own, in a mount namespace that ends with it
script = f"""mount -t tmpfs none /var/spool && mount -t tmpfs none /run || exit 9
mkdir -m 711 /var/spool/smtpd && mkdir -p /var/spool/smtpd/offline /var/spool/smtpd/purge /var/spool/smtpd/temporary
chmod 770 /var/spool/smtpd/offline && chgrp opensmtpq /var/spool/smtpd/offline
chmod 700 /var/spool/smtpd/purge /var/spool/smtpd/temporary
chown opensmtpq /var/spool/smtpd/purge /var/spool/smtpd/temporary
exec /usr/sbin/smtpd -d -f {here}/smtpd.conf"""
log = open("smtpd.log", "w")
server = subprocess.Popen(["unshare", "-m", "sh", "-c", script], stdout=log, stderr=log)


def listens():
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


def wait(condition, seconds=30):
    until = time.monotonic() + seconds
    while time.monotonic() < until and server.poll() is None:
        if condition():
            return True
        time.sleep(0.05)
    return bool(condition())


def boxes():
    return glob.glob("mail/box/new/*")


t = Checks()
try:
    if not wait(listens):
        log.flush()
        skip_all("OpenSMTPD does not start here: " + " ".join(open("smtpd.log").read().split()[-20:]))
    url = f"smtp://localhost:{port}"
    b = Business([("1", "een@ontvanger.example"), ("2", "weg@ontvanger.example"), ("3", "twee@ontvanger.example")], smtp_url=url)
    b.run(None, "--release")
    r = b.deliver(status=1)
    t.equal("two are taken, and one address is unknown", (r["sent"], r["dead"]), (2, 1))
    t.contains("as the server says", r["messages"][0]["text"], "the mail server answered 5")
    t.true("both are delivered", wait(lambda: len(boxes()) == 2), boxes())
    mails = [email.message_from_bytes(open(name, "rb").read(), policy=email.policy.default) for name in boxes()]
    t.equal("in the words of a reminder", {m["Subject"].split(":")[0] for m in mails}, {"Herinnering"})
    t.equal("to whom they are for", sorted(m["To"].addresses[0].addr_spec for m in mails),
            ["een@ontvanger.example", "twee@ontvanger.example"])
    t.true("unbroken", all("121,00" in m.get_body(("html",)).get_content() for m in mails))
    t.true("returning to the sender", all("post@bakkerij.example" in m["Return-Path"] for m in mails), [m["Return-Path"] for m in mails])
    b.deliver()
    time.sleep(0.5)
    t.equal("and once", len(boxes()), 2)

    many = [(f"m{n:03}", "een@ontvanger.example") for n in range(50)]
    b = Business(many, smtp_url=url)
    b.run(None, "--release")
    began = time.monotonic()
    r = b.deliver(status=None)
    print(f"# 50 mails in {time.monotonic() - began:.2f} s")
    t.equal("fifty more are taken", r["sent"], 50)
    t.true("and delivered", wait(lambda: len(boxes()) == 52), len(boxes()))
finally:
    server.terminate()
    server.wait(20)
t.end()

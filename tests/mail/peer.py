"""A mail server that does what the recipient's name says, and remembers; and a small business to write for.

    temp…   refuses for now (451)          perm…   refuses for good (550)
    spam…   refuses the message (554)      drop…   takes everything and hangs up without an answer
    stall…  takes everything and answers only after .go is set
    slow…   accepts after some milliseconds
    others  accepts
"""
import base64
import contextlib
import json
import os
import socketserver
import ssl
import threading
import time

from lib import fresh_store, voldaan

DAY = "2026-02-03"  # a Tuesday
os.chdir(os.environ.get("TMPDIR", "."))


class Peer:
    def __init__(self, certificate=None, login=None):
        """certificate: a file for STARTTLS, demanded then; login: what AUTH PLAIN must say, demanded then."""
        self.encrypted = 0
        self.lock = threading.Lock()
        self.taken = []       # (recipient, bytes): answered with 250
        self.handed_over = [] # recipients whose whole message came in, whatever was answered
        self.senders = []
        self.go, self.stalled = threading.Event(), threading.Event()
        peer = self

        class Conversation(socketserver.StreamRequestHandler):
            def say(self, text):
                self.wfile.write(text.encode() + b"\r\n")

            def handle(self):
                with contextlib.suppress(ConnectionError, ssl.SSLError):
                    self.converse()

            def converse(self):
                self.say("220 peer")
                to, tls, known = "", False, False
                while line := self.rfile.readline():
                    command = line.decode("utf-8", "replace").strip()
                    word = command[:4].upper()
                    if word == "EHLO":
                        self.say("250-peer\r\n" + ("250-STARTTLS\r\n" if certificate and not tls else "250-AUTH PLAIN\r\n")
                                 + "250 SIZE 20000000")
                    elif word == "STAR":
                        self.say("220 go")
                        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                        context.load_cert_chain(certificate)
                        self.connection = context.wrap_socket(self.connection, server_side=True)
                        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", buffering=0)
                        tls = True
                        with peer.lock:
                            peer.encrypted += 1
                    elif word == "AUTH":
                        said = command.split()[-1]
                        if said == "PLAIN":
                            self.say("334 ")
                            said = self.rfile.readline().decode().strip()
                        known = base64.b64decode(said).decode() == "\0" + (login or "")
                        self.say("235 welcome" if known else "535 5.7.8 wrong")
                    elif word == "MAIL" and (certificate and not tls or login and not known):
                        self.say("530 5.7.0 not so")
                    elif word == "MAIL":
                        with peer.lock:
                            peer.senders.append(command)
                        self.say("250 ok")
                    elif word == "RCPT":
                        to = command.split("<")[1].split(">")[0]
                        self.say({"temp": "451 4.7.1 later", "perm": "550 5.1.1 nobody"}.get(to[:4], "250 ok"))
                    elif word == "DATA":
                        self.say("354 go")
                        if not self.message(to):
                            return
                    elif word == "QUIT":
                        self.say("221 bye")
                        return
                    else:
                        self.say("502 what")

            def message(self, to):
                data = b""
                while (line := self.rfile.readline()) and line != b".\r\n":
                    data += line[1:] if line.startswith(b".") else line
                if not line:
                    return False
                with peer.lock:
                    peer.handed_over.append(to)
                if to.startswith("stall"):
                    peer.stalled.set()
                    peer.go.wait(60)
                if to.startswith("slow"):
                    time.sleep(0.004)
                if to.startswith("drop"):
                    return False
                if to.startswith("spam"):
                    self.say("554 5.7.1 no")
                    return True
                with peer.lock:
                    peer.taken.append((to, data))
                self.say("250 2.0.0 queued")
                return True

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True

            def handle_error(self, request, client_address):
                pass  # a client that was killed

        self.server = Server(("127.0.0.1", 0), Conversation)
        self.url = f"smtp://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def recipients(self):
        with self.lock:
            return sorted(to for to, _ in self.taken)

    def stop(self):
        self.go.set()
        self.server.shutdown()
        self.server.server_close()


class Business:
    """Debtors with one invoice each, a day overdue; settlement comes from an open-items list."""

    def __init__(self, debtors, day=DAY, covered="2026-02-02", **settings):
        self.store, self.day = fresh_store(), day
        self.rows = []
        self.do("init", "--code", "A", "--name", "Bakkerij Proef", "--iban", "NL02ABNA0123456789")
        for name, value in {"settlement": "source", "sender_email": "post@bakkerij.example", "smtp_tls": "off",
                            "first_run_max": "100000", "pay_days": "60", **settings}.items():
            self.do("setting", "set", name, value)
        with open("debtors.csv", "w") as f:
            f.write("debtor_id,name,street,postcode,city,country,email,language,kind\n")
            for number, email, *rest in debtors:
                f.write(f"{number},Klant {number},Straat 1,1011 AB,Amsterdam,NL,{email},nl,{rest[0] if rest else 'business'}\n")
                self.rows.append([f"F{number}", number, "2026-01-03", "2026-02-02", "121.00", ""])
        self.do("--today", "2026-01-05", "import", "debtors", "debtors.csv")
        self.write_open()
        self.do("--today", "2026-01-05", "import", "invoices", "open.csv")
        self.snapshot(covered)

    def do(self, *args, status=0):
        r = voldaan(*args, store=self.store)
        if status is not None and r.returncode != status:
            raise SystemExit(f"{args}: ended with {r.returncode}, not {status}\n{r.stdout}{r.stderr}")
        return r

    def json(self, *args, day=None, status=0):
        clock = [] if "--now" in args else ["--today", day or self.day]
        return json.loads(self.do(*clock, "--json", *args, status=status).stdout)

    def write_open(self):
        with open("open.csv", "w") as f:
            f.write("invoice_no,debtor_id,invoice_date,due_date,gross,open\n")
            for row in self.rows:
                f.write(",".join(row) + "\n")

    def snapshot(self, covered, day=None):
        self.write_open()
        self.do("--today", day or self.day, "import", "invoices", "open.csv", "--snapshot", "--as-of", covered)

    def run(self, day=None, *args):
        return self.json("run", *args, day=day, status=None)

    def messages(self, state="all"):
        return {m["debtor_id"]: m for m in self.json("outbox", "list", "--state", state)}

    def deliver(self, *args, day=None, status=None):
        return self.json("deliver", *args, day=day, status=status)

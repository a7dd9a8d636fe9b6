#!/usr/bin/env python3
"""Reads a mail as another program would, and prints what it found as JSON, sorted.

  read_mail.py FILE     (used by tests/unit/u_mime.c; Python's email package is the independent reader)
"""
import email
import email.header
import email.policy
import email.utils
import hashlib
import json
import sys


def decoded(text):
    return str(email.header.make_header(email.header.decode_header(text)))


def addresses(raw):
    """Names by the older functions: the newer ones put blanks between encoded words of a name."""
    folded = (raw or "").replace("\r\n", "").replace("\n", "")
    return [[decoded(name), address] for name, address in email.utils.getaddresses([folded]) if address]


def part(p):
    body = p.get_payload(decode=True)
    out = {"type": p.get_content_type(), "charset": p.get_content_charset(),
           "encoding": p.get("Content-Transfer-Encoding"), "defects": [str(d) for d in p.defects]}
    if p.get_content_disposition():
        out |= {"disposition": p.get_content_disposition(), "filename": p.get_filename(),
                "sha256": hashlib.sha256(body).hexdigest()}
    else:
        out["text"] = body.decode("utf-8")
    return out


def tree(m):
    if not m.is_multipart():
        return m.get_content_type()
    return [m.get_content_type()] + [tree(p) for p in m.iter_parts()]


def main():
    raw = open(sys.argv[1], "rb").read()
    m = email.message_from_bytes(raw, policy=email.policy.default)
    old = email.message_from_bytes(raw)
    lines = raw.split(b"\r\n")
    date = email.utils.parsedate_to_datetime(m["Date"])
    print(json.dumps({
        "headers": sorted(k.lower() for k in m.keys()),
        "from": addresses(old["From"]), "to": addresses(old["To"]), "cc": addresses(old["Cc"]),
        "reply_to": addresses(old["Reply-To"]), "subject": m["Subject"], "message_id": m["Message-ID"],
        "language": m["Content-Language"], "date": int(date.timestamp()), "date_text": str(m["Date"]),
        "tree": tree(m), "defects": [str(d) for d in m.defects],
        "parts": [part(p) for p in m.walk() if not p.is_multipart()],
        "longest_line": max(map(len, lines)), "ascii": all(b < 128 for b in raw),
        "bare_breaks": sum(l.count(b"\n") + l.count(b"\r") for l in lines),
    }, ensure_ascii=False, sort_keys=True))


main()

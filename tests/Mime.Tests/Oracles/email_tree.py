"""Reads messages, one in base64 a line, and prints for each what Python's email finds in it, one JSON value a line."""
import base64
import email
import email.utils
import inspect
import json
import sys


# Newer versions return nothing for a field that is not strictly right, older ones do not know the word.
LENIENT = {"strict": False} if "strict" in inspect.signature(email.utils.getaddresses).parameters else {}


def octets(text):
    return base64.b64encode(text.encode("ascii", "surrogateescape")).decode()


def parts(part, number):
    """In preorder: number, type, and of a leaf its octets."""
    children = part.get_payload() if part.is_multipart() else []
    # get_payload() would decode by the charset.
    text = None if children else part._payload
    yield {"number": number or "-", "type": part.get_content_type().upper(), "octets": octets(text) if text else None}
    for i, child in enumerate(children, 1):
        yield from parts(child, f"{number}.{i}" if number else str(i))


def raw(message, name):
    # The header object of undecodable octets hides them; the parsed pairs have them.
    for key, text in message.raw_items():
        if key.lower() == name.lower():
            return octets("".join(text.splitlines()).strip(" \t"))
    return None


def addresses(message, name):
    texts = ["".join(text.splitlines()) for key, text in message.raw_items() if key.lower() == name.lower()]
    return [[octets(display), octets(address)] for display, address in email.utils.getaddresses(texts, **LENIENT) if address]


for line in sys.stdin:
    message = email.message_from_bytes(base64.b64decode(line))
    print(json.dumps({
        "parts": list(parts(message, "")),
        "subject": raw(message, "Subject"),
        "messageId": raw(message, "Message-ID"),
        "date": raw(message, "Date"),
        "to": addresses(message, "To"),
    }))

"""Reads headers, one in base64 a line, and prints for each the authors that Python's email finds in it, whichever way it is asked: a JSON list a line."""
import base64
import email
import email.header
import email.policy
import email.utils
import inspect
import json
import re
import sys

NAMES = ("From", "Sender", "Resent-From", "Resent-Sender")

# Newer versions find nothing in a field that is not strictly right, older ones do not know the word.
LENIENT = {"strict": False} if "strict" in inspect.signature(email.utils.getaddresses).parameters else {}


def decoded(text):
    return str(email.header.make_header(email.header.decode_header(text)))


def by_policy(octets):
    message = email.message_from_bytes(octets, policy=email.policy.default)
    for name in NAMES:
        for field in message.get_all(name, []):
            for address in field.addresses:
                yield address.addr_spec


def by_utils(octets):
    message = email.message_from_bytes(octets)
    for name in NAMES:
        for field in message.get_all(name, []):
            unfolded = re.sub("\r?\n(?=[ \t])", "", str(field))
            for text in {unfolded, decoded(unfolded)}:
                for _, address in email.utils.getaddresses([text], **LENIENT):
                    yield address
                yield email.utils.parseaddr(text, **LENIENT)[1]


def found(ways, octets):
    for way in ways:
        try:
            yield from way(octets)
        except Exception:
            # A reader that fails sees no author.
            pass


for line in sys.stdin:
    octets = base64.b64decode(line)
    authors = {address.encode("utf-8", "surrogateescape").decode("utf-8", "replace") for address in found((by_policy, by_utils), octets) if "@" in address}
    print(json.dumps(sorted(authors)))

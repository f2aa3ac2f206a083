"""Speaks DEFLATE with imaplib and zlib: appends messages, reads them back, idles. Words: FOLDER OCTETS.

Commands go out with Z_PARTIAL_FLUSH, as K-9 Mail sends them, and several of them in one write.
"""
import imaplib
import json
import os
import ssl
import sys
import zlib

folder, octets = sys.argv[1], int(sys.argv[2])


class Compressed:
    """imaplib's file and socket over DEFLATE, in both directions without headers."""

    def __init__(self, sock):
        self.sock = sock
        self.deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
        self.inflate = zlib.decompressobj(-15)
        self.text = b""
        self.received = 0

    def sendall(self, data):
        self.sock.sendall(self.deflate.compress(data) + self.deflate.flush(zlib.Z_PARTIAL_FLUSH))

    def fill(self):
        data = self.sock.recv(65536)
        if not data:
            raise EOFError
        self.received += len(data)
        self.text += self.inflate.decompress(data)

    def readline(self):
        while b"\n" not in self.text:
            self.fill()
        line, self.text = self.text.split(b"\n", 1)
        return line + b"\n"

    def read(self, size):
        parts, length = [self.text], len(self.text)
        while length < size:
            self.text = b""
            self.fill()
            parts.append(self.text)
            length += len(self.text)
        data = b"".join(parts)
        self.text = data[size:]
        return data[:size]


class CompressedImap(imaplib.IMAP4_SSL):
    layer = None

    def compress(self):
        imaplib.Commands["COMPRESS"] = ("AUTH", "SELECTED")
        status, answer = self._simple_command("COMPRESS", "DEFLATE")
        assert status == "OK", answer
        self.layer = Compressed(self.sock)

    def read(self, size):
        return self.layer.read(size) if self.layer else super().read(size)

    def readline(self):
        return self.layer.readline() if self.layer else super().readline()

    def send(self, data):
        self.layer.sendall(data) if self.layer else super().send(data)


context = ssl.create_default_context(cafile=os.environ["MAIL_CA"])
mail = CompressedImap(os.environ["MAIL_HOST"], int(os.environ["IMAP_PORT"]), ssl_context=context)
mail.login(os.environ["MAIL_USER"], os.environ["MAIL_KEY"])
mail.compress()
message = b"Subject: compressed\r\n\r\n" + b"The same line again and again.\r\n" * (octets // 32)
status, answer = mail.append(folder, None, None, message)
assert status == "OK", answer
status, counts = mail.select(folder)
assert status == "OK", counts
status, answer = mail.fetch(counts[0], "(BODY.PEEK[])")
assert status == "OK", answer
same = answer[0][1] == message
received = mail.layer.received

# Two hundred commands in one write.
mail.send(b"".join(b"P%d UID FETCH 1:* (UID FLAGS)\r\n" % number for number in range(200)))
answered = 0
while answered < 200:
    answered += mail.readline().startswith(b"P%d OK" % answered)

# IDLE, and DONE in two halves, each flushed.
mail.send(b"I1 IDLE\r\n")
assert mail.readline().startswith(b"+")
mail.send(b"DO")
mail.send(b"NE\r\n")
line = mail.readline()
assert line.startswith(b"I1 OK"), line
again = mail._simple_command("COMPRESS", "DEFLATE")
status, bye = mail.logout()
print(json.dumps({"same": same, "received": received, "answered": answered, "again": [again[0], again[1][0].decode()], "bye": status}))

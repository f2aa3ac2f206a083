"""Sends a MIMEText with smtplib and prints the octets that it sent. Words: recipients."""
import base64
import email.mime.text
import email.utils
import json
import os
import smtplib
import ssl
import sys

message = email.mime.text.MIMEText("Grüße,\n\n.a line that begins with a dot\n.\nfrom smtplib\n", "plain", "utf-8")
# 8bit instead of base64, so that the dots are in the octets sent.
del message["Content-Transfer-Encoding"]
message["Content-Transfer-Encoding"] = "8bit"
message.set_payload("Grüße,\n\n.a line that begins with a dot\n.\nfrom smtplib\n".encode().decode("ascii", "surrogateescape"))
message["Subject"] = "From smtplib"
message["From"] = os.environ["MAIL_USER"]
message["To"] = ", ".join(sys.argv[1:])
message["Date"] = email.utils.formatdate()
message["Message-ID"] = email.utils.make_msgid(domain="agentpost.test")

context = ssl.create_default_context(cafile=os.environ["MAIL_CA"])
with smtplib.SMTP_SSL(os.environ["MAIL_HOST"], int(os.environ["SMTP_PORT"]), context=context) as smtp:
    smtp.login(os.environ["MAIL_USER"], os.environ["MAIL_KEY"])
    sent = []
    data = smtp.data
    smtp.data = lambda octets: (sent.append(octets), data(octets))[1]
    refused = smtp.send_message(message)
    assert refused == {}, refused
print(json.dumps({"octets": base64.b64encode(sent[0]).decode()}))

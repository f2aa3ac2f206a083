"""Sends each file of a folder as a message with smtplib, on one connection. Words: FOLDER, TO. Prints the replies."""
import json
import os
import pathlib
import smtplib
import ssl
import sys

replies = {}
context = ssl.create_default_context(cafile=os.environ["MAIL_CA"])
with smtplib.SMTP_SSL(os.environ["MAIL_HOST"], int(os.environ["SMTP_PORT"]), context=context, timeout=30) as smtp:
    smtp.login(os.environ["MAIL_USER"], os.environ["MAIL_KEY"])
    for file in sorted(pathlib.Path(sys.argv[1]).iterdir()):
        smtp.mail(os.environ["MAIL_USER"])
        smtp.rcpt(sys.argv[2])
        code, text = smtp.data(file.read_bytes())
        replies[file.name] = f"{code} {text.decode()}"
print(json.dumps(replies))

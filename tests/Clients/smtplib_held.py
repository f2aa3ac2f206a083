"""Sends a message with smtplib that is to leave later, and prints what the server offers. Words: seconds, recipient."""
import email.message
import json
import os
import smtplib
import ssl
import sys

message = email.message.EmailMessage()
message["Subject"] = "Held for an hour"
message["From"] = os.environ["MAIL_USER"]
message["To"] = sys.argv[2]
message.set_content("Later.")

context = ssl.create_default_context(cafile=os.environ["MAIL_CA"])
with smtplib.SMTP_SSL(os.environ["MAIL_HOST"], int(os.environ["SMTP_PORT"]), context=context) as smtp:
    smtp.login(os.environ["MAIL_USER"], os.environ["MAIL_KEY"])
    smtp.send_message(message, mail_options=[f"HOLDFOR={sys.argv[1]}"], rcpt_options=["NOTIFY=NEVER"])
    offered = smtp.esmtp_features
print(json.dumps(offered))

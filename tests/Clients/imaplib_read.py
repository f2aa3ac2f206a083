"""Reads what SEARCH finds in a folder with imaplib and parses it with email. Words: FOLDER CRITERION."""
import base64
import email
import email.policy
import imaplib
import json
import os
import ssl
import sys

folder, criterion = sys.argv[1:]
context = ssl.create_default_context(cafile=os.environ["MAIL_CA"])
mail = imaplib.IMAP4_SSL(os.environ["MAIL_HOST"], int(os.environ["IMAP_PORT"]), ssl_context=context)
mail.login(os.environ["MAIL_USER"], os.environ["MAIL_KEY"])
status, counts = mail.select(folder)
assert status == "OK", counts

found = []
status, numbers = mail.search(None, criterion)
assert status == "OK", numbers
for number in numbers[0].split():
    status, answer = mail.fetch(number, "(RFC822)")
    assert status == "OK", answer
    octets = answer[0][1]
    message = email.message_from_bytes(octets, policy=email.policy.default)
    found.append({
        "octets": base64.b64encode(octets).decode(),
        "subject": message["Subject"],
        "from": message["From"],
        "parts": [
            {
                "type": part.get_content_type(),
                "filename": part.get_filename(),
                "content": base64.b64encode(part.get_payload(decode=True)).decode(),
            }
            for part in message.walk() if not part.is_multipart()
        ],
    })
mail.close()
status, bye = mail.logout()
assert status == "BYE", bye
print(json.dumps(found))

"""Reads a folder with Python's mailbox. Words: Mbox|Maildir PATH."""
import calendar
import json
import mailbox
import sys
import time

kind, path = sys.argv[1:]
box = mailbox.mbox(path, create=False) if kind == "Mbox" else mailbox.Maildir(path, create=False)
found = []
for message in box:
    if kind == "Mbox":
        seconds = calendar.timegm(time.strptime(message.get_from().split(" ", 1)[1]))
    else:
        seconds = int(message.get_date())
    found.append({
        "subject": message["Subject"],
        "flags": message.get_flags(),
        "seconds": seconds,
        "body": message.get_payload(),
    })
print(json.dumps(sorted(found, key=lambda message: message["subject"])))

"""Writes three messages in two folders with Python's mailbox. Words: Mbox|Maildir PATH."""
import mailbox
import os
import sys

kind, path = sys.argv[1:]


def message(text, flags):
    made = mailbox.mboxMessage(text) if kind == "Mbox" else mailbox.MaildirMessage(text)
    for flag in flags:
        made.add_flag(flag if kind == "Mbox" else {"R": "S", "F": "F", "A": "R"}[flag])
    if kind == "Maildir" and flags:
        made.set_subdir("cur")
    return made


if kind == "Mbox":
    inbox = mailbox.mbox(os.path.join(path, "INBOX.mbox"))
    archive = mailbox.mbox(os.path.join(path, "Archive"))
else:
    os.rmdir(path)
    inbox = mailbox.Maildir(path)
    archive = inbox.add_folder("Archive")
inbox.add(message("Subject: 1\n\nFrom here\n", "RF"))
inbox.add(message("Subject: 2\n\nsecond\n", ""))
archive.add(message("Subject: 3\n\nthird\n", "RA"))
for box in (inbox, archive):
    box.close()
print("null")

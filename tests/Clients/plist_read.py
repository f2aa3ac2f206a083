"""Reads a property list from the address given with plistlib and prints it as JSON; octets in base64."""
import base64
import json
import plistlib
import sys
import urllib.request

with urllib.request.urlopen(sys.argv[1]) as answer:
    read = plistlib.loads(answer.read())
print(json.dumps(read, default=lambda octets: base64.b64encode(octets).decode()))

"""Opens a page in Chromium without a window and prints its title, its text, how many buttons it has, and what it says on the console."""
import html.parser
import json
import os
import subprocess
import sys
import tempfile


class Page(html.parser.HTMLParser):
    def __init__(self, markup):
        super().__init__()
        self.title, self.text, self.buttons, self._inside = "", "", 0, []
        self.feed(markup)

    def handle_starttag(self, tag, attributes):
        self._inside.append(tag)
        self.buttons += tag == "button"

    def handle_endtag(self, tag):
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data):
        if "title" in self._inside:
            self.title += data
        elif not {"style", "script"} & set(self._inside):
            self.text += data


with tempfile.TemporaryDirectory() as folder:
    ran = subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", f"--user-data-dir={folder}", "--dump-dom", sys.argv[1]],
        capture_output=True, text=True, timeout=60, env={**os.environ, "HOME": folder})
page = Page(ran.stdout)
console = [line for line in ran.stderr.splitlines() if "CONSOLE" in line]
print(json.dumps({"title": page.title, "text": page.text, "buttons": page.buttons, "console": console}))

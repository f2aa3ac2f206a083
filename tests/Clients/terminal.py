"""Runs a program on a terminal, types INPUT when it asks, and prints what the screen then shows.

    terminal.py INPUT PROGRAM WORD...
"""
import json
import os
import pty
import re
import sys

CONTROL = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])|\x1b[()][A-Z0-9]|\x1b[=>78]")


class Screen:
    """Enough of a terminal for progress bars: moves up and down, erases lines and what is below."""

    def __init__(self):
        self.lines, self.row, self.column = [""], 0, 0

    def write(self, text):
        position = 0
        while position < len(text):
            control = CONTROL.match(text, position)
            if control:
                if control.group(2):
                    self.obey(control.group(2), control.group(1))
                position = control.end()
            else:
                self.put(text[position])
                position += 1

    def put(self, character):
        if character == "\r":
            self.column = 0
        elif character == "\n":
            self.row += 1
            if self.row == len(self.lines):
                self.lines.append("")
        elif character >= " ":
            line = self.lines[self.row].ljust(self.column)
            self.lines[self.row] = line[: self.column] + character + line[self.column + 1 :]
            self.column += 1

    def obey(self, command, words):
        count = int(words) if words.isdigit() else 1
        if command == "A":
            self.row = max(0, self.row - count)
        elif command == "B":
            self.row = min(len(self.lines) - 1, self.row + count)
        elif command == "K":
            line = self.lines[self.row]
            self.lines[self.row] = "" if words == "2" else line[: self.column]
        elif command == "J":
            self.lines[self.row] = self.lines[self.row][: self.column]
            del self.lines[self.row + 1 :]


def main():
    typed, command = sys.argv[1], sys.argv[2:]
    process, terminal = pty.fork()
    if process == 0:
        os.environ["TERM"] = "xterm"
        os.execv(command[0], command)
    screen = Screen()
    output = b""
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            break
        if not piece:
            break
        output += piece
        if typed and b"[y/N] " in output:
            os.write(terminal, typed.encode() + b"\n")
            typed = ""
    status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    screen.write(output.decode(errors="replace"))
    lines = [line.rstrip() for line in screen.lines]
    print(json.dumps({"exit": status, "screen": [line for line in lines if line]}))


main()

"""Runs a real Thunderbird, without a window and on a profile of its own, and thunderbird.js inside it, by Marionette. Prints what that returns."""
import base64
import json
import os
import pathlib
import socket
import ssl
import subprocess
import sys
import tempfile
import time

LIMIT = 100


class Marionette:
    """The remote control that Thunderbird listens to: JSON arrays with their length in front."""

    def __init__(self, port, deadline):
        while True:
            try:
                self._socket = socket.create_connection(("127.0.0.1", port))
                break
            except ConnectionRefusedError:
                assert time.monotonic() < deadline, "Thunderbird does not start."
                time.sleep(0.1)
        self._socket.settimeout(LIMIT)
        self._file = self._socket.makefile("rb")
        self._number = 0
        self._read()

    def call(self, name, **parameters):
        self._number += 1
        command = json.dumps([0, self._number, name, parameters]).encode()
        self._socket.sendall(b"%d:%s" % (len(command), command))
        _, _, error, result = self._read()
        assert error is None, error
        return result

    def _read(self):
        digits = b""
        while (octet := self._file.read(1)) != b":":
            assert octet, "Thunderbird went away."
            digits += octet
        return json.loads(self._file.read(int(digits)))


def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


def settings(port):
    return {
        "marionette.port": port,
        "app.update.enabled": False,
        "datareporting.policy.bypassNotification": True,
        "mail.provider.suppress_dialog_on_startup": True,
        "mail.spotlight.firstRunDone": True,
        "mail.winsearch.firstRunDone": True,
        "mailnews.start_page.enabled": False,
    }


def run(folder):
    port = free_port()
    profile = pathlib.Path(folder, "profile")
    profile.mkdir()
    profile.joinpath("user.js").write_text("".join(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in settings(port).items()))
    log = open(pathlib.Path(folder, "log"), "w")
    thunderbird = subprocess.Popen(
        ["thunderbird", "--headless", "--no-remote", "--profile", str(profile), "--marionette", "--remote-allow-system-access"],
        stdout=log, stderr=log, env={**os.environ, "HOME": folder, "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"})
    try:
        marionette = Marionette(port, time.monotonic() + LIMIT)
        marionette.call("WebDriver:NewSession")
        marionette.call("WebDriver:SetTimeouts", script=LIMIT * 1000)
        marionette.call("Marionette:SetContext", value="chrome")
        authority = base64.b64encode(ssl.PEM_cert_to_DER_cert(pathlib.Path(os.environ["MAIL_CA"]).read_text())).decode()
        result = marionette.call(
            "WebDriver:ExecuteAsyncScript",
            script=pathlib.Path(__file__).with_suffix(".js").read_text(),
            args=[*sys.argv[1:3], os.environ["MAIL_USER"], os.environ["MAIL_KEY"], authority])["value"]
        assert "seen" in result, result.get("failure")
        return result["seen"]
    finally:
        thunderbird.kill()
        thunderbird.wait()


with tempfile.TemporaryDirectory() as folder:
    print(json.dumps(run(folder)))

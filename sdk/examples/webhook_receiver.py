"""A webhook receiver: checks the signature of each event and prints the subject of new messages."""

import os
from http.server import BaseHTTPRequestHandler, HTTPServer

from agentpost import WebhookVerificationError, verify_webhook

secret = os.environ["AGENTPOST_WEBHOOK_SECRET"]


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            event = verify_webhook(body, dict(self.headers.items()), secret)
        except WebhookVerificationError as error:
            self.send_error(400, error.message)
            return
        # Answer at once, and do the work afterwards: a slow answer counts as a failure.
        self.send_response(204)
        self.end_headers()
        if event["type"] == "message.received":
            print(event["data"]["subject"], flush=True)

    def log_message(self, *_: object) -> None:
        pass


server = HTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8090"))), Receiver)
print(f"Listening on port {server.server_port}", flush=True)
server.serve_forever()

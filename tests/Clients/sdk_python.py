"""Uses the Python SDK as an agent would, sync and async, against the real server."""
import asyncio
import base64
import json
import os
import sys
import threading
import time
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "sdk", "python"))
from agentpost import (  # noqa: E402
    AgentPost, AsyncAgentPost, AuthenticationError, ConnectionFailedError, InvalidRequestError, NotFoundError, PermissionDeniedError,
    WebhookVerificationError,
)

url = f"http://127.0.0.1:{os.environ['HTTP_PORT']}"
key = os.environ["MAIL_KEY"]
client = AgentPost(key, url)
user = client.inboxes.create(display_name="Python")["email"]
told = {}


def fails(kind, call):
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__}")


# A send that is repeated with its key is one message.
chosen = str(uuid.uuid4())
first = client.messages.send(user, to=[{"email": user, "name": "Me"}], subject="Seven", text_body="Your code is 481203.", idempotency_key=chosen)
again = client.messages.send(user, to=[{"email": user, "name": "Me"}], subject="Seven", text_body="Your code is 481203.", idempotency_key=chosen)
told["one_send"] = first["id"] == again["id"]

# Files, bytes and pages.
content = bytes(range(256)) * 4
client.messages.send(
    user, to=[user], subject="Eight", text_body="See the file.",
    attachments=[{"filename": "all.bin", "mime_type": "application/octet-stream", "content": base64.b64encode(content).decode()}],
)
inbound = list(client.messages.list(user, folder="INBOX", limit=1, order="oldest"))
told["subjects"] = [message["subject"] for message in inbound]
file = inbound[1]["attachments"][0]
told["attachment"] = client.messages.get_attachment(user, inbound[1]["id"], file["id"]) == content
told["raw"] = client.messages.raw(user, inbound[0]["id"]).startswith(b"Return-Path:")
page = client.messages.list(user, folder="INBOX", limit=1, order="oldest")
told["pages"] = [len(page), len(page.next_page()), page.next_page().next_page() is None]
told["from_"] = [message["subject"] for message in client.messages.list(user, from_="nobody@example.com")]

found = client.messages.wait(user, subject="Seven", since="2020-01-01T00:00:00Z", timeout=5)
told["codes"] = found["codes"]

labelled = client.messages.add_labels(user, inbound[0]["id"], labels=["Urgent"])
told["labels"] = labelled["labels"]
told["csv"] = client.inboxes.export_credentials().splitlines()[0]

# Errors have types, a code and a fix.
told["wrong_key"] = fails(AuthenticationError, lambda: AgentPost("ap_sk_wrong", url).me()).code
missing = fails(NotFoundError, lambda: client.messages.get(user, "msg_06b3v1h0d5r7h2k4m6n8p0q1r2"))
told["missing"] = [missing.status, bool(missing.fix), missing.request_id.startswith("req_")]
told["invalid"] = fails(InvalidRequestError, lambda: client.messages.send(user, to=[], subject="x", text_body="y")).status
reader = client.keys.create(scopes=["messages:read"])["secret"]
told["read_only"] = fails(PermissionDeniedError, lambda: AgentPost(reader, url).messages.send(user, to=[user], subject="x", text_body="y")).code
told["unreachable"] = type(fails(ConnectionFailedError, lambda: AgentPost(key, "http://127.0.0.1:1", max_retries=1).me())).__name__

# A kept connection that the server has closed meanwhile does not fail a call.
for kept in client._transport._idle:
    kept.sock.shutdown(2)
told["kept"] = client.me()["id"].startswith("key_")

# Events, in a thread, and after a broken connection.
subjects = []
with client.realtime.connect(event_types=["message.received"], inbox_id=user) as stream:
    def follow():
        for event in stream:
            subjects.append(event["data"]["subject"])
            if len(subjects) == 2:
                return

    follower = threading.Thread(target=follow)
    follower.start()
    client.messages.send(user, to=[user], subject="Nine", text_body="x")
    limit = time.time() + 20
    while len(subjects) < 1 and time.time() < limit:
        time.sleep(0.05)
    stream._socket._socket.shutdown(2)
    client.messages.send(user, to=[user], subject="Ten", text_body="x")
    follower.join(20)
told["events"] = subjects


async def asynchronous():
    async with AsyncAgentPost(key, url) as several:
        listed = [message["subject"] async for message in await several.messages.list(user, folder="INBOX", limit=2, order="oldest")]
        me, limits = await asyncio.gather(several.me(), several.limits.get())
        async with several.realtime.connect(event_types=["message.received"]) as stream:
            await several.messages.send(user, to=[user], subject="Eleven", text_body="x")
            async for event in stream:
                listed.append(event["data"]["subject"])
                break
        return listed, me["id"].startswith("key_"), limits["message_size"]


told["async"] = asyncio.run(asynchronous())

# The example of the Standard Webhooks specification.
secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
headers = {
    "Webhook-Id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "Webhook-Timestamp": "1614265330",
    "Webhook-Signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}
told["webhook"] = client.webhooks.verify(body, headers, secret, now=1614265330)
told["forged"] = fails(WebhookVerificationError, lambda: client.webhooks.verify(body + b" ", headers, secret, now=1614265330)).code
told["old"] = fails(WebhookVerificationError, lambda: client.webhooks.verify(body, headers, secret)).code
print(json.dumps(told))

"""
Calls every operation of the OpenAPI document with nothing but Python's own library, as an agent would, or with curl (one word, "curl"); checks status and shape of
each answer.
"""
import base64
import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

base = f"http://127.0.0.1:{os.environ['HTTP_PORT']}"
key = os.environ["MAIL_KEY"]
with urllib.request.urlopen(f"{base}/openapi/v1.json") as answer:
    document = json.load(answer)
operations = {
    operation["operationId"]: (method.upper(), path, operation)
    for path, methods in document["paths"].items()
    for method, operation in methods.items()
    if method != "parameters"
}
called = set()


def shape(schema, value, where):
    """What the schema says is required must be there, and of the type that it says."""
    while "$ref" in schema:
        pointer, schema = schema["$ref"], document
        for step in pointer[2:].split("/"):
            schema = schema[int(step) if isinstance(schema, list) else step]
    if "oneOf" in schema:
        schema = {} if value is None else schema["oneOf"][0]
        return shape(schema, value, where)
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    names = {type(None): "null", bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    assert not types or names[type(value)] in types or (isinstance(value, int) and "number" in types), f"{where} is a {names[type(value)]}, not {types}"
    if isinstance(value, dict):
        for name in schema.get("required", []):
            assert name in value, f"{where} lacks {name}"
        for name, content in value.items():
            known = schema.get("properties", {})
            assert name in known or schema.get("additionalProperties") is not False, f"{where} has {name}, which the document does not know"
            shape(known.get(name, {}), content, f"{where}.{name}")
    if isinstance(value, list):
        for content in value:
            shape(schema.get("items", {}), content, f"{where}[]")


def request(method, path, body=None, headers=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {key}", **({"Content-Type": "application/json"} if data else {}), **(headers or {})}
    if sys.argv[1:] == ["curl"]:
        return curl(method, base + path, data, headers)
    asked = urllib.request.Request(base + path, data, headers, method=method)
    try:
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read()


def curl(method, url, data, headers):
    words = ["curl", "--silent", "--show-error", "--max-time", "60", "--request", method, "--write-out", "%{stderr}%{http_code}"]
    words += [word for name, value in headers.items() for word in ("--header", f"{name}: {value}")]
    words += ["--data-binary", "@-"] if data else []
    done = subprocess.run([*words, url], input=data, capture_output=True, check=True)
    return int(done.stderr), done.stdout


def call(name, body=None, query=None, headers=None, **parts):
    """Calls an operation and expects the success that the document announces."""
    method, path, operation = operations[name]
    called.add(name)
    for part, value in parts.items():
        path = path.replace("{" + part + "}", urllib.parse.quote(value, safe=""))
    assert "{" not in path, f"{name} needs {path}"
    status, octets = request(method, path + ("?" + urllib.parse.urlencode(query) if query else ""), body, headers)
    expected = next(int(code) for code in operation["responses"] if code.isdigit())
    assert status == expected, f"{name}: {status} instead of {expected}: {octets[:500]!r}"
    content = operation["responses"][str(expected)].get("content", {})
    if "application/json" not in content:
        return octets
    value = json.loads(octets)
    shape(content["application/json"]["schema"], value, name)
    return value


me = call("getMe")
inbox = call("createInbox", {"display_name": "Python", "client_id": "python"})["id"]
address = call("getInbox", inbox=inbox)["email"]
assert any(found["id"] == inbox for found in call("listInboxes", query={"limit": 200})["data"])
call("updateInbox", {"display_name": "Python 3"}, inbox=inbox)
call("getLimits")
call("getUsage", inbox=inbox)
call("listSessions")
call("listFolders", inbox=inbox)
assert address in call("exportCredentials").decode()

made = call("createKey", {"name": "short", "scopes": ["messages:read"], "inboxes": [inbox], "expires_in_days": 1})["key"]["id"]
call("listKeys")
call("getKey", key=made)
call("revokeKey", key=made)

file = {"filename": "note.txt", "mime_type": "text/plain", "content": base64.b64encode(b"noted").decode()}
sent = call("sendMessage", {"to": [address], "subject": "To myself", "text_body": "Your code is 246810.", "attachments": [file]}, headers={"Idempotency-Key": "py-1"}, inbox=inbox)
waited = call("waitForMessage", query={"subject": "to myself", "since": "2020-01-01T00:00:00Z", "timeout": 20}, inbox=inbox)
assert waited["codes"] == ["246810"], waited["codes"]
message = waited["message"]["id"]
call("listMessages", query={"unread": "true", "folder": "INBOX"}, inbox=inbox)
shown = call("getMessage", query={"view": "full"}, inbox=inbox, message=message)
assert len(call("getMessages", {"ids": [message, sent["id"]]}, inbox=inbox)["data"]) == 2
assert b"To myself" in call("getRawMessage", inbox=inbox, message=message)
assert call("getAttachment", inbox=inbox, message=message, attachment=shown["attachments"][0]["id"]) == b"noted"
call("updateMessage", {"seen": True}, inbox=inbox, message=message)
call("addLabels", {"labels": ["done"]}, inbox=inbox, message=message)
call("removeLabels", {"labels": ["done"]}, inbox=inbox, message=message)
call("replyToMessage", {"text_body": "Thanks."}, inbox=inbox, message=message)
call("replyToAll", {"text_body": "Thanks, all."}, inbox=inbox, message=message)
call("forwardMessage", {"to": ["bob@elsewhere.example"], "text_body": "See below."}, inbox=inbox, message=message)
thread = call("listThreads", inbox=inbox)["data"][0]["id"]
call("getThread", inbox=inbox, thread=thread)
call("addThreadLabels", {"labels": ["kept"]}, inbox=inbox, thread=thread)
call("removeThreadLabels", {"labels": ["kept"]}, inbox=inbox, thread=thread)
call("deleteMessage", inbox=inbox, message=message)
call("restoreMessage", inbox=inbox, message=message)

draft = call("createDraft", {"to": ["bob@elsewhere.example"], "subject": "Draft", "text_body": "First"}, inbox=inbox)["id"]
call("listDrafts", inbox=inbox)
call("getDraft", inbox=inbox, draft=draft)
assert call("updateDraft", {"text_body": "Second"}, inbox=inbox, draft=draft)["id"] == draft
call("sendDraft", inbox=inbox, draft=draft)
other = call("createDraft", {"subject": "Not sent"}, inbox=inbox)["id"]
call("deleteDraft", inbox=inbox, draft=other)

rule = call("createFilterRule", {"direction": "send", "action": "block", "value": "blocked.example", "inbox": inbox})["id"]
call("listFilterRules")
call("deleteFilterRule", rule=rule)

hook = call("createWebhook", {"url": "https://hooks.invalid/mail", "event_types": ["message.*"], "inboxes": [inbox]})["webhook"]["id"]
assert call("listWebhooks")["data"][0]["id"] == hook
call("getWebhook", webhook=hook)
call("sendMessage", {"to": [address], "subject": "Told", "text_body": "Hello."}, inbox=inbox)
until = time.monotonic() + 30
while not (told := call("listEvents", query={"type": "message.received", "inbox": inbox})["data"]) or told[-1]["data"]["subject"] != "Told":
    assert time.monotonic() < until, told
while not (deliveries := call("listWebhookDeliveries", webhook=hook)["data"]):
    assert time.monotonic() < until
assert call("updateWebhook", {"description": "tried", "enabled": True}, webhook=hook)["description"] == "tried"
assert not call("testWebhook", webhook=hook)["success"]
call("redeliverWebhook", webhook=hook, delivery=deliveries[0]["id"])
call("deleteWebhook", webhook=hook)

# What this story does not come to is called all the same: it must answer, with an error body when it refuses.
for name, (method, path, operation) in operations.items():
    if name not in called and name != "deleteInbox":
        example = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
        path = re.sub(r"\{(inbox|surfaceId)\}", inbox, path)
        status, octets = request(method, re.sub(r"\{\w+\}", "unknown", path), example)
        assert status < 500, f"{name}: {status}: {octets[:500]!r}"
        assert status < 400 or json.loads(octets)["error"]["fix"], f"{name}: {octets[:500]!r}"
call("deleteInbox", inbox=inbox)
json.dump({"operations": len(operations), "told": sorted(called)}, sys.stdout)

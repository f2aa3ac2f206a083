"""The tools of tools_openai.json, run with the SDK. `dispatch` takes what a model returned: the name of a tool and its arguments.

For LangChain, wrap the same functions: `StructuredTool.from_function(func=tools.list_messages)`.
"""

import os
from typing import Any, Dict, List, Optional

from agentpost import AgentPost

client = AgentPost(base_url=os.environ["AGENTPOST_URL"])
inbox = os.environ["AGENTPOST_INBOX"]


def list_messages(unread: bool = False, q: str = "", limit: int = 20) -> List[Dict[str, Any]]:
    """List messages of the inbox, newest first."""
    wanted: Dict[str, Any] = {"limit": limit}
    if unread:
        wanted["unread"] = True
    if q:
        wanted["q"] = q
    fields = ("id", "from", "subject", "preview", "received_at", "seen")
    return [{field: dict(message)[field] for field in fields} for message in client.messages.list(inbox, **wanted).data]


def get_message(message: str) -> Dict[str, Any]:
    """Read one message."""
    found = dict(client.messages.get(inbox, message, view="text", max_chars=8000))
    return {field: found[field] for field in ("id", "from", "to", "subject", "extracted_text", "attachments")}


def send_message(to: List[str], subject: str, text_body: str) -> Any:
    """Send a message from the inbox."""
    return client.messages.send(inbox, to=to, subject=subject, text_body=text_body)


def reply_to_message(message: str, text_body: str) -> Any:
    """Reply to a message, to its sender."""
    return client.messages.reply(inbox, message, text_body=text_body)


def wait_for_message(subject: str = "", timeout: int = 60, **sender: Optional[str]) -> Any:
    """Wait for the next message, and get the codes and links in it."""
    wanted: Dict[str, Any] = {"timeout": timeout}
    if subject:
        wanted["subject"] = subject
    if sender.get("from"):
        wanted["from_"] = sender["from"]
    return client.messages.wait(inbox, **wanted)


_TOOLS = {tool.__name__: tool for tool in (list_messages, get_message, send_message, reply_to_message, wait_for_message)}


def dispatch(name: str, arguments: Dict[str, Any]) -> Any:
    return _TOOLS[name](**arguments)

"""An agent that signs up somewhere: it waits for the message with the code, and prints the code."""

import os

from agentpost import AgentPost

client = AgentPost(base_url=os.environ["AGENTPOST_URL"])
inbox = os.environ["AGENTPOST_INBOX"]

# The service would send this message; here the inbox sends it to itself.
client.messages.send(inbox, to=[inbox], subject="Verify your email", text_body="Your verification code is 481203.")

# since: also find a message that arrived before the wait began.
found = client.messages.wait(inbox, subject="verify", since="2026-01-01T00:00:00Z", timeout=30)
print(found["codes"][0])

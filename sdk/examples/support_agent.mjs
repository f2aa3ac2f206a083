// A support agent that writes its answers as drafts. A person reads each draft, in any mail client or here, before it is sent.
import { AgentPost } from "agentpost";

const client = new AgentPost({ baseUrl: process.env.AGENTPOST_URL });
const inbox = process.env.AGENTPOST_INBOX;

// Your model writes the answer.
const answer = (message) => `Hello,\n\nthank you for your message about "${message.subject}". We are looking into it.\n`;

for await (const message of client.messages.list(inbox, { folder: "INBOX", unread: true, view: "text" })) {
  const draft = await client.drafts.create(inbox, {
    to: message.reply_to.length > 0 ? message.reply_to : [message.from],
    subject: `Re: ${message.subject}`,
    text_body: answer(message),
    in_reply_to: message.id,
  });
  await client.messages.update(inbox, message.id, { seen: true });
  console.log(`draft ${draft.id}: ${draft.message.subject}`);
}

// The person approves.
for await (const draft of client.drafts.list(inbox)) {
  const sent = await client.drafts.send(inbox, draft.id);
  console.log(`sent ${sent.id}`);
}

// Only type-checked: what must compile, and what must not.
import AgentPostDefault, { AgentPost, Page, RateLimitError, type Message } from "../../sdk/typescript/dist/index.mjs";

const client: AgentPostDefault = new AgentPost({ apiKey: "ap_sk_x" });

export async function use(): Promise<void> {
  const first: Page<Message> = await client.messages.list("agent@example.com", { unread: true, since: new Date() });
  for await (const message of client.messages.list("agent@example.com")) {
    const subject: string | null = message.subject;
    console.log(subject, message.from?.email, first.next_cursor);
  }
  const sent = await client.messages.send(
    "agent@example.com",
    { to: ["bob@example.com", { email: "eve@example.com", name: "Eve" }], subject: "Hello", text_body: "Hello" },
    { idempotencyKey: "one" },
  );
  const file: Uint8Array = await client.messages.getAttachment("agent@example.com", sent.id, "att_2");
  console.log(file.length, (await client.me()).scopes);
  for await (const event of client.realtime.connect({ event_types: ["message.*"] })) console.log(event.type);
  try {
    await client.limits.get();
  } catch (error) {
    if (error instanceof RateLimitError) console.log(error.retryAfter);
  }
  // @ts-expect-error: a field that does not exist
  await client.messages.send("agent@example.com", { too: ["bob@example.com"] });
  // @ts-expect-error: an address is a string or an object with email
  await client.messages.send("agent@example.com", { to: [1] });
}

// Uses the TypeScript SDK as an agent would, as ES module and as CommonJS, against the real server.
import { createRequire } from "node:module";
import * as sdk from "../../sdk/typescript/dist/index.mjs";

const require = createRequire(import.meta.url);
const common = require("../../sdk/typescript/dist/index.cjs");
const WebSocket = createRequire(`${process.env.NODE_PATH}/here.cjs`)("ws");

const { AgentPost } = sdk;
const baseUrl = `http://127.0.0.1:${process.env.HTTP_PORT}`;
const apiKey = process.env.MAIL_KEY;
const client = new AgentPost({ apiKey, baseUrl, WebSocket });
const user = (await client.inboxes.create({ display_name: "TypeScript" })).email;
const told = {};

async function fails(kind, call) {
  try {
    await call();
  } catch (error) {
    if (error instanceof kind) return error;
    throw error;
  }
  throw new Error(`no ${kind.name}`);
}

told.same_names = Object.keys(sdk).sort().join() === Object.keys(common).sort().join();

const message = { to: [{ email: user, name: "Me" }], subject: "Seven", text_body: "Your code is 481203." };
const first = await client.messages.send(user, message, { idempotencyKey: "seven" });
const again = await client.messages.send(user, message, { idempotencyKey: "seven" });
told.one_send = first.id === again.id;

const content = Buffer.from(Array.from({ length: 1024 }, (_, at) => at % 256));
await client.messages.send(user, {
  to: [user], subject: "Eight", text_body: "See the file.", attachments: [{ filename: "all.bin", content: content.toString("base64") }],
});
const inbound = [];
for await (const one of client.messages.list(user, { folder: "INBOX", limit: 1, order: "oldest" })) inbound.push(one);
told.subjects = inbound.map((one) => one.subject);
told.attachment = content.equals(await client.messages.getAttachment(user, inbound[1].id, inbound[1].attachments[0].id));
const page = await client.messages.list(user, { folder: "INBOX", limit: 1, order: "oldest" });
told.pages = [page.data.length, (await page.nextPage()).data.length, await (await page.nextPage()).nextPage()];
told.codes = (await client.messages.wait(user, { subject: "Seven", since: new Date(0), timeout: 5 })).codes;
told.labels = (await client.messages.addLabels(user, inbound[0].id, { labels: ["Urgent"] })).labels;
told.csv = (await client.inboxes.exportCredentials()).split("\r\n")[0].trim();

told.wrong_key = (await fails(sdk.AuthenticationError, () => new AgentPost({ apiKey: "ap_sk_wrong", baseUrl }).me())).code;
const missing = await fails(sdk.NotFoundError, () => client.messages.get(user, "msg_06b3v1h0d5r7h2k4m6n8p0q1r2"));
told.missing = [missing.status, Boolean(missing.fix), missing.requestId.startsWith("req_")];
told.unreachable = (await fails(sdk.ConnectionError, () => new AgentPost({ apiKey, baseUrl: "http://127.0.0.1:1", maxRetries: 1 }).me())).name;
told.cancelled = (await fails(Error, () => client.messages.wait(user, { timeout: 30 }, { signal: AbortSignal.timeout(100) }))).name;
told.slow = (await fails(sdk.TimeoutError, () => client.messages.wait(user, { timeout: 1 }, { timeout: -0.9, maxRetries: 0 }))).name;

// What fails now and then is repeated: the answers of a server that is busy, and a broken connection.
let calls = 0;
const flaky = async (...given) => {
  calls += 1;
  if (calls === 1) throw new TypeError("broken");
  if (calls === 2) return new Response("{}", { status: 503, headers: { "retry-after": "0" } });
  return fetch(...given);
};
const stubborn = new AgentPost({ apiKey, baseUrl, fetch: flaky });
told.retried = [(await stubborn.messages.send(user, { to: [user], subject: "Twelve", text_body: "x" })).id.startsWith("msg_"), calls];
calls = 0;
told.not_repeated = (await fails(sdk.ConnectionError, () => stubborn.drafts.create(user, { subject: "x" }))).name + calls;

const stream = client.realtime.connect({ event_types: ["message.received"], inbox_id: user });
const subjects = [];
const following = (async () => {
  for await (const event of stream) {
    subjects.push(event.data.subject);
    if (subjects.length === 1) {
      stream.socket.terminate();
      await client.messages.send(user, { to: [user], subject: "Ten", text_body: "x" });
    } else return;
  }
})();
await stream.ready;
await client.messages.send(user, { to: [user], subject: "Nine", text_body: "x" });
await following;
told.events = subjects;

// The example of the Standard Webhooks specification.
const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const body = '{"test": 2432232314}';
const headers = {
  "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
  "webhook-timestamp": "1614265330",
  "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
};
told.webhook = await client.webhooks.verify(body, headers, secret, { now: 1614265330 });
told.forged = (await fails(sdk.WebhookVerificationError, () => client.webhooks.verify(`${body} `, headers, secret, { now: 1614265330 }))).code;
told.old = (await fails(sdk.WebhookVerificationError, () => client.webhooks.verify(body, new Headers(headers), secret))).code;
console.log(JSON.stringify(told));

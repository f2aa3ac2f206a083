// Follows events with ws, goes away, comes back and reads on.
const WebSocket = require("ws");

const base = `127.0.0.1:${process.env.HTTP_PORT}`;
const key = process.env.MAIL_KEY;
const user = process.env.MAIL_USER;

// Resolves the messages that a socket has been sent, one after the other.
function open(url, options) {
  const socket = new WebSocket(url, options);
  const waiting = [];
  const arrived = [];
  socket.on("message", (text) => {
    const message = JSON.parse(text);
    waiting.length ? waiting.shift()(message) : arrived.push(message);
  });
  const next = () => (arrived.length ? Promise.resolve(arrived.shift()) : new Promise((resolve) => waiting.push(resolve)));
  return new Promise((resolve, reject) => {
    socket.on("open", () => resolve({ socket, next, say: (message) => socket.send(JSON.stringify(message)) }));
    socket.on("unexpected-response", (request, response) => {
      reject(new Error(String(response.statusCode)));
      request.destroy();
    });
    socket.on("error", reject);
  });
}

async function send(subject) {
  const answer = await fetch(`http://${base}/api/v1/inboxes/${user}/messages`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ to: [user], subject, text_body: "Hello." }),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

(async () => {
  const refused = await open(`ws://${base}/ws?token=ap_sk_wrong`).catch((error) => error.message);
  const first = await open(`ws://${base}/ws`, { headers: { authorization: `Bearer ${key}` } });
  first.say({ type: "ping" });
  const pong = await first.next();
  first.say({ type: "subscribe", event_types: ["message.received"], inbox_id: user });
  const subscribed = await first.next();
  await send("while there");
  const seen = await first.next();
  first.say({ type: "dance" });
  const error = await first.next();
  first.socket.close();
  await new Promise((resolve) => first.socket.on("close", resolve));

  await send("while away");
  await send("still away");
  const second = await open(`ws://${base}/ws?token=${key}`);
  second.say({ type: "subscribe", event_types: ["message.received"], resume_from: seen.data.id });
  const resumed = await second.next();
  const missed = [await second.next(), await second.next()];
  second.say({ type: "subscribe", resume_from: "evt_00000000000000000000000000" });
  const gone = await second.next();
  second.socket.terminate();
  console.log(JSON.stringify({
    refused, pong, subscribed, resumed,
    seen: seen.data.data.subject,
    error: error.error.code,
    missed: missed.map((event) => event.data.data.subject),
    gone: gone.error.code,
  }));
})().catch((error) => { console.error(error); process.exit(1); });

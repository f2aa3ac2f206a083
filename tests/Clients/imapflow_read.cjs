// Appends a message and reads it back with imapflow, which turns on all that the server offers: compression, IMAP4rev2, UTF-8 names. Words: FOLDER.
const fs = require("node:fs");
const { ImapFlow } = require("imapflow");

const folder = process.argv[2];
const token = process.argv[3] === "token";
const lines = [];

async function run() {
  const log = (entry) => lines.push(String(entry.msg ?? ""));
  const client = new ImapFlow({
    host: process.env.MAIL_HOST,
    port: Number(process.env.IMAP_PORT),
    secure: true,
    auth: token
      ? { user: process.env.MAIL_USER, accessToken: process.env.MAIL_KEY }
      : { user: process.env.MAIL_USER, pass: process.env.MAIL_KEY },
    tls: { ca: fs.readFileSync(process.env.MAIL_CA) },
    logger: { trace: log, debug: log, info: log, warn: log, error: log },
  });
  await client.connect();
  await client.mailboxCreate(folder);
  const source = Buffer.from("Subject: imapflow\r\n\r\n" + "The text of it.\r\n".repeat(5000));
  await client.append(folder, source, ["\\Seen"]);
  const lock = await client.getMailboxLock(folder);
  const found = [];
  for await (const message of client.fetch("1:*", { source: true, flags: true, envelope: true, bodyStructure: true })) {
    found.push({
      same: message.source.equals(source),
      flags: [...message.flags],
      subject: message.envelope.subject,
      id: message.emailId,
    });
  }
  const seen = await client.search({ seen: true });
  lock.release();
  const folders = (await client.list()).map((entry) => entry.path);
  const result = {
    found,
    seen,
    folders,
    enabled: [...client.enabled],
    compressed: Boolean(client._inflate),
    auth: client.authCapabilities ? [...client.authCapabilities].filter(([, used]) => used).map(([name]) => name) : [],
  };
  await client.logout();
  console.log(JSON.stringify(result));
}

run().catch((error) => {
  console.error(error, lines.slice(-20).join("\n"));
  process.exit(1);
});

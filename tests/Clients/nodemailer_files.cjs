// Sends each file of a folder as a message with nodemailer, on a few pooled connections. Words: FOLDER, TO. Prints the replies.
const fs = require("node:fs");
const path = require("node:path");
const nodemailer = require("nodemailer");

const [folder, to] = process.argv.slice(2);
const transport = nodemailer.createTransport({
  host: process.env.MAIL_HOST,
  port: Number(process.env.SMTP_PORT),
  secure: true,
  pool: true,
  maxMessages: Infinity,
  socketTimeout: 30_000,
  auth: { user: process.env.MAIL_USER, pass: process.env.MAIL_KEY },
  tls: { ca: fs.readFileSync(process.env.MAIL_CA) },
});

async function send(file) {
  const raw = fs.readFileSync(path.join(folder, file));
  const sent = await transport.sendMail({ envelope: { from: process.env.MAIL_USER, to }, raw });
  return [file, sent.response];
}

Promise.all(fs.readdirSync(folder).map(send)).then((replies) => {
  transport.close();
  console.log(JSON.stringify(Object.fromEntries(replies)));
});

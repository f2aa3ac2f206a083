// Sends a message with nodemailer and asks for a report of its delivery. Words: TO, envelope id.
const fs = require("node:fs");
const nodemailer = require("nodemailer");

const transport = nodemailer.createTransport({
  host: process.env.MAIL_HOST,
  port: Number(process.env.SMTP_PORT),
  secure: true,
  auth: { user: process.env.MAIL_USER, pass: process.env.MAIL_KEY },
  tls: { ca: fs.readFileSync(process.env.MAIL_CA) },
});

transport
  .sendMail({
    from: process.env.MAIL_USER,
    to: process.argv[2],
    subject: "Asked for a report",
    text: "Did it arrive?",
    dsn: { id: process.argv[3], return: "headers", notify: ["success", "failure", "delay"], recipient: process.env.MAIL_USER },
  })
  .then((sent) => console.log(JSON.stringify({ response: sent.response })));

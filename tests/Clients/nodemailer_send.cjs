// Sends text, HTML and an attachment with nodemailer. Words: TO.
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
    subject: "From nodemailer, with ünïcode",
    text: "The text",
    html: "<p>The <b>HTML</b></p>",
    attachments: [{ filename: "data.bin", content: Buffer.from([...Array(256).keys()]) }],
  })
  .then((sent) => console.log(JSON.stringify({ response: sent.response, accepted: sent.accepted })));

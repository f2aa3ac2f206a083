using System.Text;
using AgentPost.Protocol.Smtp.Commands;
using AgentPost.Protocol.Smtp.Session;

namespace AgentPost.Protocol.Tests.Smtp;

sealed class VerbTableTests
{
    [TestCase("EHLO client.test", typeof(EhloCommand))]
    [TestCase("ehlo [192.168.0.1]", typeof(EhloCommand))]
    [TestCase("HELO Jo's PC", typeof(HeloCommand))]
    [TestCase("AUTH PLAIN", typeof(AuthCommand))]
    [TestCase("AUTH login YWdlbnQ=", typeof(AuthCommand))]
    [TestCase("MAIL FROM:<agent@example.test>", typeof(MailCommand))]
    [TestCase("mail from: <agent@example.test>  ", typeof(MailCommand))]
    [TestCase("MAIL FROM:<>", typeof(MailCommand))]
    [TestCase("MAIL FROM:<a@x.test> SIZE=12 BODY=8BITMIME SMTPUTF8 AUTH=<>", typeof(MailCommand))]
    [TestCase("MAIL FROM:<a@x.test> size=99999999999999999999 body=7bit", typeof(MailCommand))]
    [TestCase("RCPT TO:<a@x.test>", typeof(RcptCommand))]
    [TestCase("RCPT To: <a@x.test> ", typeof(RcptCommand))]
    [TestCase("RCPT TO:<PostMaster>", typeof(RcptCommand))]
    [TestCase("DATA", typeof(DataCommand))]
    [TestCase("data ", typeof(DataCommand))]
    [TestCase("BDAT 12", typeof(BdatCommand))]
    [TestCase("bdat 0 last", typeof(BdatCommand))]
    [TestCase("STARTTLS", typeof(StartTlsCommand))]
    [TestCase("RSET", typeof(RsetCommand))]
    [TestCase("NOOP and then some", typeof(NoopCommand))]
    [TestCase("VRFY agent", typeof(VrfyCommand))]
    [TestCase("HELP", typeof(HelpCommand))]
    [TestCase("QUIT", typeof(QuitCommand))]
    public void Reads(string line, Type command) => Assert.That(VerbTable.Parse(Encoding.UTF8.GetBytes(line), SmtpService.Submission).Command, Is.TypeOf(command));

    [TestCase("", 500, "5.5.1")]
    [TestCase("GET / HTTP/1.1", 500, "5.5.1")]
    [TestCase("NOOP\0", 500, "5.5.2")]
    [TestCase("RCPT TO:<a@x.test>\rMAIL", 500, "5.5.2")]
    [TestCase("EXPN list", 502, "5.5.1")]
    [TestCase("STARTTLS now", 501, "5.5.4")]
    [TestCase("BDAT many", 501, "5.5.4")]
    [TestCase("EHLO", 501, "5.5.4")]
    [TestCase("HELO  ", 501, "5.5.4")]
    [TestCase("AUTH", 501, "5.5.4")]
    [TestCase("AUTH CRAM-MD5", 504, "5.5.4")]
    [TestCase("MAIL agent@example.test", 501, "5.5.4")]
    [TestCase("MAIL FROM:agent@example.test", 501, "5.1.7")]
    [TestCase("MAIL FROM:<a@x.test>SIZE=1", 501, "5.5.4")]
    [TestCase("MAIL FROM:<a@x.test> SIZE=", 501, "5.5.4")]
    [TestCase("MAIL FROM:<a@x.test> SIZE", 501, "5.5.4")]
    [TestCase("MAIL FROM:<a@x.test> SIZE=1x", 501, "5.5.4")]
    [TestCase("MAIL FROM:<a@x.test> SIZE=-1", 501, "5.5.4")]
    [TestCase("MAIL FROM:<a@x.test> SIZE=1 SIZE=1", 501, "5.5.4")]
    [TestCase("MAIL FROM:<a@x.test> BODY=BINARY", 501, "5.5.4")]
    [TestCase("MAIL FROM:<a@x.test> SMTPUTF8=yes", 501, "5.5.4")]
    [TestCase("MAIL FROM:<a@x.test> BY=120;R", 555, "5.5.4")]
    [TestCase("RCPT <a@x.test>", 501, "5.5.4")]
    [TestCase("RCPT TO:<>", 501, "5.1.3")]
    [TestCase("RCPT TO:<somebody>", 501, "5.1.3")]
    [TestCase("RCPT TO:<a@x.test> RRVS=2020-01-01T00:00:00Z", 555, "5.5.4")]
    [TestCase("DATA now", 501, "5.5.4")]
    [TestCase("RSET now", 501, "5.5.4")]
    [TestCase("QUIT now", 501, "5.5.4")]
    [TestCase("VRFY", 501, "5.5.4")]
    public void Refuses(string line, int code, string status)
    {
        var refusal = VerbTable.Parse(Encoding.UTF8.GetBytes(line), SmtpService.Submission).Rejection;
        Assert.That((refusal?.Code, refusal?.Status), Is.EqualTo(((int?)code, (string?)status)));
    }
}

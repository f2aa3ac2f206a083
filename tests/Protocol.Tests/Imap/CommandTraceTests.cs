using System.IO.Pipelines;
using System.Text;
using AgentPost.Protocol.Connections;
using AgentPost.Protocol.Imap.Commands;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Protocol.Tests.Transport;

namespace AgentPost.Protocol.Tests.Imap;

sealed class CommandTraceTests
{
    [TestCase("a SELECT INBOX", "c1 C: a SELECT INBOX")]
    [TestCase("a LOGIN agent@x.test secret", "c1 C: a LOGIN ***")]
    [TestCase("a login {12}\r\nagent@x.test secret", "c1 C: a LOGIN ***")]
    [TestCase("a AUTHENTICATE PLAIN AGFnZW50AHNlY3JldA==", "c1 C: a AUTHENTICATE ***")]
    [TestCase("AGFnZW50AHNlY3JldA==", "c1 C:  ***")]
    [TestCase("LOGIN agent@x.test secret", "c1 C:  ***")]
    [TestCase("a  LOGIN  agent@x.test secret", "c1 C: a LOGIN ***")]
    [TestCase("a SELECT \x1b[31m", "c1 C: a SELECT .[31m")]
    public void A_traced_command_shows_no_secret_and_no_control_character(string line, string shown)
    {
        var logger = new LoggedLines();
        var octets = Encoding.ASCII.GetBytes(line);
        new WireTrace(logger, "c1").Command(CommandHead.Read(octets), octets);
        Assert.That(logger.Written, Is.EqualTo([shown]));
    }

    [Test]
    public async Task Responses_are_traced_in_lines_however_they_are_written()
    {
        var logger = new LoggedLines();
        var pipe = new Pipe();
        var writer = new ResponseWriter(new TracedWriter(pipe.Writer, new(logger, "c1")));

        writer.Untagged().Number(1).Raw(" EXISTS"u8).CrLf().Tagged("a").Raw("OK "u8);
        await writer.FlushAsync(CancellationToken.None);
        writer.Text(new string('x', 2000)).CrLf();
        await writer.FlushAsync(CancellationToken.None);

        Assert.That(logger.Written, Is.EqualTo(["c1 S: * 1 EXISTS", "c1 S: a OK " + new string('x', 495)]));
        Assert.That((await pipe.Reader.ReadAsync()).Buffer.Length, Is.EqualTo("* 1 EXISTS\r\na OK \r\n".Length + 2000));
    }
}

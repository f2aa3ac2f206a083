using System.Text;
using AgentPost.Protocol.Smtp.Commands;
using AgentPost.Protocol.Tests.Transport;

namespace AgentPost.Protocol.Tests.Smtp;

sealed class TraceTests
{
    [TestCase("MAIL FROM:<agent@x.test>", "c1 C: MAIL FROM:<agent@x.test>")]
    [TestCase("AUTH PLAIN AGFnZW50AHNlY3JldA==", "c1 C: AUTH ***")]
    [TestCase("auth login YWdlbnQ=", "c1 C: AUTH ***")]
    [TestCase("c2VjcmV0", "c1 C:  ***")]
    [TestCase(" AUTH PLAIN AGFnZW50AHNlY3JldA==", "c1 C:  ***")]
    [TestCase("NOOP \x1b[31m", "c1 C: NOOP .[31m")]
    public void A_traced_command_shows_no_secret_and_no_control_character(string line, string shown)
    {
        var logger = new LoggedLines();
        VerbTable.TraceLine(new(logger, "c1"), Encoding.ASCII.GetBytes(line));
        Assert.That(logger.Written, Is.EqualTo([shown]));
    }
}

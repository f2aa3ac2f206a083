using System.Text;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests;

/// <summary>Messages to send.</summary>
static class Mail
{
    /// <summary>A small message from the program's inbox, CRLF line ends.</summary>
    public static byte[] From(string sender, string subject) => Encoding.ASCII.GetBytes(string.Join("\r\n",
        $"From: {sender}",
        $"To: {sender}",
        $"Subject: {subject}",
        "Date: Thu, 08 Jan 2026 12:00:00 +0000",
        $"Message-ID: <{subject}@agentpost.test>",
        "",
        $"This is {subject}.",
        ""));

    public static byte[] FromAgent(string subject) => From(ProgramUnderTest.Inbox, subject);
}

using System.Globalization;
using System.Text;

namespace AgentPost.Support.Chaos;

/// <summary>Messages whose subject and Message-ID name their entry in the ledger.</summary>
static class ChaosMessage
{
    const int MaxSmallLines = 40;

    // More than a message that is held in memory on its way in.
    const int LargeLines = 5_000;
    const int OneInLarge = 20;

    public static byte[] Create(string token, string from, string to, Random random)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"From: {from}\r\nTo: {to}\r\nSubject: {token}\r\nMessage-ID: <{token}@chaos.test>\r\n");
        text.Append("Date: Thu, 8 Jan 2026 12:00:00 +0000\r\n\r\n");
        text.Append(Body(token, random));
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    public static string Body(string token, Random random)
    {
        var lines = random.Next(OneInLarge) == 0 ? LargeLines : random.Next(1, MaxSmallLines);
        return string.Concat(Enumerable.Range(1, lines).Select(
            line => string.Create(CultureInfo.InvariantCulture, $"Line {line} of {token}: {new string('x', 50)}\r\n")));
    }
}

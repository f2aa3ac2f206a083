using System.Globalization;
using System.Text;

namespace AgentPost.Mime.Tests.Oracles;

/// <summary>Well-formed messages of random structure: what every reader must agree on.</summary>
static class GeneratedMessage
{
    const int MaxDepth = 4;

    static readonly string[] Subtypes = ["mixed", "alternative", "related", "signed", "parallel", "x-unknown"];
    static readonly string[] Leaves = ["text/plain; charset=utf-8", "text/html; charset=\"iso-8859-1\"", "image/png; name=\"a b.png\"", "application/octet-stream", "text/plain; format=flowed"];
    static readonly string[] Lines = ["Hello", "", "--", "-- ", "--x", ".", "From here", "Grüße", "a=3D", " indented", "\ttab", "--nobody--"];
    static readonly string[] Recipients = ["a@b.example", "Ann <ann@example.test>", "\"Doe, John\" <john@example.test>", "<x@y.example>", "c@d.example (Carl)", "=?utf-8?Q?J=C3=BC?= <j@example.test>"];

    public static byte[] Next(Random random)
    {
        var text = new StringBuilder();
        var boundaries = 0;
        text.Append(CultureInfo.InvariantCulture, $"Subject: message {random.Next(1000)}{Pick(random, ["", "\r\n folded", "\r\n\tby a tab"])}\r\n");
        text.Append(CultureInfo.InvariantCulture, $"Date: Mon, {random.Next(1, 29)} Jan 2024 10:00:00 +0000\r\nMessage-ID: <{random.Next()}@example.test>\r\n");
        text.Append("To: ").AppendJoin(random.Next(2) == 0 ? ", " : ",\r\n ", Enumerable.Range(0, random.Next(1, 5)).Select(_ => Pick(random, Recipients))).Append("\r\n");
        Part(random, text, 0, ref boundaries);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    // Content fields, a blank line, and the body, which ends without line end in a multipart.
    static void Part(Random random, StringBuilder text, int depth, ref int boundaries)
    {
        var kind = depth < MaxDepth ? random.Next(10) : 9;
        if (kind < 4)
        {
            Multipart(random, text, depth, ref boundaries);
        }
        else if (kind == 4)
        {
            // Without parts of its own: where readers let a multipart end before the delimiter of another differs.
            text.Append("Content-Type: message/rfc822\r\n\r\nSubject: within\r\n");
            Part(random, text, MaxDepth, ref boundaries);
        }
        else
        {
            text.Append(CultureInfo.InvariantCulture, $"Content-Type: {Pick(random, Leaves)}\r\n\r\n");
            text.AppendJoin("\r\n", Enumerable.Range(0, random.Next(5)).Select(_ => Pick(random, Lines)));
        }
    }

    static void Multipart(Random random, StringBuilder text, int depth, ref int boundaries)
    {
        // Each is the beginning of the following ones.
        var boundary = "b" + new string('x', boundaries++);
        text.Append(CultureInfo.InvariantCulture, $"Content-Type: multipart/{Pick(random, Subtypes)};\r\n boundary=\"{boundary}\"\r\n\r\n{Pick(random, ["", "preamble\r\n", "--\r\n"])}");
        var parts = random.Next(1, 4);
        for (var i = 0; i < parts; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"--{boundary}{Pick(random, ["", "", " ", "\t "])}\r\n");
            Part(random, text, depth + 1, ref boundaries);
            text.Append("\r\n");
        }
        text.Append(CultureInfo.InvariantCulture, $"--{boundary}--{Pick(random, ["", "\r\n", "\r\nepilogue"])}");
    }

    static string Pick(Random random, string[] choices) => choices[random.Next(choices.Length)];
}

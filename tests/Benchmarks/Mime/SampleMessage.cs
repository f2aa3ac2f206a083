using System.Globalization;
using System.Text;

namespace AgentPost.Benchmarks.Mime;

/// <summary>Messages as people send them, of about a given size: a text and an HTML part, and above 10 KB an attachment in base64 that makes up the rest.</summary>
static class SampleMessage
{
    const int TextOctets = 1_200;
    const int MostTextOctets = 4_000;

    public static byte[] Create(int octets)
    {
        var text = new StringBuilder();
        text.Append(Header);
        var room = octets - text.Length;
        var hasAttachment = room > 3 * MostTextOctets;
        var prose = hasAttachment ? MostTextOctets : Math.Max(room - 500, TextOctets) / 2;
        text.Append("--outer\r\nContent-Type: multipart/alternative; boundary=\"inner\"\r\n\r\n");
        AppendText(text, "plain", "", prose);
        AppendText(text, "html", "<p>", prose);
        text.Append("--inner--\r\n\r\n");
        if (hasAttachment)
        {
            AppendAttachment(text, octets);
        }
        return Encoding.ASCII.GetBytes(text.Append("--outer--\r\n").ToString());
    }

    const string Header =
        "Return-Path: <ann@example.test>\r\nReceived: from mail.example.test (mail.example.test [192.0.2.1])\r\n\tby mx.example.org (Postfix) with ESMTPS id 4T0000\r\n"
        + "\tfor <bob@example.org>; Mon,  1 Jan 2024 10:00:02 +0000 (UTC)\r\nDate: Mon, 1 Jan 2024 11:00:00 +0100\r\nFrom: Ann Example <ann@example.test>\r\n"
        + "To: \"Bob, the builder\" <bob@example.org>, carl@example.org\r\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?= and plans\r\nMessage-ID: <1@example.test>\r\n"
        + "References: <-1@example.org> <0@example.org>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"outer\"\r\n\r\n";

    static void AppendText(StringBuilder text, string subtype, string before, int octets)
    {
        text.Append(CultureInfo.InvariantCulture, $"--inner\r\nContent-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n");
        var end = text.Length + octets;
        for (var i = 0; text.Length < end; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{before}Line {i}: the quick brown fox jumps over the lazy dog, for it is l=C3=A4zy.\r\n");
        }
        text.Append("\r\n");
    }

    static void AppendAttachment(StringBuilder text, int octets)
    {
        text.Append("--outer\r\nContent-Type: application/pdf; name=\"plan.pdf\"\r\nContent-Disposition: attachment; filename=\"plan.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\n");
        var random = new Random(1);
        var line = new byte[57];
        while (text.Length < octets)
        {
            random.NextBytes(line);
            text.Append(Convert.ToBase64String(line)).Append("\r\n");
        }
    }
}

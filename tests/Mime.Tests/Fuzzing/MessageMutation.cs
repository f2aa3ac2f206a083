using System.Text;

namespace AgentPost.Mime.Tests.Fuzzing;

/// <summary>Messages made of those of the corpus by cutting, doubling, mixing and spoiling; the same ones for the same seed.</summary>
sealed class MessageMutation(int seed)
{
    const int MaxOctets = 1 << 16;
    const int MaxSteps = 6;

    // What means something somewhere.
    static readonly byte[][] Tokens =
    [
        .. new[]
        {
            "\r", "\n", "\r\n", "\n\n", "\r\n\r\n", "--", "--b", "--b--", "--b\n", "\n--b\n", "\n--b--\n", " ", "\t", "\0", "=", "==", ";", ":", ",", "\"", "\\", "(", ")", "<", ">", "@", "*", "'", "%", "=?", "?=", "?q?", "?b?",
            "Content-Type: multipart/mixed; boundary=b\n\n", "Content-Type: message/rfc822\n\n", "Content-Type: multipart/digest; boundary=\"b\"\n", "Content-Type: text/html; charset=utf-16\n",
            "Content-Transfer-Encoding: base64\n", "Content-Transfer-Encoding: quoted-printable\n", "Content-Disposition: attachment; filename*0*=utf-8''%e2; filename*1*=%82%ac\n",
            "=?utf-8?Q?=E2=82?=", "=?iso-2022-jp?B?GyRC?=", "<html>", "<script>", "<!--", "-->", "&#xD800;", "&amp;", "On Monday, Ann wrote:\n> ", "-- \n", "\u00e9", "\U0001F600", "Team: a@b;", "<@a:b@c>",
        }.Select(Encoding.UTF8.GetBytes),
        [0x80], [0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80],
    ];

    readonly Random _random = new(seed);

    public byte[] Next()
    {
        var message = Some();
        for (var steps = _random.Next(1, MaxSteps); steps > 0; steps--)
        {
            message = Step(message);
        }
        return message.Length <= MaxOctets ? message : message[..MaxOctets];
    }

    byte[] Some() => CorpusMessage.All[_random.Next(CorpusMessage.All.Count)] is var message && _random.Next(2) == 0 ? message.WithLineEndsOfMail : message.Octets;

    byte[] Step(byte[] message)
    {
        var (from, to) = Range(message.Length);
        return _random.Next(8) switch
        {
            0 => [.. message[..from], .. message[to..]],
            1 => [.. message[..to], .. message[from..to], .. message[to..]],
            2 => [.. message[..from], .. Many(message[from..to]), .. message[to..]],
            3 => [.. message[..from], .. Some()],
            4 => [.. message[..from], .. Some(), .. message[from..]],
            5 => Spoil(message),
            6 => [.. message[..from], .. Many(Token()), .. message[from..]],
            _ => [.. message[..from], .. Token(), .. message[from..]],
        };
    }

    byte[] Token() => Tokens[_random.Next(Tokens.Length)];

    byte[] Many(byte[] octets)
    {
        var times = 1 << _random.Next(12);
        return octets.Length * times <= MaxOctets ? [.. Enumerable.Repeat(octets, times).SelectMany(o => o)] : octets;
    }

    byte[] Spoil(byte[] message)
    {
        var spoiled = message.ToArray();
        for (var count = _random.Next(1, 5); count > 0 && spoiled.Length > 0; count--)
        {
            spoiled[_random.Next(spoiled.Length)] = (byte)_random.Next(256);
        }
        return spoiled;
    }

    (int From, int To) Range(int length)
    {
        var from = _random.Next(length + 1);
        return (from, Math.Min(length, from + (1 << _random.Next(8))));
    }
}

using System.Text;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;

namespace AgentPost.Mime.Tests.Headers;

/// <summary>Headers with author fields: valid ones by the grammar, and ones that are broken in one place or made of pieces. The sender is own@own.test.</summary>
static partial class AuthorHeaders
{
    static readonly string[] Names = ["From", "Sender", "Resent-From", "Resent-Sender"];

    static readonly string[] Own = ["own@own.test", "own+tag@own.test", "OWN@Own.Test", "\"own\"@own.test", "own (me) @ (here) own.test", "own+a.b@own.test"];

    static readonly string[] Phrases =
    [
        "Joe", "\"Joe, Doe\"", "\"a \\\" b\"", "\"joe@foreign.test\"", "J. Doe", "=?utf-8?Q?J=C3=B6rg?=", "=?utf-8?B?SsO2cmc=?= =?utf-8?B?IERvZQ==?=", "Jörg", "\"Jörg (x)\"", "(c) Joe (d (e))", "\"\"",
        "Joe\r\n Doe", "\"Joe\r\n Doe\"", "O'Neil", "Joe \"the\" Doe", "漢字",
    ];

    static readonly string[] Pieces =
    [
        "own@own.test", "<own@own.test>", "joe@foreign.test", "<joe@foreign.test>", "\"", "\\", "\\\"", "(", ")", "<", ">", "@", ",", ";", ":", "[", "]", ".", "..", " ", "\t", "\r\n ", "\r\n\t", "\r\n \r\n ",
        "own", "joe", "foreign.test", "own.test", "x", "group:", "=?utf-8?Q?joe=40foreign.test?=", "=?utf-8?B?am9lQGZvcmVpZ24udGVzdA==?=", "=?utf-8?Q?=3Cjoe=40foreign.test=3E=2C?=", "=?utf-8?Q?own=40own.test?=",
        "=?utf-8?Q?=0D=0AFrom:_joe=40foreign.test?=", "=?us-ascii?Q?joe?=", "=?utf-8?Q?=22?=", "=?utf-8?Q?x_(?=", "\0", "\u0001", "\u000b", "\u007f", "\u0085", "\u2028", "é", "＠", "'", "`", "*", "@own.test:", "<@own.test:joe@foreign.test>",
        "joe@[192.0.2.1]", "\r\nFrom: joe@foreign.test", "\r\nFrom : joe@foreign.test", "\r\nFROM:joe@foreign.test", "\r\nSender: joe@foreign.test", "\r\nResent-From: joe@foreign.test", "\r\nFrom: own@own.test",
        "\r\nFrom\u000b: joe@foreign.test", "\r\nX: y", "\r", "\n", "\rFrom: joe@foreign.test", "\nFrom: joe@foreign.test", "(joe@foreign.test)", "\"joe@foreign.test\"", "%", "joe%foreign.test@own.test",
    ];

    static Gen<string> Mailbox => Gen.OneOf(
        Gen.Elements(Own),
        from phrase in Gen.Elements(Phrases) from address in Gen.Elements(Own) select $"{phrase} <{address}>",
        from address in Gen.Elements(Own) from comment in Gen.Elements("(me)", "(a (b) \\) c)", "") select $"{comment}<{address}>{comment}");

    static Gen<string> List => Gen.Elements(", ", ",\r\n ", ",", " , ").SelectMany(comma => Mailbox.NonEmptyListOf().Select(list => string.Join(comma, list.Take(4))));

    static Gen<string> FromValue => Gen.OneOf(List, List.Select(list => $"Team: {list};"), from one in Mailbox from list in List select $"{one}, \"A: b\": {list} ; (end)");

    /// <summary>Headers that name the sender alone, in every form that is valid.</summary>
    public static Gen<byte[]> Valid =>
        from value in FromValue
        from others in Gen.Elements("", "Sender", "Resent-From", "Resent-Sender")
        from other in Mailbox
        select Encoding.UTF8.GetBytes($"Subject: x\r\nFrom: {value}\r\n{(others.Length == 0 ? "" : $"{others}: {other}\r\n")}To: a@b.test\r\n\r\nbody\r\n");

    static Gen<byte[]> Mutated =>
        from valid in Valid
        from changes in (from at in Gen.Choose(0, 10_000) from piece in Gen.Elements([.. Pieces, ""]) from removed in Gen.Choose(0, 3) select (at, piece, removed)).NonEmptyListOf()
        select changes.Take(3).Aggregate(valid, (octets, change) => Change(octets, change.at % octets.Length, change.piece, change.removed));

    static Gen<byte[]> OfPieces =>
        from name in Gen.Elements(Names)
        from pieces in Gen.Elements(Pieces).NonEmptyListOf()
        select Encoding.UTF8.GetBytes($"{(name == "From" ? "" : "From: own@own.test\r\n")}{name}: {string.Concat(pieces.Take(8))}\r\nTo: a@b.test\r\n\r\nbody\r\n");

    /// <summary>Headers that are mostly broken.</summary>
    public static Gen<byte[]> Broken => Gen.OneOf(Mutated, OfPieces);

    /// <summary>Whether what a reader found names the sender alone. Some find more than an address, which names nobody else if each address in it is the sender's.</summary>
    public static bool NamesSender(string found) => AroundAt().Replace(found, "@").Split([' ', '<', '>', '(', ')', ',', ';', ':'], StringSplitOptions.RemoveEmptyEntries)
        .Where(word => word.Contains('@', StringComparison.Ordinal)).All(IsOwn) || IsOwn(found);

    public static bool IsOwn(string address)
    {
        var at = address.LastIndexOf('@');
        var local = at < 0 ? "" : address[..at].Trim('"').Split('+')[0];
        return local.Equals("own", StringComparison.OrdinalIgnoreCase) && address[(at + 1)..].Equals("own.test", StringComparison.OrdinalIgnoreCase);
    }

    // Blanks and comments around the @.
    [GeneratedRegex(@"[\s]*(\([^()]*\)\s*)*@\s*(\([^()]*\)\s*)*")]
    private static partial Regex AroundAt();

    static byte[] Change(byte[] octets, int at, string piece, int removed) => [.. octets[..at], .. Encoding.UTF8.GetBytes(piece), .. octets[Math.Min(octets.Length, at + removed)..]];
}

using System.Text.RegularExpressions;

namespace AgentPost.Support.Transcripts;

/// <summary>What mistakes are made of in one protocol, and how one sees that the server bore them.</summary>
/// <param name="Kind">Of the connection: <c>imap</c>, <c>smtp</c>, <c>mx</c> or <c>lmtp</c>.</param>
/// <param name="Probe">Ends whatever was begun, then asks.</param>
/// <param name="Answer">How the line begins that answers it, and no other.</param>
/// <param name="Fault">What a line contains by which the server owns up to a fault of its own.</param>
/// <param name="Tame">Takes out what would only take long.</param>
sealed partial record MutationDialect(string Kind, string Probe, string Answer, string Fault, IReadOnlyList<string> Pieces, Func<string, string> Tame)
{
    static readonly string[] Common =
    [
        "\0", "\r", "\n", "\r\n", "\"", "\\", "(", ")", "[", "]", "<", ">", "{", "}", "*", "%", " ", "  ", "\t", "0", "-1", "4294967296", "18446744073709551616",
        "\u0080", "\u00ff", "\u00c3\u00a9", "&", "$",
    ];

    // An empty line ends IDLE and AUTHENTICATE.
    static readonly MutationDialect Imap = new(
        "imap",
        "\r\nprobe NOOP\r\n",
        "probe ",
        "[SERVERBUG]",
        [.. Common, "((((", "))))", "{3}\r\n", "{3+}\r\n", "~{3+}\r\n", "<0.1>", "NIL", "4294967295", "1:*", "*:*", "&AOk-", "&-", "UID ", "NOT ", "OR ", "BODY[", ".MIME]"],
        // A wrong login would be answered late, and a long literal would swallow the probes.
        said => LongLiteral().Replace(Login().Replace(said, "NOOP"), "{9"));

    // A dot on a line of its own ends DATA.
    static readonly MutationDialect Smtp = new(
        "smtp",
        "\r\n.\r\nHELP\r\n",
        "214 ",
        "421 4.3.0",
        [
            .. Common, ".", "\r\n.\r\n", "\n.\n", "\r.\r", "\r\n..\r\n", "=", "+", "+0", "+0A", ";", ",", "@", ":", "<>", "SIZE=", "NOTIFY=", "ORCPT=utf-8;\\x{", "HOLDUNTIL=",
            "BDAT 3 LAST\r\n", "BDAT 0\r\n", "RSET\r\n", "DATA\r\n", "MAIL FROM:<>\r\n", "From: ", "=?utf-8?q?", "Received: ", "DKIM-Signature: v=1; d=",
        ],
        // As above; who asks after many that do not exist is answered late too.
        said => LongChunk().Replace(Authentication().Replace(Help().Replace(said, "NOOP"), "NOOP"), "BDAT 9"));

    public static MutationDialect Of(string transcript) => transcript.Split('/', '\\')[0] is not "imap" and var kind ? Smtp with { Kind = kind } : Imap;

    [GeneratedRegex("LOGIN|AUTHENTICATE", RegexOptions.IgnoreCase)]
    private static partial Regex Login();

    [GeneratedRegex(@"\{[0-9]{4,}")]
    private static partial Regex LongLiteral();

    [GeneratedRegex("AUTH(?= )", RegexOptions.IgnoreCase)]
    private static partial Regex Authentication();

    [GeneratedRegex("HELP", RegexOptions.IgnoreCase)]
    private static partial Regex Help();

    [GeneratedRegex("BDAT +[0-9]{4,}", RegexOptions.IgnoreCase)]
    private static partial Regex LongChunk();
}

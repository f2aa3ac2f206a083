using System.Buffers;
using System.Text;
using AgentPost.Protocol.Connections;
using AgentPost.Protocol.Smtp.Grammar;
using AgentPost.Protocol.Smtp.Session;
using AgentPost.Protocol.Smtp.Wire;

namespace AgentPost.Protocol.Smtp.Commands;

/// <summary>The commands, one row each: the services that support them, and their parsers.</summary>
static class VerbTable
{
    const SmtpService Smtp = SmtpService.Submission | SmtpService.Mx;
    const SmtpService Every = Smtp | SmtpService.Lmtp;

    static readonly (string Verb, SmtpService Services, Parser Parse)[] Rows =
    [
        ("EHLO", Smtp, EhloCommand.Parse),
        ("HELO", Smtp, HeloCommand.Parse),
        ("LHLO", SmtpService.Lmtp, EhloCommand.Parse),
        ("AUTH", SmtpService.Submission, AuthCommand.Parse),
        ("MAIL", Every, MailCommand.Parse),
        ("RCPT", Every, RcptCommand.Parse),
        ("DATA", Every, DataCommand.Parse),
        ("BDAT", Smtp, BdatCommand.Parse),
        ("STARTTLS", Every, StartTlsCommand.Parse),
        ("RSET", Every, RsetCommand.Parse),
        ("NOOP", Every, NoopCommand.Parse),
        ("VRFY", Every, VrfyCommand.Parse),
        ("HELP", Every, HelpCommand.Parse),
        ("QUIT", Every, QuitCommand.Parse),
    ];

    // Commands of other RFCs: known by name, not supported (RFC 5321 §4.2.4 requires 502 for these and 500 for unknown
    // ones).
    static readonly string[] NotOffered = ["EXPN", "ETRN", "TURN", "SEND", "SOML", "SAML"];

    static readonly SearchValues<byte> Controls = SearchValues.Create([.. Enumerable.Range(0, 32).Select(octet => (byte)octet), 127]);

    delegate Parsed Parser(ref ArgumentReader arguments);

    public static IEnumerable<string> VerbsOf(SmtpService service) => Rows.Where(row => row.Services.HasFlag(service)).Select(row => row.Verb);

    // command = verb [SP arguments]
    public static Parsed Parse(ReadOnlySpan<byte> line, SmtpService service)
    {
        if (line.ContainsAny(Controls))
        {
            return new Reply(500, "5.5.2", "Control characters are not allowed in a command");
        }
        var reader = new ArgumentReader(line);
        var verb = reader.TakeWord();
        reader.SkipSpaces();
        reader.TrimEnd();
        if (Find(verb) is { } row)
        {
            return row.Services.HasFlag(service) ? row.Parse(ref reader) : new Reply(502, "5.5.1", $"{row.Verb} is not offered");
        }
        foreach (var name in NotOffered)
        {
            if (Ascii.EqualsIgnoreCase(verb, name))
            {
                return new Reply(502, "5.5.1", $"{name} is not offered");
            }
        }
        return new Reply(500, "5.5.1", "Command not recognized");
    }

    /// <summary>
    /// Traces a command line. For AUTH, traces only the verb, because the rest may be a secret. Does not trace unknown
    /// commands, because they may be secrets too: some clients continue a login that was rejected.
    /// </summary>
    public static void TraceLine(WireTrace trace, ReadOnlySpan<byte> line)
    {
        var verb = Find(new ArgumentReader(line).TakeWord())?.Verb;
        if (verb is null or "AUTH")
        {
            trace.ClientSecret(verb ?? "");
        }
        else
        {
            trace.Client(line);
        }
    }

    static (string Verb, SmtpService Services, Parser Parse)? Find(ReadOnlySpan<byte> verb)
    {
        foreach (var row in Rows)
        {
            if (Ascii.EqualsIgnoreCase(verb, row.Verb))
            {
                return row;
            }
        }
        return null;
    }
}

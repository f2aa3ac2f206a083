using System.Buffers;
using System.Text;
using AgentPost.Protocol.Smtp.Grammar;
using AgentPost.Protocol.Smtp.Session;

namespace AgentPost.Protocol.Smtp.Commands;

/// <summary>The commands, one row each, and which state each of their base types wants.</summary>
static class CommandTable
{
    static readonly (string Verb, Parser Parse)[] Rows =
    [
        ("EHLO", EhloCommand.Parse),
        ("HELO", HeloCommand.Parse),
        ("AUTH", AuthCommand.Parse),
        ("MAIL", MailCommand.Parse),
        ("RCPT", RcptCommand.Parse),
        ("DATA", DataCommand.Parse),
        ("BDAT", BdatCommand.Parse),
        ("STARTTLS", StartTlsCommand.Parse),
        ("RSET", RsetCommand.Parse),
        ("NOOP", NoopCommand.Parse),
        ("VRFY", VrfyCommand.Parse),
        ("HELP", HelpCommand.Parse),
        ("QUIT", QuitCommand.Parse),
    ];

    // Commands of other RFCs: known by name, not offered (RFC 5321 §4.2.4 wants 502 for these and 500 for the rest).
    static readonly string[] NotOffered = ["EXPN", "ETRN", "TURN", "SEND", "SOML", "SAML"];

    static readonly SearchValues<byte> Controls = SearchValues.Create([.. Enumerable.Range(0, 32).Select(octet => (byte)octet), 127]);

    delegate Parsed Parser(ref ArgumentReader arguments);

    public static IEnumerable<string> Verbs => Rows.Select(row => row.Verb);

    // command = verb [SP arguments]
    public static Parsed Parse(ReadOnlySpan<byte> line)
    {
        if (line.ContainsAny(Controls))
        {
            return new Reply(500, "5.5.2", "Control characters have no place in a command");
        }
        var reader = new ArgumentReader(line);
        var verb = reader.TakeWord();
        reader.SkipSpaces();
        reader.TrimEnd();
        if (Find(verb) is { } row)
        {
            return row.Parse(ref reader);
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

    public static ValueTask<Reply> ExecuteAsync(SmtpCommand command, SessionContext context, CancellationToken cancellation) => (command, context.State) switch
    {
        (AnyStateCommand anyState, _) => new(anyState.Execute(context)),
        (GreetedCommand greeted, Greeted state) => greeted.ExecuteAsync(context, state, cancellation),
        (LoggedInCommand loggedIn, LoggedIn state) => loggedIn.ExecuteAsync(context, state, cancellation),
        (TransactionCommand transaction, InTransaction state) => transaction.ExecuteAsync(context, state, cancellation),
        (_, Ungreeted) => new(new Reply(503, "5.5.1", "Say EHLO first")),
        (_, Greeted) when context.Connection.OffersTls => new(new Reply(530, "5.7.0", "Say STARTTLS first")),
        (_, Greeted) => new(new Reply(530, "5.7.0", "Authentication required")),
        (GreetedCommand, _) => new(new Reply(503, "5.5.1", "Already authenticated")),
        (LoggedInCommand, _) => new(new Reply(503, "5.5.1", "A mail transaction is open; end it with DATA or RSET")),
        _ => new(new Reply(503, "5.5.1", "Say MAIL first")),
    };

    /// <summary>
    /// Traces a command line. Of AUTH only the name, because the rest may be the secret; nothing of what is no command, because it may be a secret too, of a
    /// client that goes on with a login that was refused.
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

    static (string Verb, Parser Parse)? Find(ReadOnlySpan<byte> verb)
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

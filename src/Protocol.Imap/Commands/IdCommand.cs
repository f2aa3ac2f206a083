namespace AgentPost.Protocol.Imap;

/// <summary>ID (RFC 2971 §3.1). What clients say of themselves is taken and not kept.</summary>
sealed record IdCommand : AnyStateCommand
{
    const int PairLimit = 30;

    static readonly string Version = typeof(IdCommand).Assembly.GetName().Version?.ToString(3) ?? "0";

    // id = "ID" SP id-params-list; id-params-list = "(" [string SP nstring *(SP string SP nstring)] ")" / nil
    public static IdCommand Parse(ref CommandParser parser)
    {
        parser.Sp();
        if (!parser.TryAtom("NIL"u8))
        {
            ParsePairs(ref parser);
        }
        parser.End();
        return new();
    }

    public override ValueTask<Completion> ExecuteAsync(SessionContext context, CancellationToken cancellation)
    {
        context.Writer.Untagged().Atom("ID "u8).Open()
            .String("name"u8).Sp().String("AgentPost"u8).Sp().String("version"u8).Sp().String(Version).Close().CrLf();
        return new(Completion.Ok("ID completed"));
    }

    static void ParsePairs(ref CommandParser parser)
    {
        parser.Octet((byte)'(');
        for (var pairs = 0; !parser.TryOctet((byte)')'); pairs++)
        {
            if (pairs == PairLimit)
            {
                throw new SyntaxException($"ID takes at most {PairLimit} fields");
            }
            if (pairs > 0)
            {
                parser.Sp();
            }
            parser.StringOctets();
            parser.Sp();
            if (!parser.TryAtom("NIL"u8))
            {
                parser.StringOctets();
            }
        }
    }
}

using AgentPost.Protocol.Imap.Grammar;

namespace AgentPost.Protocol.Imap.Commands.Mailboxes;

/// <summary>The options of GETMETADATA (RFC 5464 §4.2.1, §4.2.2).</summary>
/// <param name="MostOctets">Maximum size of a value in bytes; null for no limit.</param>
/// <param name="Levels">Number of levels below an entry that are also reported.</param>
sealed record MetadataOptions(int? MostOctets, int Levels)
{
    public static readonly MetadataOptions None = new(null, 0);

    /// <summary>
    /// getmetadata-options = "(" ("MAXSIZE" SP number / "DEPTH" SP ("0" / "1" / "infinity")) … ")". Returns null if the
    /// next list contains something else.
    /// </summary>
    public static MetadataOptions? TryParse(ref CommandParser parser)
    {
        var ahead = parser;
        if (!ahead.TryOpen() || (!ahead.IsPrefixNext("MAXSIZE "u8) && !ahead.IsPrefixNext("DEPTH "u8)))
        {
            return null;
        }
        parser = ahead;
        var options = None;
        do
        {
            options = ParseOption(ref parser, options);
        }
        while (parser.TrySp());
        parser.Close();
        return options;
    }

    static MetadataOptions ParseOption(ref CommandParser parser, MetadataOptions options)
    {
        if (parser.TryAtom("MAXSIZE"u8))
        {
            parser.Sp();
            return options with { MostOctets = (int)Math.Min(parser.Number(), int.MaxValue) };
        }
        if (!parser.TryAtom("DEPTH"u8))
        {
            throw parser.Expected("MAXSIZE or DEPTH");
        }
        parser.Sp();
        return options with { Levels = ParseDepth(ref parser) };
    }

    static int ParseDepth(ref CommandParser parser) =>
        parser.TryAtom("0"u8) ? 0
        : parser.TryAtom("1"u8) ? 1
        : parser.TryAtom("INFINITY"u8) ? int.MaxValue
        : throw parser.Expected("0, 1 or infinity");
}

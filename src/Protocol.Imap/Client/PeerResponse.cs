namespace AgentPost.Protocol.Imap.Client;

/// <summary>One response of a server with its literals.</summary>
/// <param name="Text">An octet a character; <see cref="LiteralMark"/> stands for each literal.</param>
/// <param name="Literals">In order; null for one that was passed on while it came.</param>
sealed record PeerResponse(string Text, IReadOnlyList<byte[]?> Literals)
{
    public const char LiteralMark = '\uFFFC';

    public bool IsUntagged => Text.StartsWith("* ", StringComparison.Ordinal);

    public bool IsContinuation => Text.StartsWith('+');

    /// <summary>Whether it is an untagged response of that name: <c>* SEARCH 1 2</c>, or behind a number: <c>* 12 EXISTS</c>.</summary>
    public bool Is(string name) =>
        IsUntagged && Words() is var words && (Equal(words[0], name) || (words.Length > 1 && uint.TryParse(words[0], out _) && Equal(words[1], name)));

    /// <summary>The status of a tagged response; null when it is not the answer to this tag.</summary>
    public PeerStatus? StatusOf(string tag) => Text.StartsWith(tag + " ", StringComparison.Ordinal) ? PeerStatus.Of(Text[(tag.Length + 1)..]) : null;

    /// <summary>What follows <c>* </c> and the name.</summary>
    public string Behind(string name) =>
        Text.IndexOf(name, StringComparison.OrdinalIgnoreCase) is >= 0 and var at ? Text[(at + name.Length)..].TrimStart() : "";

    string[] Words() => Text[2..].Split(' ', 3);

    static bool Equal(string left, string right) => left.Equals(right, StringComparison.OrdinalIgnoreCase);
}

/// <summary>OK, NO, BAD, BYE or PREAUTH with its text.</summary>
/// <param name="Code">What stands in brackets; empty when nothing does.</param>
sealed record PeerStatus(string Condition, string Code, string Text)
{
    public bool IsOk => Condition == "OK";

    // resp-text = ["[" resp-text-code "]" SP] text
    public static PeerStatus Of(string text)
    {
        var words = text.Split(' ', 2);
        var rest = words.Length > 1 ? words[1] : "";
        var close = rest.StartsWith('[') ? rest.IndexOf(']', StringComparison.Ordinal) : -1;
        return close < 0
            ? new(words[0].ToUpperInvariant(), "", rest)
            : new(words[0].ToUpperInvariant(), rest[1..close], rest[(close + 1)..].TrimStart());
    }

    /// <summary>The argument of a response code of that name; null when it is another.</summary>
    public string? Argument(string name) =>
        Code.StartsWith(name + " ", StringComparison.OrdinalIgnoreCase) ? Code[(name.Length + 1)..] : null;
}

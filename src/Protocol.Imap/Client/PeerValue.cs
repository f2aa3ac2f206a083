namespace AgentPost.Protocol.Imap.Client;

/// <summary>A value in a response: an atom, a string, NIL (no text and no items), or a list.</summary>
sealed record PeerValue(string? Text, IReadOnlyList<PeerValue>? Items)
{
    const int Deepest = 20;

    public static PeerValue Nil { get; } = new(null, null);

    /// <summary>The values of a response from a place in its text on.</summary>
    public static IReadOnlyList<PeerValue> ReadAll(PeerResponse response, int from)
    {
        var literal = response.Text.AsSpan(0, from).Count(PeerResponse.LiteralMark);
        var open = new Stack<List<PeerValue>>([[]]);
        for (var at = from; at < response.Text.Length;)
        {
            switch (response.Text[at])
            {
                case ' ':
                    at++;
                    break;
                case '(' when open.Count <= Deepest:
                    open.Push([]);
                    at++;
                    break;
                case ')' when open.Count > 1:
                    var list = open.Pop();
                    open.Peek().Add(new(null, list));
                    at++;
                    break;
                case '(' or ')':
                    throw Nonsense();
                case PeerResponse.LiteralMark:
                    var octets = response.Literals[literal++];
                    open.Peek().Add(octets is null ? Nil : new(System.Text.Encoding.Latin1.GetString(octets), null));
                    at++;
                    break;
                case '"':
                    open.Peek().Add(ReadQuoted(response.Text, ref at));
                    break;
                default:
                    open.Peek().Add(ReadAtom(response.Text, ref at));
                    break;
            }
        }
        return open.Count == 1 ? open.Pop() : throw Nonsense();
    }

    static PeerValue ReadQuoted(string text, ref int at)
    {
        var value = new System.Text.StringBuilder();
        for (at++; at < text.Length; at++)
        {
            if (text[at] == '"')
            {
                at++;
                return new(value.ToString(), null);
            }
            at += text[at] == '\\' && at + 1 < text.Length ? 1 : 0;
            value.Append(text[at]);
        }
        throw Nonsense();
    }

    // An item's name may have blanks and parentheses in its brackets: BODY[HEADER.FIELDS (DATE)]
    static PeerValue ReadAtom(string text, ref int at)
    {
        var start = at;
        for (var depth = 0; at < text.Length && (depth > 0 || text[at] is not (' ' or '(' or ')' or PeerResponse.LiteralMark)); at++)
        {
            depth += text[at] switch { '[' => 1, ']' => -1, _ => 0 };
        }
        var atom = text[start..at];
        return atom.Equals("NIL", StringComparison.OrdinalIgnoreCase) ? Nil : new(atom, null);
    }

    static ImapPeerException Nonsense() => new(ImapFault.Nonsense, "The server sends a response that is none of IMAP");
}

namespace AgentPost.Mime;

/// <summary>Reads msg-ids (RFC 5322 §3.6.4).</summary>
static class MessageIds
{
    const int MaxOctets = 998;
    const int MaxReferences = 100;

    /// <summary>The Message-ID without angle brackets; null when there is none that is well enough formed.</summary>
    public static string? Own(HeaderBlock header)
    {
        var text = header.Text("Message-ID"u8);
        return TryRead(ref text, out var id) ? id : null;
    }

    /// <summary>Those of References, then of In-Reply-To, without repetition; of too many the last.</summary>
    public static IReadOnlyList<string> References(HeaderBlock header)
    {
        var ids = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in (string[])["References", "In-Reply-To"])
        {
            ids.AddRange(Each(header.Text(System.Text.Encoding.ASCII.GetBytes(name))).Where(seen.Add));
        }
        return Last(ids);
    }

    /// <summary>Those of an unfolded field; of too many the last.</summary>
    public static List<string> All(ReadOnlySpan<byte> text) => Last(Each(text));

    static List<string> Last(List<string> ids) => ids.Count <= MaxReferences ? ids : ids[^MaxReferences..];

    static List<string> Each(ReadOnlySpan<byte> text)
    {
        var ids = new List<string>();
        while (!text.IsEmpty)
        {
            if (TryRead(ref text, out var id))
            {
                ids.Add(id);
            }
        }
        return ids;
    }

    // msg-id = [CFWS] "<" id-left "@" id-right ">" [CFWS]; blanks within, from folding in the wrong place, are dropped.
    static bool TryRead(ref ReadOnlySpan<byte> text, out string id)
    {
        id = "";
        var start = text.IndexOf((byte)'<');
        var end = start < 0 ? -1 : text[start..].IndexOf((byte)'>');
        if (end < 0)
        {
            text = [];
            return false;
        }
        var octets = text.Slice(start + 1, end - 1);
        text = text[(start + end + 1)..];
        // "<" again: the first was not closed.
        octets = octets[(octets.LastIndexOf((byte)'<') + 1)..];
        if (octets.Length > MaxOctets)
        {
            return false;
        }
        var kept = octets.ToArray().Where(c => c is not ((byte)' ' or (byte)'\t' or (byte)'\r' or 0)).ToArray();
        id = StorableText.Clean(Charsets.Find(null).GetString(kept));
        return id.Length > 0;
    }
}

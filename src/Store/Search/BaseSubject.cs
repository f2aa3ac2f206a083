namespace AgentPost.Store.Search;

/// <summary>The base subject (RFC 5256 §2.1): the subject without reply and forward markers.</summary>
/// <param name="IsReplyOrForward">True if the subject had such a marker (RFC 5256 §3, REFERENCES).</param>
readonly record struct BaseSubject(string Text, bool IsReplyOrForward)
{
    const string ForwardTrailer = "(fwd)";
    const string ForwardHeader = "[fwd:";

    /// <param name="subject">The decoded subject.</param>
    public static BaseSubject Of(string subject)
    {
        var text = Spaced(subject).AsSpan();
        var isMarked = false;
        while (true)
        {
            text = WithoutLeaders(WithoutTrailers(text, ref isMarked), ref isMarked);
            if (!text.StartsWith(ForwardHeader, StringComparison.OrdinalIgnoreCase) || text[^1] != ']')
            {
                return new(text.ToString(), isMarked);
            }
            isMarked = true;
            text = text[ForwardHeader.Length..^1];
        }
    }

    /// <summary>Step 1: replaces each run of whitespace and line ends by one space.</summary>
    static string Spaced(string subject)
    {
        var spaced = new char[subject.Length];
        var length = 0;
        foreach (var c in subject)
        {
            var isBlank = c is ' ' or '\t' or '\r' or '\n';
            if (!isBlank || length == 0 || spaced[length - 1] != ' ')
            {
                spaced[length++] = isBlank ? ' ' : c;
            }
        }
        return new(spaced, 0, length);
    }

    /// <summary>Step 2: subj-trailer = "(fwd)" / WSP</summary>
    static ReadOnlySpan<char> WithoutTrailers(ReadOnlySpan<char> text, scoped ref bool isMarked)
    {
        text = text.TrimEnd(' ');
        while (text.EndsWith(ForwardTrailer, StringComparison.OrdinalIgnoreCase))
        {
            isMarked = true;
            text = text[..^ForwardTrailer.Length].TrimEnd(' ');
        }
        return text;
    }

    /// <summary>
    /// Steps 3 to 5: subj-leader = (*subj-blob subj-refwd) / WSP, and blobs if text remains after them.
    /// </summary>
    static ReadOnlySpan<char> WithoutLeaders(ReadOnlySpan<char> text, scoped ref bool isMarked)
    {
        while (true)
        {
            text = text.TrimStart(' ');
            var afterBlobs = text;
            var withoutBlobs = text;
            while (BlobLength(afterBlobs) is var blob and > 0)
            {
                afterBlobs = afterBlobs[blob..];
                withoutBlobs = afterBlobs.IsEmpty ? withoutBlobs : afterBlobs;
            }
            var mark = MarkLength(afterBlobs);
            if (mark == 0)
            {
                return withoutBlobs;
            }
            isMarked = true;
            text = afterBlobs[mark..];
        }
    }

    /// <summary>
    /// subj-refwd = ("re" / ("fw" ["d"])) *WSP [subj-blob] ":". Returns 0 if the text does not start with it.
    /// </summary>
    static int MarkLength(ReadOnlySpan<char> text)
    {
        var word = text.StartsWith("fwd", StringComparison.OrdinalIgnoreCase) ? 3
            : text.StartsWith("fw", StringComparison.OrdinalIgnoreCase) || text.StartsWith("re", StringComparison.OrdinalIgnoreCase) ? 2
            : 0;
        if (word == 0)
        {
            return 0;
        }
        var rest = text[word..].TrimStart(' ');
        rest = rest[BlobLength(rest)..];
        return rest is [':', ..] ? text.Length - rest.Length + 1 : 0;
    }

    /// <summary>subj-blob = "[" *BLOBCHAR "]" *WSP. Returns 0 if the text does not start with it.</summary>
    static int BlobLength(ReadOnlySpan<char> text)
    {
        if (text is not ['[', ..])
        {
            return 0;
        }
        var end = text[1..].IndexOfAny('[', ']') + 1;
        if (end == 0 || text[end] != ']')
        {
            return 0;
        }
        return text.Length - text[(end + 1)..].TrimStart(' ').Length;
    }
}

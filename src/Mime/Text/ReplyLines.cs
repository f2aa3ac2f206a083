namespace AgentPost.Mime.Text;

/// <summary>
/// Determines the kind of each line of a reply, in one pass that looks a few lines back and ahead, and a second pass
/// for signatures.
/// </summary>
static class ReplyLines
{
    /// <summary>
    /// Maximum number of lines of a signature whose delimiter lost its space: "--" alone can also be a rule between
    /// paragraphs.
    /// </summary>
    const int MaxDoubtfulSignature = 12;

    const int MaxSentFromChars = 60;

    public static ReplyLineKind[] Classify(string[] lines)
    {
        var kinds = new ReplyLineKind[lines.Length];
        var blocks = new OutlookBlock(lines);
        for (var i = 0; i < lines.Length; i++)
        {
            kinds[i] = KindOf(lines, kinds, blocks, i);
            if (kinds[i] is ReplyLineKind.History or ReplyLineKind.Forward)
            {
                kinds.AsSpan(i).Fill(kinds[i]);
                DropRuleAbove(lines, kinds, i);
                break;
            }
        }
        MarkSignatures(lines, kinds);
        Disclaimer.Mark(lines, kinds);
        return kinds;
    }

    static ReplyLineKind KindOf(string[] lines, ReplyLineKind[] kinds, OutlookBlock blocks, int i)
    {
        var line = lines[i].AsSpan().Trim();
        if (line.IsEmpty)
        {
            return ReplyLineKind.Blank;
        }
        if (line[0] == '>' && !ClosesAddress(lines, i, line))
        {
            return ReplyLineKind.Quoted;
        }
        if (line.SequenceEqual("--"))
        {
            return ReplyLineKind.Signature;
        }
        if (ReplyMarkers.KindOf(line) is { } marker)
        {
            return marker;
        }
        if (blocks.BeginsAt(i))
        {
            return ReplyLineKind.History;
        }
        if (AttributionLine.EndsAt(lines, kinds, i) is not { } attribution)
        {
            return ReplyLineKind.Own;
        }
        kinds.AsSpan(attribution.Start, i - attribution.Start).Fill(ReplyLineKind.Attribution);
        return attribution.IsQuoteBelow ? ReplyLineKind.Attribution : ReplyLineKind.History;
    }

    // "… John Doe <john@example.com", with ">:" wrapped to the next line by some programs.
    static bool ClosesAddress(string[] lines, int i, ReadOnlySpan<char> line) =>
        i > 0 && line.Length <= 20 && line[^1] == ':' && lines[i - 1].LastIndexOf('<') > lines[i - 1].LastIndexOf('>');

    // Handles a line ________________________________ above Outlook's block.
    static void DropRuleAbove(string[] lines, ReplyLineKind[] kinds, int history)
    {
        var i = history - 1;
        while (i >= 0 && kinds[i] == ReplyLineKind.Blank)
        {
            i--;
        }
        if (i >= 0 && kinds[history] == ReplyLineKind.History && lines[i].Trim() is { Length: >= 5 } rule && !rule.AsSpan().ContainsAnyExcept("_-"))
        {
            kinds[i] = ReplyLineKind.History;
        }
    }

    // From the end, because the decision depends on how many lines follow in the same section of the author's text.
    static void MarkSignatures(string[] lines, ReplyLineKind[] kinds)
    {
        var below = 0;
        for (var i = lines.Length - 1; i >= 0; i--)
        {
            if (kinds[i] == ReplyLineKind.Signature)
            {
                var isDelimiter = lines[i] == "-- " || below <= MaxDoubtfulSignature;
                if (isDelimiter)
                {
                    MarkSection(kinds, i);
                }
                kinds[i] = isDelimiter ? ReplyLineKind.Signature : ReplyLineKind.Own;
                below = isDelimiter ? 0 : below + 1;
            }
            else if (kinds[i] == ReplyLineKind.Own)
            {
                var isSentFrom = below == 0 && ReplyMarkers.IsSentFrom(lines[i], MaxSentFromChars);
                kinds[i] = isSentFrom ? ReplyLineKind.Signature : ReplyLineKind.Own;
                below += isSentFrom ? 0 : 1;
            }
            else if (kinds[i] != ReplyLineKind.Blank)
            {
                below = 0;
            }
        }
    }

    // Stops at another signature, so that no line is marked twice.
    static void MarkSection(ReplyLineKind[] kinds, int delimiter)
    {
        for (var i = delimiter + 1; i < kinds.Length && kinds[i] is ReplyLineKind.Own or ReplyLineKind.Blank; i++)
        {
            kinds[i] = ReplyLineKind.Signature;
        }
    }
}

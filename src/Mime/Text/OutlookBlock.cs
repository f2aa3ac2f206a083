namespace AgentPost.Mime;

/// <summary>The block "From: … Sent: … To: … Subject: …" that Outlook puts above the message that is answered, without any other mark of it.</summary>
static class OutlookBlock
{
    const int MaxLines = 10;
    const int MaxLabelChars = 30;

    enum Label : byte
    {
        From,
        Sent,
        To,
        Subject,
    }

    // A label means the same in several languages.
    static readonly ILookup<string, (int Language, Label Label)> Labels = ReplyLanguage.All
        .SelectMany((l, i) => l.From.Select(t => (t, (i, Label.From)))
            .Concat(l.Sent.Select(t => (t, (i, Label.Sent)))).Concat(l.To.Select(t => (t, (i, Label.To)))).Concat(l.Subject.Select(t => (t, (i, Label.Subject)))))
        .ToLookup(pair => pair.t, pair => pair.Item2);

    /// <summary>The sender's label, and below it two of the other three in the same language.</summary>
    public static bool BeginsAt(string[] lines, int index)
    {
        foreach (var (language, label) in Labels[LabelOf(lines[index])])
        {
            if (label == Label.From && CountBelow(lines, index, language) >= 2)
            {
                return true;
            }
        }
        return false;
    }

    static int CountBelow(string[] lines, int index, int language)
    {
        var found = new HashSet<Label>();
        for (var i = index + 1; i < lines.Length && i <= index + MaxLines; i++)
        {
            foreach (var (other, label) in Labels[LabelOf(lines[i])])
            {
                if (other == language && label != Label.From)
                {
                    found.Add(label);
                }
            }
        }
        return found.Count;
    }

    // "*From:* John", "差出人：山田"; empty when the line has no label.
    static string LabelOf(string line)
    {
        var text = line.AsSpan().TrimStart("* \t\u00A0_");
        var colon = text[..Math.Min(text.Length, MaxLabelChars)].IndexOfAny(':', '：');
        return colon <= 0 ? "" : text[..colon].Trim("* \t\u00A0_").ToString().ToLowerInvariant();
    }
}

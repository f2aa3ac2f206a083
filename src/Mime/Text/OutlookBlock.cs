namespace AgentPost.Mime.Text;

/// <summary>
/// Finds the blocks "From: … Sent: … To: … Subject: …" that Outlook and others put above a quoted message without any
/// other mark. Visits each line a bounded number of times. Not thread-safe.
/// </summary>
sealed class OutlookBlock(string[] lines)
{
    const int MaxLines = 10;
    const int MaxLabelChars = 30;

    [Flags]
    enum Label : byte
    {
        From = 1,
        Sent = 2,
        To = 4,
        Subject = 8,
    }

    // A label can mean the same in several languages.
    static readonly Dictionary<string, (int Language, Label Label)[]> Labels = ReplyLanguage.All
        .SelectMany((l, i) => l.From.Select(t => (t, (i, Label.From)))
            .Concat(l.Sent.Select(t => (t, (i, Label.Sent)))).Concat(l.To.Select(t => (t, (i, Label.To)))).Concat(l.Subject.Select(t => (t, (i, Label.Subject)))))
        .GroupBy(pair => pair.t, pair => pair.Item2).ToDictionary(group => group.Key, group => group.ToArray());

    readonly (int Language, Label Label)[]?[] _labels = new (int, Label)[lines.Length][];

    /// <summary>
    /// True if a block starts here: the sender's label, followed by two of the other three in the same language; or
    /// labels in another order on adjacent lines, including the sender's, with a subject or an address.
    /// </summary>
    public bool BeginsAt(int index)
    {
        foreach (var (language, label) in LabelsOf(index))
        {
            if (label == Label.From ? HasTwoBelow(index, language) : IsBlockInAnyOrder(index, language))
            {
                return true;
            }
        }
        return false;
    }

    bool HasTwoBelow(int index, int language)
    {
        var found = default(Label);
        for (var i = index + 1; i < lines.Length && i <= index + MaxLines; i++)
        {
            found |= LabelOf(i, language) & ~Label.From;
        }
        return byte.PopCount((byte)found) >= 2;
    }

    bool IsBlockInAnyOrder(int index, int language)
    {
        var found = default(Label);
        var hasAddress = false;
        // A value can be on the line below its label.
        for (var (i, others) = (index, 0); i < lines.Length && i <= index + MaxLines && others < 2; i++)
        {
            var label = LabelOf(i, language);
            found |= label;
            hasAddress |= label == Label.From && HasAddress(i);
            others = label != default || string.IsNullOrWhiteSpace(lines[i]) ? 0 : others + 1;
        }
        return byte.PopCount((byte)found) >= 3 && found.HasFlag(Label.From) && (hasAddress || found.HasFlag(Label.Subject));
    }

    bool HasAddress(int index) =>
        lines[index].Contains('@', StringComparison.Ordinal) || (index + 1 < lines.Length && lines[index + 1].Contains('@', StringComparison.Ordinal));

    Label LabelOf(int index, int language)
    {
        var found = default(Label);
        foreach (var (other, label) in LabelsOf(index))
        {
            found |= other == language ? label : default;
        }
        return found;
    }

    (int Language, Label Label)[] LabelsOf(int index) => _labels[index] ??= Labels.GetValueOrDefault(LabelOf(lines[index])) ?? [];

    // For example "*From:* John", "差出人：山田", "| From | John |". Returns an empty string if the line has no label.
    static string LabelOf(string line)
    {
        if (line.AsSpan().TrimStart() is ['|', .. var row] && row[..Math.Min(row.Length, MaxLabelChars)].IndexOf('|') is > 0 and var cell)
        {
            return row[..cell].Trim("* \t\u00A0_:").ToString().ToLowerInvariant();
        }
        var text = line.AsSpan().TrimStart("* \t\u00A0_");
        var colon = text[..Math.Min(text.Length, MaxLabelChars)].IndexOfAny(':', '：');
        return colon <= 0 ? "" : text[..colon].Trim("* \t\u00A0_").ToString().ToLowerInvariant();
    }
}

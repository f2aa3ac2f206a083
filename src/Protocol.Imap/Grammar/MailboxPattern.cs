using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Grammar;

/// <summary>
/// The pattern of LIST and LSUB (RFC 9051 §6.3.9). <c>*</c> matches anything, <c>%</c> matches anything within one
/// level. Matching tracks all possibilities at once, so no pattern takes more than length of name × length of pattern
/// steps.
/// </summary>
sealed class MailboxPattern
{
    const string Wildcards = "*%";

    // No name is longer than 1,000 bytes, so a pattern with more characters to match than that matches none.
    const int LengthLimit = 2000;

    readonly string _pattern;

    public MailboxPattern(string pattern)
    {
        _pattern = Simplify(pattern);
        StopsAtLevels = _pattern.Contains('%', StringComparison.Ordinal);
    }

    /// <summary>True if the pattern contains <c>%</c>.</summary>
    public bool StopsAtLevels { get; }

    public bool Matches(FolderName folder)
    {
        if (_pattern.Length > LengthLimit)
        {
            return false;
        }
        var name = folder.Value;
        // INBOX is case-insensitive, also as the first of several components.
        var caseless = folder == FolderName.Inbox || folder.IsBelow(FolderName.Inbox) ? FolderName.Inbox.Value.Length : 0;
        // reached[i]: the first i characters of the pattern can match the name so far.
        var reached = new bool[_pattern.Length + 1];
        reached[0] = true;
        PassWildcards(reached);
        for (var at = 0; at < name.Length; at++)
        {
            Step(reached, name[at], at < caseless);
            PassWildcards(reached);
        }
        return reached[^1];
    }

    /// <summary>Replaces each run of wildcards with its most general one, which matches the same names.</summary>
    static string Simplify(string pattern)
    {
        var simple = new System.Text.StringBuilder(pattern.Length);
        for (var at = 0; at < pattern.Length;)
        {
            var run = pattern.AsSpan(at).IndexOfAnyExcept(Wildcards);
            var length = run < 0 ? pattern.Length - at : run;
            if (length > 0)
            {
                simple.Append(pattern.AsSpan(at, length).Contains('*') ? '*' : '%');
                at += length;
            }
            else
            {
                simple.Append(pattern[at++]);
            }
        }
        return simple.ToString();
    }

    // Go backward, so that a position that this character reaches does not match the character a second time.
    void Step(bool[] reached, char c, bool isCaseless)
    {
        for (var i = _pattern.Length; i > 0; i--)
        {
            var wanted = _pattern[i - 1];
            reached[i] = wanted switch
            {
                '*' => reached[i] || reached[i - 1],
                '%' => c != FolderName.Separator && (reached[i] || reached[i - 1]),
                _ => reached[i - 1] && (wanted == c || (isCaseless && char.ToUpperInvariant(wanted) == c)),
            };
        }
        reached[0] = false;
    }

    /// <summary>A wildcard can match the empty string.</summary>
    void PassWildcards(bool[] reached)
    {
        for (var i = 0; i < _pattern.Length; i++)
        {
            reached[i + 1] |= reached[i] && Wildcards.Contains(_pattern[i], StringComparison.Ordinal);
        }
    }
}

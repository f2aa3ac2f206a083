using AgentPost.Mime.Headers;
using AgentPost.Store.Addresses;

namespace AgentPost.Store.Sending;

/// <summary>The patterns of sending rules.</summary>
static class RecipientPatterns
{
    const string Everybody = "*";

    // RFC 5321 §4.5.3.1: no path is longer.
    const int MaxLength = 256;

    /// <summary>Those that fit an address, the most specific first.</summary>
    public static string[] Of(string address)
    {
        // Rules from before domains had one spelling are stored as they were given.
        var spellings = AddressSpellings.Of(address);
        var domains = AddressSpellings.Of(address[(address.LastIndexOf('@') + 1)..]);
        var patterns = new List<string>(spellings);
        if (InboxAddress.TryParse(address, out var parsed, out var tag))
        {
            patterns.AddRange(tag is null ? [] : parsed.Spellings);
        }
        else if (LocalPart.Read(spellings[0][..Math.Max(0, spellings[0].LastIndexOf('@'))]) is var local
            && local.IndexOf('+', StringComparison.Ordinal) is > 0 and var plus)
        {
            patterns.AddRange(AddressSpellings.Of($"{LocalPart.Write(local[..plus])}@{domains[0]}"));
        }
        patterns.AddRange(domains);
        foreach (var labels in domains.Select(domain => domain.Split('.')).SelectMany(
            labels => Enumerable.Range(1, labels.Length - 1).Select(from => labels[from..])).OrderByDescending(labels => labels.Length))
        {
            patterns.Add($"*.{string.Join('.', labels)}");
        }
        patterns.Add(Everybody);
        return [.. patterns];
    }

    /// <summary>A pattern as it is stored; null when it is none.</summary>
    public static string? Normalize(string pattern)
    {
        var folded = pattern.Trim().ToLowerInvariant();
        if (folded.Length > MaxLength)
        {
            return null;
        }
        if (folded == Everybody)
        {
            return folded;
        }
        // A blank is part of a quoted local part only.
        if (folded.Contains(' ', StringComparison.Ordinal) && !folded.StartsWith('"'))
        {
            return null;
        }
        folded = LocalPart.Normalize(folded);
        // Any local part does: what is left to see to is the domain.
        var (local, domain) = folded.LastIndexOf('@') is var at and >= 0
            ? (folded[..at], folded[(at + 1)..])
            : ("postmaster", folded.StartsWith("*.", StringComparison.Ordinal) ? folded[2..] : folded);
        return local.Length > 0 && local != "\"\"" && !local.Any(char.IsControl)
            && InboxAddress.TryParse("postmaster@" + domain, out _, out _)
            ? AddressSpellings.Canonical(folded)
            : null;
    }
}

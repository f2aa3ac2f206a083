using AgentPost.Mime.Headers;
using AgentPost.Store.Addresses;

namespace AgentPost.Store.Sending;

/// <summary>The patterns of sending rules.</summary>
static class RecipientPatterns
{
    const string Everybody = "*";

    // RFC 5321 §4.5.3.1: the maximum length of a path.
    const int MaxLength = 256;

    /// <summary>Returns the patterns that match an address, the most specific first.</summary>
    public static string[] Of(string address)
    {
        // Older rules store the domain in the spelling in which it was given.
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

    /// <summary>Returns a pattern in the form in which it is stored, or null if it is invalid.</summary>
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
        // Only a quoted local part can contain a space.
        if (folded.Contains(' ', StringComparison.Ordinal) && !folded.StartsWith('"'))
        {
            return null;
        }
        folded = LocalPart.Normalize(folded);
        // Any local part is valid; only the domain must be checked.
        var (local, domain) = folded.LastIndexOf('@') is var at and >= 0
            ? (folded[..at], folded[(at + 1)..])
            : ("postmaster", folded.StartsWith("*.", StringComparison.Ordinal) ? folded[2..] : folded);
        return local.Length > 0 && local != "\"\"" && !local.Any(char.IsControl)
            && InboxAddress.TryParse("postmaster@" + domain, out _, out _)
            ? AddressSpellings.Canonical(folded)
            : null;
    }
}

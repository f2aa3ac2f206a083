using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.View;

/// <summary>The keywords that FLAGS has reported to a client since it selected the folder (RFC 9051 §7.3.5).</summary>
sealed class KnownKeywords
{
    // Clients check for these before they offer the function that uses them (RFC 5788 §3).
    static readonly string[] Registered = ["$Forwarded", "$Junk", "$MDNSent", "$NotJunk", "$Phishing"];

    readonly SortedSet<string> _names = new(Registered, StringComparer.OrdinalIgnoreCase);
    readonly HashSet<KeywordSet> _sets = new(ReferenceEqualityComparer.Instance) { KeywordSet.Empty };

    /// <summary>The keywords, sorted.</summary>
    public IReadOnlyCollection<string> Names => _names;

    /// <summary>Adds the keywords of a message. Returns true if one of them is new to the client.</summary>
    public bool Learn(KeywordSet keywords)
    {
        if (!_sets.Add(keywords))
        {
            return false;
        }
        var known = _names.Count;
        _names.UnionWith(keywords.Names);
        return _names.Count > known;
    }
}

using System.Globalization;

namespace AgentPost.Protocol.Smtp.Client;

/// <summary>The extensions in the server's reply to EHLO; empty for a server that supports only HELO.</summary>
public sealed class PeerKeywords
{
    readonly Dictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);

    internal PeerKeywords()
    {
    }

    // ehlo-line = ehlo-keyword *( SP ehlo-param ); the first line is the server's name.
    internal PeerKeywords(PeerReply ehlo)
    {
        foreach (var line in ehlo.Lines.Skip(1))
        {
            var words = line.Split(' ', 2, StringSplitOptions.TrimEntries);
            _values.TryAdd(words[0], words.Length > 1 ? words[1] : "");
        }
    }

    public IReadOnlyCollection<string> Names => _values.Keys;

    public bool Has(string keyword) => _values.ContainsKey(keyword);

    /// <summary>Maximum message size in bytes (RFC 1870 §4). Null if the server does not specify it.</summary>
    public long? LargestMessage =>
        long.TryParse(_values.GetValueOrDefault("SIZE"), NumberStyles.None, CultureInfo.InvariantCulture, out var octets) && octets > 0 ? octets : null;

    /// <summary>
    /// Maximum number of recipients per message (RFC 9422 §4). Null if the server does not specify it.
    /// </summary>
    public int? MostRecipients =>
        _values.GetValueOrDefault("LIMITS", "").Split(' ')
            .Select(limit => limit.StartsWith("RCPTMAX=", StringComparison.OrdinalIgnoreCase) ? limit["RCPTMAX=".Length..] : "")
            .Select(number => int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var most) && most > 0 ? most : (int?)null)
            .FirstOrDefault(most => most is not null);

    internal bool HasMechanism(string name) =>
        _values.GetValueOrDefault("AUTH", "").Split(' ').Contains(name, StringComparer.OrdinalIgnoreCase);
}

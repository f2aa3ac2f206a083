namespace AgentPost.Support.Stress;

/// <summary>A message as one client knows it; what it has not been told is null.</summary>
sealed class KnownMessage
{
    public uint? Uid { get; set; }

    /// <summary>Without <c>\Recent</c>, which is of the session.</summary>
    public SortedSet<string>? Flags { get; set; }

    public long? ModSeq { get; set; }

    /// <summary>What a client concludes by itself from a STORE that is not answered.</summary>
    public void Apply(string mode, IReadOnlyCollection<string> flags)
    {
        if (mode == "FLAGS")
        {
            Flags = NewFlags(flags);
        }
        else if (Flags is not null && mode == "+FLAGS")
        {
            Flags.UnionWith(flags);
        }
        else
        {
            Flags?.ExceptWith(flags);
        }
    }

    public static SortedSet<string> NewFlags(IEnumerable<string> flags) => new(flags, StringComparer.OrdinalIgnoreCase);

    public static string Text(IEnumerable<string>? flags) => flags is null ? "?" : string.Join(' ', flags).ToLowerInvariant();
}

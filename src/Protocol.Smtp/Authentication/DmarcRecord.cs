namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>A DMARC policy record (RFC 9989 §4.7).</summary>
sealed record DmarcRecord(DmarcPolicy Policy, DmarcPolicy SubdomainPolicy, DmarcPolicy NonexistentPolicy)
{
    public bool IsDkimStrict { get; private init; }

    public bool IsSpfStrict { get; private init; }

    /// <summary>psd=: whether the domain is a public suffix; null: it does not say.</summary>
    public bool? IsPublicSuffix { get; private init; }

    /// <summary>Null: it is none. Whatever follows the version is forgiven: a wrong policy is none, unknown tags are passed over.</summary>
    public static DmarcRecord? Parse(string text)
    {
        if (TagList.Parse(text) is not { First: "v" } tags || tags["v"] != "DMARC1")
        {
            return null;
        }
        // t=y asks for the next milder handling. pct=0, of RFC 7489, was said for that; its other values are gone.
        var isTest = tags["t"] == "y" || tags["pct"] == "0";
        var policy = ParsePolicy(tags["p"], isTest) ?? DmarcPolicy.None;
        var subdomains = ParsePolicy(tags["sp"], isTest) ?? policy;
        return new(policy, subdomains, ParsePolicy(tags["np"], isTest) ?? subdomains)
        {
            IsDkimStrict = tags["adkim"] == "s",
            IsSpfStrict = tags["aspf"] == "s",
            IsPublicSuffix = tags["psd"] switch { "y" => true, "n" => false, _ => null },
        };
    }

    static DmarcPolicy? ParsePolicy(string? text, bool isTest) => (text?.ToLowerInvariant(), isTest) switch
    {
        ("none", _) or ("quarantine", true) => DmarcPolicy.None,
        ("quarantine", false) or ("reject", true) => DmarcPolicy.Quarantine,
        ("reject", false) => DmarcPolicy.Reject,
        _ => null,
    };
}

/// <summary>What the owner of a domain wants done with mail that is not the domain's.</summary>
enum DmarcPolicy
{
    None,
    Quarantine,
    Reject,
}

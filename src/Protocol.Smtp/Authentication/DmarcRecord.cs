namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>A DMARC policy record (RFC 9989 §4.7).</summary>
sealed record DmarcRecord(DmarcPolicy Policy, DmarcPolicy SubdomainPolicy, DmarcPolicy NonexistentPolicy)
{
    public bool IsDkimStrict { get; private init; }

    public bool IsSpfStrict { get; private init; }

    /// <summary>psd=: true if the domain is a public suffix. Null if the record does not specify it.</summary>
    public bool? IsPublicSuffix { get; private init; }

    /// <summary>
    /// Parses a TXT record. Returns null if it is not a DMARC record. Errors after the version are ignored: an invalid
    /// policy counts as missing, and unknown tags are skipped.
    /// </summary>
    public static DmarcRecord? Parse(string text)
    {
        if (TagList.Parse(text) is not { First: "v" } tags || tags["v"] != "DMARC1")
        {
            return null;
        }
        // t=y requests the next weaker policy. RFC 7489 used pct=0 for that; other values of pct are obsolete.
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

/// <summary>The handling that a domain's owner requests for mail that fails DMARC.</summary>
enum DmarcPolicy
{
    None,
    Quarantine,
    Reject,
}

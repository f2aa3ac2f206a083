namespace AgentPost.Protocol.Imap.Commands.Search;

/// <summary>RETURN options of an extended SEARCH (RFC 4731 §3.1, RFC 5182 §2.1, RFC 9394 §3.1, RFC 5267 §4).</summary>
[Flags]
enum SearchReturn
{
    None = 0,
    Min = 1,
    Max = 2,
    Count = 4,
    All = 8,

    /// <summary>The result is saved for <c>$</c>. If it is the only option, there is no response.</summary>
    Save = 16,

    /// <summary>A page of the result.</summary>
    Partial = 32,

    /// <summary>Every change of the result is reported from now on.</summary>
    Update = 64,

    /// <summary>The client will repeat this search. This is a hint, and has no effect.</summary>
    Context = 128,
}

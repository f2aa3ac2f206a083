namespace AgentPost.Protocol.Imap.Commands.Search;

/// <summary>What an extended SEARCH returns (RFC 4731 §3.1, RFC 5182 §2.1, RFC 9394 §3.1, RFC 5267 §4).</summary>
[Flags]
enum SearchReturn
{
    None = 0,
    Min = 1,
    Max = 2,
    Count = 4,
    All = 8,

    /// <summary>The result is kept for <c>$</c>; alone, nothing is told.</summary>
    Save = 16,

    /// <summary>A part of the result.</summary>
    Partial = 32,

    /// <summary>Every change of the result is told from now on.</summary>
    Update = 64,

    /// <summary>The client will search so again: nothing has to follow from it.</summary>
    Context = 128,
}

namespace AgentPost.Protocol.Imap.View;

/// <summary>Whether expunges may be reported to a client now.</summary>
enum ExpungeTelling
{
    Allowed,

    /// <summary>Not now: expunged messages stay in the view until a later sync point (RFC 9051 §7.5.1).</summary>
    Held,
}

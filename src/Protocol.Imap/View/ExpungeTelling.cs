namespace AgentPost.Protocol.Imap.View;

/// <summary>Whether a client may be told of expunged messages now.</summary>
enum ExpungeTelling
{
    Allowed,

    /// <summary>Not now: they stay in the view until a later sync point (RFC 9051 §7.5.1).</summary>
    Held,
}

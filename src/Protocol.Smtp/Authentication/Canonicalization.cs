namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>How much a message may change in transit without breaking its signature (RFC 6376 §3.4).</summary>
enum Canonicalization
{
    Simple,
    Relaxed,
}

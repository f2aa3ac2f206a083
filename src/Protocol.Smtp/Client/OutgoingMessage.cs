using AgentPost.Store.Outbound;

namespace AgentPost.Protocol.Smtp.Client;

/// <summary>A message to be given to another server, with its envelope.</summary>
/// <param name="ReversePath">Address without brackets; empty for the null path.</param>
/// <param name="Octets">Size of the content.</param>
/// <param name="Open">Opens the content at its beginning, lines ending in CRLF, no dots stuffed; may be called more than once; who calls it disposes the stream.</param>
public sealed record OutgoingMessage(
    string ReversePath, IReadOnlyList<OutgoingRecipient> Recipients, long Octets, Func<CancellationToken, ValueTask<Stream>> Open)
{
    /// <summary>The header has what only RFC 6532 allows: the server must know SMTPUTF8. It must also when an address needs it.</summary>
    public bool IsInternational { get; init; }

    /// <summary>ENVID, decoded (RFC 3461 §4.4).</summary>
    public string? EnvelopeId { get; init; }

    /// <summary>RET (RFC 3461 §4.3).</summary>
    public ReturnedContent? Return { get; init; }

    /// <summary>
    /// Runs right before the final dot, after which the server may accept the message. If it throws, the dot is not sent,
    /// the exception passes through, and the session cannot be used again.
    /// </summary>
    public Func<CancellationToken, Task> BeforeEnd { get; init; } = _ => Task.CompletedTask;

    internal bool NeedsSmtpUtf8 => IsInternational || !Ascii(ReversePath) || Recipients.Any(recipient => !Ascii(recipient.Address));

    static bool Ascii(string address) => System.Text.Ascii.IsValid(address);
}

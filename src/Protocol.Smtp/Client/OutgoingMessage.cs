using AgentPost.Store.Outbound;

namespace AgentPost.Protocol.Smtp.Client;

/// <summary>A message to send to a remote server, with its envelope.</summary>
/// <param name="ReversePath">Address without brackets; empty for the null sender.</param>
/// <param name="Octets">Size of the content in bytes.</param>
/// <param name="Open">
/// Opens the content at its start, with CRLF line ends and without dot stuffing. May be called more than once; the
/// caller disposes the stream.
/// </param>
public sealed record OutgoingMessage(
    string ReversePath, IReadOnlyList<OutgoingRecipient> Recipients, long Octets, Func<CancellationToken, ValueTask<Stream>> Open)
{
    /// <summary>
    /// True if the header requires RFC 6532, so that the remote server must support SMTPUTF8. An internationalized
    /// address requires SMTPUTF8 as well.
    /// </summary>
    public bool IsInternational { get; init; }

    /// <summary>ENVID, decoded (RFC 3461 §4.4).</summary>
    public string? EnvelopeId { get; init; }

    /// <summary>RET (RFC 3461 §4.3).</summary>
    public ReturnedContent? Return { get; init; }

    /// <summary>
    /// Runs right before the final dot, after which the server may accept the message. If it throws, the dot is not
    /// sent, the exception passes through, and the session cannot be used again.
    /// </summary>
    public Func<CancellationToken, Task> BeforeEnd { get; init; } = _ => Task.CompletedTask;

    internal bool NeedsSmtpUtf8 => IsInternational || !Ascii(ReversePath) || Recipients.Any(recipient => !Ascii(recipient.Address));

    static bool Ascii(string address) => System.Text.Ascii.IsValid(address);
}

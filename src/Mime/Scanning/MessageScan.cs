using AgentPost.Mime.Characters;
using AgentPost.Mime.Headers;
using AgentPost.Mime.Structure;

namespace AgentPost.Mime.Scanning;

/// <summary>All that a mail store keeps of a message beside its octets, gathered in one pass.</summary>
public sealed record MessageScan
{
    /// <summary>Octets of a header that are kept and understood.</summary>
    public const int MaxHeaderOctets = HeaderBlock.MaxOctets;

    /// <summary>Octets of the whole message.</summary>
    public required long Octets { get; init; }

    /// <summary>
    /// The octets of the top header, its blank line included. Of one longer than <see cref="MaxHeaderOctets"/> it is the beginning; the whole of it are then the octets
    /// of the message up to <see cref="MimePart.BodyOffset"/> of the root.
    /// </summary>
    public required ReadOnlyMemory<byte> Header { get; init; }

    public required MimePart Root { get; init; }

    /// <summary>As FETCH ENVELOPE writes it (RFC 9051 §7.5.2), without the item's name.</summary>
    public required ReadOnlyMemory<byte> Envelope { get; init; }

    /// <summary>As FETCH BODYSTRUCTURE writes it, extension data included, without the item's name.</summary>
    public required ReadOnlyMemory<byte> BodyStructure { get; init; }

    /// <summary>Message-ID without angle brackets; null when absent or malformed.</summary>
    public required string? InternetMessageId { get; init; }

    /// <summary>Message-IDs of References and In-Reply-To without angle brackets, oldest first, without repetition, at most 100.</summary>
    public required IReadOnlyList<string> References { get; init; }

    /// <summary>The Date field; null when absent or unreadable.</summary>
    public required DateTimeOffset? SentAt { get; init; }

    /// <summary>
    /// The sizes of encoded attachments and the uuencoded files in text, in the order of the message; also what TNEF has
    /// inside, unless the scanner could not read the message again.
    /// </summary>
    public required IReadOnlyList<PartContent> Contents { get; init; }

    public required string Preview { get; init; }

    /// <summary>True if the message has text that a reader does not see.</summary>
    public bool HasHiddenText { get; init; }

    /// <summary>Decoded text, case-folded with <see cref="CaseFolding"/>, without NUL.</summary>
    public required FoldedText Folded { get; init; }
}

/// <summary>Decoded, case-folded text of a message for searching; never null, never with NUL or unpaired surrogates.</summary>
/// <param name="Header">Every field of the top header as a line "name: value", unfolded and decoded.</param>
/// <param name="Body">The text parts, and headers of parts within, up to a bound.</param>
public sealed record FoldedText(string Subject, string From, string To, string Cc, string Bcc, string Header, string Body);

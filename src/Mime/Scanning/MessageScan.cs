using AgentPost.Mime.Characters;
using AgentPost.Mime.Headers;
using AgentPost.Mime.Structure;

namespace AgentPost.Mime.Scanning;

/// <summary>Everything that a mail store keeps of a message in addition to its bytes, gathered in one pass.</summary>
public sealed record MessageScan
{
    /// <summary>Maximum size in bytes of a header that is stored and parsed.</summary>
    public const int MaxHeaderOctets = HeaderBlock.MaxOctets;

    /// <summary>Size of the whole message in bytes.</summary>
    public required long Octets { get; init; }

    /// <summary>
    /// The bytes of the top header, including its blank line. If the header is longer than
    /// <see cref="MaxHeaderOctets"/>, this is only its start; the whole header then consists of the bytes of the
    /// message up to <see cref="MimePart.BodyOffset"/> of the root.
    /// </summary>
    public required ReadOnlyMemory<byte> Header { get; init; }

    public required MimePart Root { get; init; }

    /// <summary>The envelope in the form of FETCH ENVELOPE (RFC 9051 §7.5.2), without the item's name.</summary>
    public required ReadOnlyMemory<byte> Envelope { get; init; }

    /// <summary>
    /// The body structure in the form of FETCH BODYSTRUCTURE, with extension data, without the item's name.
    /// </summary>
    public required ReadOnlyMemory<byte> BodyStructure { get; init; }

    /// <summary>Message-ID without angle brackets; null if it is absent or malformed.</summary>
    public required string? InternetMessageId { get; init; }

    /// <summary>
    /// Message-IDs of References and In-Reply-To without angle brackets, oldest first, without repetition, at most 100.
    /// </summary>
    public required IReadOnlyList<string> References { get; init; }

    /// <summary>The Date field; null if it is absent or invalid.</summary>
    public required DateTimeOffset? SentAt { get; init; }

    /// <summary>
    /// The sizes of encoded attachments and the uuencoded files in text, in the order of the message. Also the contents
    /// of TNEF, unless the scanner could not read the message a second time.
    /// </summary>
    public required IReadOnlyList<PartContent> Contents { get; init; }

    public required string Preview { get; init; }

    /// <summary>True if the message has text that readers do not see.</summary>
    public bool HasHiddenText { get; init; }

    /// <summary>Decoded text, case-folded with <see cref="CaseFolding"/>, without NUL.</summary>
    public required FoldedText Folded { get; init; }
}

/// <summary>
/// Decoded, case-folded text of a message for searching; never null, without NUL and unpaired surrogates.
/// </summary>
/// <param name="Header">Every field of the top header as a line "name: value", unfolded and decoded.</param>
/// <param name="Body">The text parts and the headers of inner parts, up to a maximum.</param>
public sealed record FoldedText(string Subject, string From, string To, string Cc, string Bcc, string Header, string Body);

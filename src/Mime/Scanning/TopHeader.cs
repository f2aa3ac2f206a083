using AgentPost.Mime.Characters;
using AgentPost.Mime.Headers;

namespace AgentPost.Mime.Scanning;

/// <summary>What a store keeps of the header of the message itself.</summary>
sealed record TopHeader(byte[] Octets, byte[] Envelope, string? InternetMessageId, IReadOnlyList<string> References, DateTimeOffset? SentAt, FoldedText Folded)
{
    /// <summary>Reads a header. The folded body is empty, because it is not known yet.</summary>
    public static TopHeader Read(HeaderBlock header) => new(
        header.Octets.ToArray(),
        AgentPost.Mime.Structure.Envelope.Render(header),
        MessageIds.Own(header),
        MessageIds.References(header),
        MailDate.Parse(header.Text("Date"u8)),
        Fold(header));

    static FoldedText Fold(HeaderBlock header) => new(
        CaseFolding.Fold(EncodedWords.Decode(header.Text("Subject"u8))),
        FoldAddresses(header, "From"u8),
        FoldAddresses(header, "To"u8),
        FoldAddresses(header, "Cc"u8),
        FoldAddresses(header, "Bcc"u8),
        CaseFolding.Fold(HeaderText.Lines(header)),
        "");

    static string FoldAddresses(HeaderBlock header, ReadOnlySpan<byte> name) => CaseFolding.Fold(AddressFields.Text(AddressFields.All(header, name)));
}

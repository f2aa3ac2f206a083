using AgentPost.Mime.Scanning;
using AgentPost.Mime.Structure;

namespace AgentPost.Host.Workers.Delivery;

/// <summary>Reads the fields of a message that its DSN repeats, and makes them safe for a header.</summary>
static class ReportedFields
{
    const int MostSubjectChars = 200;

    /// <returns>The Message-ID without brackets, or null if it is invalid in a header field; the subject without
    /// control characters.</returns>
    public static (string? MessageId, string Subject) Of(ReadOnlySpan<byte> header)
    {
        var scanner = new MessageScanner();
        scanner.Write(header);
        var scan = scanner.Complete();
        var subject = string.Concat(EnvelopeReader.Subject(scan.Envelope.Span).Select(character => char.IsControl(character) ? ' ' : character));
        return (
            scan.InternetMessageId is { } id && id.All(character => character is > ' ' and <= '~' and not ('<' or '>')) ? id : null,
            subject.Length > MostSubjectChars ? subject[..MostSubjectChars] : subject);
    }
}

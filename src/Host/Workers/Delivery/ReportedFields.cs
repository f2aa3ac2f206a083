using AgentPost.Mime.Scanning;
using AgentPost.Mime.Structure;

namespace AgentPost.Host.Workers.Delivery;

/// <summary>What a report takes over of the message it is about, made fit for a header.</summary>
static class ReportedFields
{
    const int MostSubjectChars = 200;

    /// <returns>Message-ID without brackets, null where it could not stand in a field; subject without controls.</returns>
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

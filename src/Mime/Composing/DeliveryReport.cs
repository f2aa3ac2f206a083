using MimeKit;

namespace AgentPost.Mime.Composing;

/// <summary>A delivery status notification (RFC 3464).</summary>
/// <param name="ReportingMta">The host that sends the DSN.</param>
public sealed record DeliveryReport(string ReportingMta, IReadOnlyList<RecipientReport> Recipients)
{
    /// <summary>The decoded ENVID of the submission (RFC 3461 §4.4); null if it had none.</summary>
    public string? OriginalEnvelopeId { get; init; }

    public DateTimeOffset? ArrivedAt { get; init; }

    /// <summary>The requested release time (RFC 4865), for example <c>for;3600</c>; null if there was none.</summary>
    public string? ReleaseRequest { get; init; }

    /// <summary>
    /// The message (<c>message/rfc822</c>) or its header (<c>text/rfc822-headers</c>); null if neither is returned.
    /// </summary>
    public MessageFile? Original { get; init; }

    // delivery-status-content = per-message-fields 1*( CRLF per-recipient-fields )
    internal MimeEntity ToEntity()
    {
        var content = new MemoryStream();
        PerMessageFields().WriteTo(content);
        foreach (var recipient in Recipients)
        {
            recipient.ToFields().WriteTo(content);
        }
        // MimeKit's StatusGroups would write all groups a second time for each one that is added.
        return new MessageDeliveryStatus { Content = new MimeContent(content) };
    }

    HeaderList PerMessageFields()
    {
        var fields = new HeaderList { HeaderValues.Words("Reporting-MTA", $"dns; {ReportText.Clean(ReportingMta)}") };
        if (OriginalEnvelopeId is { } id)
        {
            fields.Add(HeaderValues.Words("Original-Envelope-Id", ReportText.Clean(id)));
        }
        if (ArrivedAt is { } arrived)
        {
            fields.Add(HeaderValues.Date("Arrival-Date", arrived));
        }
        if (ReleaseRequest is { } request)
        {
            fields.Add(HeaderValues.Words("Future-Release-Request", ReportText.Clean(request)));
        }
        return fields;
    }
}

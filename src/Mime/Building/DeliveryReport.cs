namespace AgentPost.Mime;

/// <summary>What a server tells the sender of a message about its delivery (RFC 3464).</summary>
/// <param name="ReportingMta">The host that reports.</param>
public sealed record DeliveryReport(string ReportingMta, IReadOnlyList<RecipientReport> Recipients)
{
    /// <summary>ENVID of the submission, decoded (RFC 3461 §4.4); null when it had none.</summary>
    public string? OriginalEnvelopeId { get; init; }

    public DateTimeOffset? ArrivedAt { get; init; }

    /// <summary>How a later release was asked for (RFC 4865), as <c>for;3600</c>; null when it was not.</summary>
    public string? ReleaseRequest { get; init; }

    /// <summary>The message, or its header, that is reported on; its type and name are not used.</summary>
    public MessageFile? Original { get; init; }

    /// <summary>What <see cref="Original"/> is.</summary>
    public ReturnedContent Returned { get; init; }

    internal string OriginalType => Returned == ReturnedContent.Header ? "text/rfc822-headers" : "message/rfc822";

    // delivery-status-content = per-message-fields 1*( CRLF per-recipient-fields )
    internal byte[] Render()
    {
        var fields = new FieldWriter();
        fields.Words("Reporting-MTA", $"dns; {ReportText.Clean(ReportingMta)}");
        if (OriginalEnvelopeId is { } id)
        {
            fields.Words("Original-Envelope-Id", ReportText.Clean(id));
        }
        if (ArrivedAt is { } arrived)
        {
            fields.Date("Arrival-Date", arrived);
        }
        if (ReleaseRequest is { } request)
        {
            fields.Words("Future-Release-Request", ReportText.Clean(request));
        }
        foreach (var recipient in Recipients)
        {
            fields.Blank();
            recipient.Render(fields);
        }
        return fields.ToArray();
    }
}

/// <summary>How much of the message goes back (RFC 3461 §4.3).</summary>
public enum ReturnedContent
{
    Header,
    Message,
}

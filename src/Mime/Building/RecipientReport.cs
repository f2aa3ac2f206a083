namespace AgentPost.Mime;

/// <summary>What became of a message for one recipient (RFC 3464 §2.3).</summary>
/// <param name="Recipient">The address that the server tried.</param>
/// <param name="Status">An enhanced status code (RFC 3463), as <c>5.1.1</c>.</param>
public sealed record RecipientReport(string Recipient, DeliveryAction Action, string Status)
{
    /// <summary>ORCPT, as <c>rfc822;local@domain</c>, decoded; null when the sender gave none.</summary>
    public string? OriginalRecipient { get; init; }

    public string? RemoteMta { get; init; }

    /// <summary>The answer of the other server, as it came.</summary>
    public string? SmtpReply { get; init; }

    public DateTimeOffset? LastAttemptAt { get; init; }

    public DateTimeOffset? WillRetryUntil { get; init; }

    internal void Render(FieldWriter fields)
    {
        if (OriginalRecipient is { } original)
        {
            fields.Words("Original-Recipient", ReportText.Address(original));
        }
        fields.Words("Final-Recipient", ReportText.Address($"rfc822; {Recipient}"));
        fields.Words("Action", Action.ToString().ToLowerInvariant());
        fields.Words("Status", ReportText.Clean(Status));
        if (RemoteMta is { } remote)
        {
            fields.Words("Remote-MTA", $"dns; {ReportText.Clean(remote)}");
        }
        if (SmtpReply is { } reply)
        {
            fields.Words("Diagnostic-Code", $"smtp; {ReportText.Clean(reply)}");
        }
        if (LastAttemptAt is { } attempt)
        {
            fields.Date("Last-Attempt-Date", attempt);
        }
        if (WillRetryUntil is { } until)
        {
            fields.Date("Will-Retry-Until", until);
        }
    }
}

/// <summary>RFC 3464 §2.3.3</summary>
public enum DeliveryAction
{
    Failed,
    Delayed,
    Delivered,
    Relayed,
    Expanded,
}

using MimeKit;

namespace AgentPost.Mime.Composing;

/// <summary>The delivery status of one recipient (RFC 3464 §2.3).</summary>
/// <param name="Recipient">The address that the server tried.</param>
/// <param name="Status">An enhanced status code (RFC 3463), for example <c>5.1.1</c>.</param>
public sealed record RecipientReport(string Recipient, DeliveryAction Action, string Status)
{
    /// <summary>The decoded ORCPT, for example <c>rfc822;local@domain</c>; null if the sender specified none.</summary>
    public string? OriginalRecipient { get; init; }

    public string? RemoteMta { get; init; }

    /// <summary>The reply of the remote server.</summary>
    public string? SmtpReply { get; init; }

    public DateTimeOffset? LastAttemptAt { get; init; }

    public DateTimeOffset? WillRetryUntil { get; init; }

    internal HeaderList ToFields()
    {
        var fields = new HeaderList();
        if (OriginalRecipient is { } original)
        {
            fields.Add(HeaderValues.Words("Original-Recipient", ReportText.Address(original)));
        }
        fields.Add(HeaderValues.Words("Final-Recipient", ReportText.Address($"rfc822; {Recipient}")));
        fields.Add("Action", Action.ToString().ToLowerInvariant());
        fields.Add(HeaderValues.Words("Status", ReportText.Clean(Status)));
        if (RemoteMta is { } remote)
        {
            fields.Add(HeaderValues.Words("Remote-MTA", $"dns; {ReportText.Clean(remote)}"));
        }
        if (SmtpReply is { } reply)
        {
            fields.Add(HeaderValues.Words("Diagnostic-Code", $"smtp; {ReportText.Clean(reply)}"));
        }
        if (LastAttemptAt is { } attempt)
        {
            fields.Add(HeaderValues.Date("Last-Attempt-Date", attempt));
        }
        if (WillRetryUntil is { } until)
        {
            fields.Add(HeaderValues.Date("Will-Retry-Until", until));
        }
        return fields;
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

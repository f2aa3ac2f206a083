using System.Security.Cryptography;

namespace AgentPost.Mime;

/// <summary>
/// Makes a message of its contents (RFC 5322, RFC 2045–2049): fields by their grammar and folded, the multiparts that the contents need, encodings chosen by content.
/// Whatever the values are, no field can be added by them.
/// </summary>
/// <param name="clock">Tells the date of a message that is given none.</param>
/// <param name="host">The right side of the Message-ID; a domain of the sender.</param>
public sealed class MessageBuilder(TimeProvider clock, string host)
{
    public IReadOnlyList<MailboxAddress> From { get; set; } = [];
    public MailboxAddress? Sender { get; set; }
    public IReadOnlyList<MessageAddress> ReplyTo { get; set; } = [];
    public IReadOnlyList<MessageAddress> To { get; set; } = [];
    public IReadOnlyList<MessageAddress> Cc { get; set; } = [];

    /// <summary>Written as the others, for drafts; on sending the submission takes it out.</summary>
    public IReadOnlyList<MessageAddress> Bcc { get; set; } = [];

    /// <summary>Null leaves the field out.</summary>
    public string? Subject { get; set; }

    public DateTimeOffset? Date { get; set; }

    /// <summary>Without angle brackets.</summary>
    public string MessageId { get; set; } = $"{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}@{host}";

    /// <summary>Without angle brackets, as <see cref="MessageScan.InternetMessageId"/>; null when this is no reply.</summary>
    public string? InReplyTo { get; set; }

    /// <summary>Oldest first, without angle brackets, as <see cref="MessageScan.References"/>.</summary>
    public IReadOnlyList<string> References { get; set; } = [];

    /// <summary>Further unstructured fields, such as <c>Auto-Submitted</c>.</summary>
    public IReadOnlyList<(string Name, string Value)> Fields { get; set; } = [];

    public string? Text { get; set; }
    public string? Html { get; set; }

    /// <summary>Files that the HTML shows by their <see cref="MessageFile.ContentId"/>; without HTML they are sent as attachments.</summary>
    public IReadOnlyList<MessageFile> InlineFiles { get; set; } = [];

    public IReadOnlyList<MessageFile> Attachments { get; set; } = [];

    /// <summary>Makes the message a multipart/report (RFC 6522): the text explains it.</summary>
    public DeliveryReport? Report { get; set; }

    /// <summary>Checks all and writes the headers; files are not opened yet.</summary>
    /// <exception cref="ArgumentException">A value cannot stand in a message; nothing was written.</exception>
    public BuiltMessage Build()
    {
        var top = new FieldWriter();
        WriteFields(top);
        var root = new EntityBuilder(this).Build(top);
        return new BuiltMessage(root, MessageId, top.HasUtf8);
    }

    void WriteFields(FieldWriter top)
    {
        top.Addresses("From", From);
        top.Addresses("Sender", Sender is null ? [] : [Sender]);
        top.Addresses("Reply-To", ReplyTo);
        top.Addresses("To", To);
        top.Addresses("Cc", Cc);
        top.Addresses("Bcc", Bcc);
        if (Subject is not null)
        {
            top.Text("Subject", Subject);
        }
        top.Date("Date", Date ?? clock.GetLocalNow());
        top.MessageId("Message-ID", MessageId);
        top.MessageIds("In-Reply-To", InReplyTo is null ? [] : [InReplyTo]);
        top.MessageIds("References", References);
        if (Report is not null)
        {
            // RFC 3834 §5: so that nobody answers automatically.
            top.Words("Auto-Submitted", "auto-replied");
        }
        foreach (var (name, value) in Fields)
        {
            top.Text(FurtherFields.Checked(name), value);
        }
        top.Words("MIME-Version", "1.0");
    }
}

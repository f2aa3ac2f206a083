using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AgentPost.Mime.Scanning;
using MimeKit;

namespace AgentPost.Mime.Composing;

/// <summary>
/// Builds a message from its contents (RFC 5322, RFC 2045–2049) with MimeKit. No value can add a field, and no line
/// that it writes is longer than 998 bytes; an embedded message stays unchanged.
/// </summary>
/// <param name="clock">Clock for the date of a message without a <see cref="Date"/>.</param>
/// <param name="host">The right side of the Message-ID: a domain of the sender.</param>
public sealed class MessageBuilder(TimeProvider clock, string host)
{
    public IReadOnlyList<MailboxAddress> From { get; set; } = [];
    public MailboxAddress? Sender { get; set; }
    public IReadOnlyList<MessageAddress> ReplyTo { get; set; } = [];
    public IReadOnlyList<MessageAddress> To { get; set; } = [];
    public IReadOnlyList<MessageAddress> Cc { get; set; } = [];

    /// <summary>Written for drafts and Sent. A submission removes it from the recipients' copies.</summary>
    public IReadOnlyList<MessageAddress> Bcc { get; set; } = [];

    /// <summary>Null omits the field.</summary>
    public string? Subject { get; set; }

    public DateTimeOffset? Date { get; set; }

    /// <summary>The Message-ID without angle brackets.</summary>
    public string MessageId { get; set; } =
        $"{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}@{AsciiHost(host)}";

    /// <summary>
    /// The id of the message that this one replies to, without angle brackets; null if there is none.
    /// </summary>
    public string? InReplyTo { get; set; }

    /// <summary>Ids without angle brackets, oldest first, as in <see cref="MessageScan.References"/>.</summary>
    public IReadOnlyList<string> References { get; set; } = [];

    /// <summary>Further unstructured fields, such as <c>Auto-Submitted</c>.</summary>
    public IReadOnlyList<(string Name, string Value)> Fields { get; set; } = [];

    public string? Text { get; set; }
    public string? Html { get; set; }

    /// <summary>
    /// Files that the HTML references by <see cref="MessageFile.ContentId"/>. Without HTML, they are sent as
    /// attachments.
    /// </summary>
    public IReadOnlyList<MessageFile> InlineFiles { get; set; } = [];

    public IReadOnlyList<MessageFile> Attachments { get; set; } = [];

    /// <summary>Makes the message a multipart/report (RFC 6522), which <see cref="Text"/> explains.</summary>
    public DeliveryReport? Report { get; set; }

    /// <summary>True if the id can be the Message-ID of a new message.</summary>
    public static bool IsMessageId(string id) => HeaderValues.IsId(id) && Ascii.IsValid(id);

    /// <summary>Validates all values and builds the message. Does not open the files.</summary>
    /// <exception cref="ArgumentException">A value is invalid in a message.</exception>
    public BuiltMessage Build()
    {
        var message = new MimeMessage();
        message.Headers.Clear();
        AddFields(message);
        message.Body = new MessageBody(this).Build();
        return new BuiltMessage(message, MessageId);
    }

    void AddFields(MimeMessage message)
    {
        message.From.AddRange(MailboxConversion.Of(From));
        if (Sender is not null)
        {
            message.Sender = MailboxConversion.Of(Sender);
        }
        message.ReplyTo.AddRange(MailboxConversion.Of(ReplyTo));
        message.To.AddRange(MailboxConversion.Of(To));
        message.Cc.AddRange(MailboxConversion.Of(Cc));
        message.Bcc.AddRange(MailboxConversion.Of(Bcc));
        if (Subject is not null)
        {
            message.Headers.Add(HeaderValues.Text("Subject", Subject));
        }
        message.Headers.Add(HeaderValues.Date("Date", Date ?? clock.GetLocalNow()));
        message.Headers.Add(HeaderValues.Ids("Message-ID", MessageId));
        AddIds(message, "In-Reply-To", InReplyTo is null ? [] : [InReplyTo]);
        AddIds(message, "References", References);
        if (Report is not null)
        {
            // RFC 3834 §5: prevents automatic replies.
            message.Headers.Add("Auto-Submitted", "auto-replied");
        }
        foreach (var (name, value) in Fields)
        {
            message.Headers.Add(HeaderValues.Text(FurtherFields.Checked(name), value));
        }
        message.MimeVersion = new Version(1, 0);
    }

    // Received messages can have ids that are invalid in a field. These are omitted.
    static void AddIds(MimeMessage message, string name, IEnumerable<string> ids)
    {
        var valid = ids.Where(id => HeaderValues.IsId(HeaderValues.Checked(id, name))).ToList();
        if (valid.Count > 0)
        {
            message.Headers.Add(HeaderValues.Ids(name, valid));
        }
    }

    static string AsciiHost(string host) => Ascii.IsValid(host) ? host : new IdnMapping().GetAscii(host);
}

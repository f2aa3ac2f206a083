using System.Text.Json;
using System.Text.Json.Nodes;
using AgentPost.Host.Api.Access;
using AgentPost.Host.Api.Events;
using AgentPost.Host.Api.Mail;
using AgentPost.Host.Api.Remote;
using AgentPost.Host.Api.Requests;
using AgentPost.Host.Api.Sending;
using AgentPost.Host.Json;
using AgentPost.Store.Events;

namespace AgentPost.Host.Api.Documents;

/// <summary>
/// Example responses for the OpenAPI document. They are built from the response types, so their shape is always
/// correct.
/// </summary>
static class AnswerExamples
{
    const string InboxId = "inb_06b3v1g0d5r7h2k4m6n8p0q1r2";
    const string MessageId = "msg_06b3v1h0d5r7h2k4m6n8p0q1r2";
    const string ThreadId = "thr_06b3v1h0d5r7h2k4m6n8p0q1r2";

    static readonly DateTimeOffset Instant = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    static readonly AddressView Bob = new("bob@example.com", "Bob");
    static readonly AddressView Support = new("support@agentpost.test", "Support");

    static readonly KeyView Key = new(
        "key_06b3v1j0d5r7h2k4m6n8p0q1r2", "reader", ["messages:read"], [InboxId], Instant, Instant.AddDays(90), null);

    static readonly MessageView Message = new()
    {
        Id = MessageId,
        InboxId = InboxId,
        ThreadId = ThreadId,
        Direction = MessageDirection.Inbound,
        InternetMessageId = "b1@example.com",
        InReplyTo = null,
        From = Bob,
        To = [Support],
        Cc = [],
        Bcc = [],
        ReplyTo = [Bob],
        Subject = "Your invoice",
        Preview = "Hello, please find our invoice of January attached.",
        SentAt = Instant,
        ReceivedAt = Instant.AddSeconds(2),
        Size = 48_211,
        Folders = ["INBOX"],
        Labels = ["invoice"],
        Seen = false,
        Flagged = false,
        Answered = false,
        HasAttachments = true,
        Attachments = [new("att_2", "invoice.pdf", "application/pdf", 35_000, null, false)],
    };

    static readonly ThreadView Thread = new(ThreadId, InboxId, "Your invoice", 1, 1, Instant, ["invoice"], [Bob, Support]);
    static readonly LimitsView Limits = new(26_214_400, 100, 60, 2000, 200, 20, 20, null, null);

    static readonly WebhookView Webhook = new(
        "whk_06b3v1r0d5r7h2k4m6n8p0q1r2", "https://example.com/hooks/mail", null, ["message.received"], null,
        WebhookOrdering.None, 1, true, 0, 0, 0, null, null, null, null, null, null, Key.Id, Instant);

    static readonly EventView Event = new(
        "evt_06b3v1s0d5r7h2k4m6n8p0q1r2",
        EventType.MessageReceived,
        Instant,
        "org_06b3v1a0d5r7h2k4m6n8p0q1r2",
        InboxId,
        new Dictionary<string, string>
        {
            ["message_id"] = MessageId,
            ["thread_id"] = ThreadId,
            ["folder"] = "INBOX",
            ["from_address"] = Bob.Email,
            ["subject"] = "Your invoice",
            ["extracted_text"] = "Hello, please find our invoice of January attached.",
        }.ToDictionary(pair => pair.Key, pair => JsonSerializer.SerializeToElement(pair.Value)));

    static readonly object[] Examples =
    [
        Event,
        Webhook,
        new NewWebhookView(Webhook, "whsec_…"),
        new WebhookTestView(true, 204, null, 87),
        new WebhookDeliveryView(
            "whd_06b3v1t0d5r7h2k4m6n8p0q1r2", Event.Id, Event.Type, "pending", 1, Instant, Instant.AddSeconds(30), null, Instant, 503, "the answer was 503", 87),
        new InboxView(
            InboxId, Support.Email, "support", "agentpost.test", "Support", "support-1", false, null, null, Instant),
        Key,
        new NewKeyView(Key, "ap_sk_…"),
        Message,
        Thread,
        new SentView(MessageId, ThreadId, InboxId, "5f3a@agentpost.test"),
        new DraftView("drf_06b3v1m0d5r7h2k4m6n8p0q1r2", 7, Message with { Direction = MessageDirection.Draft, Folders = ["Drafts"], HasAttachments = false, Attachments = [] }),
        new FolderView("Sent", "\\Sent", 12, 0),
        new WaitView(
            Message with { Subject = "Verify your address", TextBody = "Your code is 482913, or open https://shop.example/verify?t=a1b2.", HasAttachments = false, Attachments = [] },
            ["482913"],
            ["https://shop.example/verify?t=a1b2"])
        {
            LinkDetails = [new("https://shop.example/verify?t=a1b2", "Verify your address", false)],
        },
        new RuleView(
            "rul_06b3v1p0d5r7h2k4m6n8p0q1r2", "organization", "send", "block", "domain", "example.com", null, Instant),
        Limits,
        new UsageView(Limits, 1, 12, 3, 1_048_576, 41),
        new SurfaceDone(),
        new SurfaceStatus(
            true, new("imap.gmail.com", "INBOX", 5, true, 993, "Gmail", true, "ann@example.com"), 0, null, Instant, null, 4523, "INBOX", 120, Instant.AddMinutes(5), 5, "idle"),
        new SurfacePolled(3, 4526, "idle"),
        new SurfaceVerified(new(true, ""), new(false, "The server rejected the login: 535 5.7.8 Authentication failed")),
        new SurfaceTestSent("5f3a@example.com"),
        new SurfaceDone(),
        new SurfaceStatus(
            true, new("imap.example.com", "INBOX", 5, true, 993, "Custom", true, "ann@example.com"), 0, null, Instant, null, 4523, "INBOX", 120, Instant.AddMinutes(5), 5, "idle"),
        new SurfacePolled(3, 4526, "idle"),
        new SurfaceVerified(new(true, ""), new(true, "")),
        new SurfaceTestSent("b1@example.com"),
        new SessionView("0HNB3V1Q0D5R7", "imap", InboxId, Key.Id, "203.0.113.7", Instant),
    ];

    /// <summary>
    /// Finds the example of a response type, or of a page of that type. Returns null if there is no example.
    /// </summary>
    public static JsonNode? Of(Type answer)
    {
        if (!answer.IsGenericType || answer.GetGenericTypeDefinition() != typeof(Page<>))
        {
            return Examples.FirstOrDefault(example => example.GetType() == answer) is { } found ? JsonSerializer.SerializeToNode(found, answer, ApiJson.Options) : null;
        }
        return Of(answer.GetGenericArguments()[0]) is { } item ? new JsonObject { ["data"] = new JsonArray(item), ["next_cursor"] = null } : null;
    }
}

using System.Globalization;
using AgentPost.Protocol.Smtp.Wire;
using AgentPost.Store.Model;
using AgentPost.Store.Sending;

namespace AgentPost.Protocol.Smtp.Session;

/// <summary>Replies to messages that the store or a limit rejects.</summary>
static class StoreReplies
{
    public static Reply TooBig(long limit) => new(552, "5.3.4", $"The message is larger than {limit} octets");

    /// <summary>Temporary, because the inbox may have room when the client retries (RFC 3463 §3.3).</summary>
    public static Reply Full { get; } = new(452, "4.2.2", "The inbox is full; try again when there is room");

    /// <summary>The server's disk is full (RFC 3463 §3.4).</summary>
    public static Reply SystemFull { get; } = new(452, "4.3.1", "The server has no room for the message; try again later");

    public static Reply Of(SendRefusal rejection)
    {
        if (rejection.RetryAfter is not { } wait)
        {
            return new(550, rejection.Status, rejection.Reason);
        }
        var seconds = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return new(450, "4.7.1", $"{rejection.Reason}; try again in {seconds} s");
    }

    /// <summary>The reply to a message that cannot be sent as it is.</summary>
    public static Reply Of(MessageRejectedException rejected) => rejected.Fault switch
    {
        MessageFault.Author => new(553, "5.7.1", rejected.Message),
        MessageFault.LineEnd => new(550, "5.6.11", rejected.Message),
        _ => new(554, "5.6.0", rejected.Message),
    };

    public static Reply Of(StoreRefusedException rejected) => rejected.Refusal switch
    {
        // The inbox was deleted after RCPT. When the client retries, the message is delivered to the other recipients.
        Refusal.InboxNotFound => new(451, "4.3.0", "An inbox was deleted; try again"),
        Refusal.OverQuota => Full,
        _ => new(554, "5.3.0", rejected.Message),
    };
}

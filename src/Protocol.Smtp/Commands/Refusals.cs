using System.Globalization;
using AgentPost.Protocol.Smtp.Wire;
using AgentPost.Store;
using AgentPost.Store.Sending;

namespace AgentPost.Protocol.Smtp.Commands;

/// <summary>Refusals that more than one command gives.</summary>
static class Refusals
{
    public static Reply TooBig(long limit) => new(552, "5.3.4", $"The message is larger than {limit} octets");

    /// <summary>For now: somebody may make room, so that senders who try again get through (RFC 3463 §3.3).</summary>
    public static Reply Full { get; } = new(452, "4.2.2", "The inbox is full; try again when there is room");

    /// <summary>The spool has no room (RFC 3463 §3.4).</summary>
    public static Reply NoStorage { get; } = new(452, "4.3.1", "The server cannot store the message now; try again later");

    /// <summary>What the sending rules said.</summary>
    public static Reply Of(SendRefusal refusal) => refusal.RetryAfter is { } wait
        ? new(450, "4.7.1", string.Create(CultureInfo.InvariantCulture, $"{refusal.Reason}; try again in {Math.Max(1, Math.Ceiling(wait.TotalSeconds))} s"))
        : new(550, refusal.Status, refusal.Reason);

    /// <summary>The message itself may not be sent.</summary>
    public static Reply Of(MessageRejectedException rejected) => rejected.Fault switch
    {
        MessageFault.Author => new(553, "5.7.1", rejected.Message),
        MessageFault.LineEnd => new(550, "5.6.11", rejected.Message),
        _ => new(554, "5.6.0", rejected.Message),
    };

    /// <summary>What the store said.</summary>
    public static Reply Of(StoreRefusedException refused) => refused.Refusal switch
    {
        // An inbox deleted while its mail was on the way: tried again, the message goes to those that are left.
        Refusal.InboxNotFound => new(451, "4.3.0", "An inbox is gone; try again"),
        Refusal.OverQuota => Full,
        _ => new(554, "5.3.0", refused.Message),
    };

    public static Reply NoAddress { get; } = new(501, "5.1.3", "The recipient must be a whole address in angle brackets");

    public static Reply UnknownParameter(string parameter) => new(555, "5.5.4", $"The parameter {parameter} is not known here");

    public static Reply TakesNoArguments(string verb) => new(501, "5.5.4", $"{verb} takes no arguments");
}

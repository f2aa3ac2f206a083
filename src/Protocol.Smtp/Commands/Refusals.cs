using System.Globalization;
using AgentPost.Protocol.Smtp.Session;
using AgentPost.Store;

namespace AgentPost.Protocol.Smtp.Commands;

/// <summary>Refusals that more than one command gives.</summary>
static class Refusals
{
    public static Reply TooBig(long limit) => new(552, "5.3.4", $"The message is larger than {limit} octets");

    /// <summary>What the sending rules said.</summary>
    public static Reply Of(SendRefusal refusal) => refusal.RetryAfter is { } wait
        ? new(450, "4.7.1", string.Create(CultureInfo.InvariantCulture, $"{refusal.Reason}; try again in {Math.Max(1, Math.Ceiling(wait.TotalSeconds))} s"))
        : new(550, "5.7.1", refusal.Reason);

    public static Reply TakesNoArguments(string verb) => new(501, "5.5.4", $"{verb} takes no arguments");
}

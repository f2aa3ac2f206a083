using System.Globalization;

namespace AgentPost.Support.Chaos;

/// <summary>The result of a chaos run.</summary>
/// <param name="Violations">Sentences, one for each contradiction; empty: every acknowledged message is there
/// once.</param>
/// <param name="Faults">How often each fault was caused.</param>
/// <param name="Channels">A row for each way in.</param>
/// <param name="Observations">Messages that IMAP clients have seen at a UID, while the faults went on.</param>
public sealed record ChaosReport(
    IReadOnlyList<string> Violations,
    IReadOnlyDictionary<string, int> Faults,
    IReadOnlyList<ChannelFigures> Channels,
    long Observations)
{
    public override string ToString() => string.Join('\n',
    [
        $"Faults: {string.Join(", ", Faults.Select(fault => $"{fault.Key} {fault.Value}"))}",
        .. Channels.Select(channel => channel.ToString()),
        string.Create(CultureInfo.InvariantCulture,
            $"{Observations} observations by IMAP, {Violations.Count} violations"),
        .. Violations,
    ]);
}

/// <param name="Attempts">Attempts to hand a message over, retries included.</param>
/// <param name="Unknown">Messages without an acknowledgment, which may be there or not.</param>
/// <param name="LongestGap">Longest time between two acknowledgments.</param>
public sealed record ChannelFigures(string Name, int Acknowledged, int Attempts, int Unknown, TimeSpan LongestGap)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Name}: {Acknowledged} acknowledged in {Attempts} attempts, {Unknown} unknown, "
        + $"longest gap {LongestGap.TotalSeconds:0.0} s");
}

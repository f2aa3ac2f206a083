using System.Globalization;

namespace AgentPost.Host.Cli;

/// <summary>Formats amounts in sentences for people.</summary>
static class Amount
{
    static readonly string[] Units = ["bytes", "KB", "MB", "GB", "TB"];

    /// <summary>Formats a number and a noun, in the plural unless the number is 1.</summary>
    public static string Of(long count, string noun) => Invariant($"{count} {noun}{(count == 1 ? "" : "s")}");

    /// <summary>Formats a size in the largest unit (a power of 1,024 bytes) that gives at least 1.</summary>
    public static string OfBytes(long size)
    {
        var (amount, unit) = ((double)size, 0);
        for (; amount >= 1024 && unit < Units.Length - 1; unit++)
        {
            amount /= 1024;
        }
        return unit == 0 ? Invariant($"{size} {(size == 1 ? "byte" : "bytes")}") : Invariant($"{amount:0.#} {Units[unit]}");
    }

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

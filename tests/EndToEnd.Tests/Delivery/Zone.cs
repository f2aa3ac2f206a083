using System.Text.Json;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.Delivery;

/// <summary>What <c>domain add --json</c> prints, as dnsmasq takes it.</summary>
static class Zone
{
    /// <param name="address">Of the server.</param>
    public static IEnumerable<string> Of(CommandResult added, string address = "127.0.0.1")
    {
        Assert.That(added.ExitCode, Is.Zero, added.Error);
        // An alias is written behind what it leads to.
        return JsonDocument.Parse(added.Output).RootElement.EnumerateArray()
            .Select(record => Line(record.GetProperty("type").GetString()!, record.GetProperty("name").GetString()!, record.GetProperty("value").GetString()!, address))
            .OfType<string>();
    }

    static string? Line(string type, string name, string value, string address) => (type, value.Split(' ')) switch
    {
        ("A/AAAA", _) => $"host-record={name},{address}",
        ("MX", [var preference, var host]) => $"mx-host={name},{host.TrimEnd('.')},{preference}",
        ("TXT", _) => $"txt-record={name},{value.Replace("\" \"", "\",\"", StringComparison.Ordinal)}",
        ("SRV", [var priority, var weight, var port, var host]) => $"srv-host={name},{host.TrimEnd('.')},{port},{priority},{weight}",
        ("CNAME", [var host]) => $"cname={name},{host.TrimEnd('.')}",
        // It comes with the address.
        ("PTR", _) => null,
        _ => throw new ArgumentOutOfRangeException(nameof(type), $"{type} {name} {value}"),
    };
}

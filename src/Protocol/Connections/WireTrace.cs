using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace AgentPost.Protocol.Connections;

/// <summary>
/// <c>C:</c>/<c>S:</c> lines of one connection in the log, at Trace level only. The session hands over a line with the secret in it through
/// <see cref="ClientSecret"/>, which shows only what comes before the secret.
/// </summary>
public sealed class WireTrace(ILogger logger, string connectionId)
{
    const int ShownOctets = 500;

    public bool IsEnabled => logger.IsEnabled(LogLevel.Trace);

    public void Client(ReadOnlySpan<byte> line)
    {
        if (IsEnabled)
        {
            Log.ClientLineTraced(logger, connectionId, Readable(line));
        }
    }

    public void ClientSecret(string shown)
    {
        if (IsEnabled)
        {
            Log.ClientLineTraced(logger, connectionId, shown + " ***");
        }
    }

    public void Server(ReadOnlySpan<byte> line)
    {
        if (IsEnabled)
        {
            Log.ServerLineTraced(logger, connectionId, Readable(line));
        }
    }

    /// <summary>Shows the size of content instead of the content.</summary>
    public void ServerBytes(long count)
    {
        if (IsEnabled)
        {
            Log.ServerLineTraced(logger, connectionId, string.Create(CultureInfo.InvariantCulture, $"[{count} bytes]"));
        }
    }

    // Control characters must not reach a terminal that shows the log.
    static string Readable(ReadOnlySpan<byte> line)
    {
        var text = Encoding.UTF8.GetString(line[..Math.Min(line.Length, ShownOctets)].TrimEnd("\r\n"u8));
        return string.Create(text.Length, text, (characters, source) =>
        {
            for (var index = 0; index < source.Length; index++)
            {
                characters[index] = char.IsControl(source[index]) ? '.' : source[index];
            }
        });
    }
}

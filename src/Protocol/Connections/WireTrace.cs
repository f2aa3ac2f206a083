using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace AgentPost.Protocol.Connections;

/// <summary>
/// Logs the lines of one connection as <c>C:</c> and <c>S:</c>, at level Trace only. For a line that contains a secret,
/// the session calls <see cref="ClientSecret"/> with only the part before the secret.
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

    /// <summary>Logs the size of content instead of the content.</summary>
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

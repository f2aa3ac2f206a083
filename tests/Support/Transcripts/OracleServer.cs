using System.Globalization;

namespace AgentPost.Support.Transcripts;

/// <summary>Another IMAP server, which has users already; see tests/Transcripts/README.md.</summary>
public sealed class OracleServer(string host, int port, string user, string password) : ITranscriptServer
{
    // Users keep their mail between runs, so each run must begin with users of its own.
    int _users = (int)(DateTimeOffset.UtcNow.ToUnixTimeSeconds() % 1_000_000) * 1000;

    /// <summary>The one that the environment names; null when it names none.</summary>
    public static OracleServer? FromEnvironment() => Environment.GetEnvironmentVariable("AGENTPOST_ORACLE")?.Split(':') is [var host, var port]
        ? new(
            host,
            int.Parse(port, CultureInfo.InvariantCulture),
            Environment.GetEnvironmentVariable("AGENTPOST_ORACLE_USER") ?? "user%",
            Environment.GetEnvironmentVariable("AGENTPOST_ORACLE_PASSWORD") ?? "password")
        : null;

    public Task<LineClient> ConnectAsync(string kind, CancellationToken cancellation) => LineClient.ConnectAsync(host, port, authority: null, cancellation);

    public Task<string> CreateInboxAsync(CancellationToken cancellation) =>
        Task.FromResult(user.Replace("%", (++_users).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));

    public Task<string> CreateKeyAsync(IReadOnlyList<string> scopes, IReadOnlyList<string> inboxes, CancellationToken cancellation) =>
        Task.FromResult(password);
}

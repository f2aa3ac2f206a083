using Microsoft.Extensions.Logging;

namespace AgentPost.Store;

/// <summary>
/// The mailbox store over one Postgres database: the one type handed out. One per process; disposing it closes its connections and, if it runs the
/// embedded Postgres and nobody else uses that, stops it. Every call may throw <see cref="StoreUnavailableException"/>.
/// </summary>
public sealed class MailStore : IAsyncDisposable
{
    public Accounts Accounts => throw new NotImplementedException();
    public Folders Folders => throw new NotImplementedException();
    public LiveFolders Live => throw new NotImplementedException();
    public Messages Messages => throw new NotImplementedException();
    public Appends Appends => throw new NotImplementedException();
    public FlagChanges FlagChanges => throw new NotImplementedException();
    public Copies Copies => throw new NotImplementedException();
    public Expunges Expunges => throw new NotImplementedException();
    public Submissions Submissions => throw new NotImplementedException();
    public Searches Searches => throw new NotImplementedException();

    /// <summary>Connects (starting the embedded Postgres if so configured), brings the schema up to date and starts listening for notifications.</summary>
    public static Task<MailStore> OpenAsync(MailStoreOptions options, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellation) =>
        throw new NotImplementedException();

    /// <summary>Asks the database for a sign of life; for readiness checks.</summary>
    public Task PingAsync(CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Runs whenever keys or inboxes may have ended on any host; a hint, the receiver asks <see cref="Accounts.FindEndedAsync"/>.</summary>
    public void OnAccountsChanged(Func<CancellationToken, Task> handler) => throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}

/// <param name="DataFolder">Embedded database and spool.</param>
/// <param name="Database">Npgsql connection string or <c>postgres://</c> URL; null: embedded in <paramref name="DataFolder"/>.</param>
public sealed record MailStoreOptions(string DataFolder, string? Database);

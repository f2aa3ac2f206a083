using AgentPost.Store.Access;
using AgentPost.Store.Data;
using AgentPost.Store.Embedded;
using AgentPost.Store.Events;
using AgentPost.Store.Hints;
using AgentPost.Store.Inbound;
using AgentPost.Store.Live;
using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;
using AgentPost.Store.Outbound;
using AgentPost.Store.Reading;
using AgentPost.Store.Remote;
using AgentPost.Store.Schema;
using AgentPost.Store.Search;
using AgentPost.Store.Sending;
using AgentPost.Store.Spooling;
using AgentPost.Store.Writing;
using Microsoft.Extensions.Logging;

namespace AgentPost.Store;

/// <summary>
/// The mail store in one Postgres database. Other projects obtain all services of the store from this type. Use one
/// instance per process. Disposing it closes its connections, and stops the embedded Postgres if no other process uses
/// it. Every method can throw <see cref="StoreUnavailableException"/>.
/// </summary>
public sealed class MailStore : IAsyncDisposable
{
    static readonly TimeSpan MaxUnloggedSkew = TimeSpan.FromSeconds(5);

    readonly EmbeddedPostgres? _postgres;
    readonly Database _database;
    readonly ChangeNotifier _notifier;
    readonly SecretBox _secrets;
    readonly EventSequencer _sequencer;
    readonly KeyIndex _keys;
    readonly DatabaseClock _clock;
    readonly ILogger _logger;
    readonly CancellationTokenSource _stopping = new();
    ChangeListener? _listener;
    Task _following = Task.CompletedTask;

    MailStore(EmbeddedPostgres? postgres, Database database, Spool spool, MailStoreOptions options, TimeProvider host, ILogger logger)
    {
        var time = _clock = new(host);
        _logger = logger;
        _postgres = postgres;
        _database = database;
        _secrets = new(options.DataFolder, options.SecretsKey, options.MissingSecretsKey);
        _notifier = new(database, logger);
        _sequencer = new(database, _notifier, time, logger);
        _notifier.OnEventsNoted(_sequencer.Noted);
        Events = new(database, _notifier, options.KeepEvents, time);
        Webhooks = new(database, Events, _notifier, _secrets, options.ListLimits);
        WebhookDeliveries = new(database, _notifier, _secrets);
        Disk = spool.Disk;
        var domains = new OwnDomains(options.Domains);
        var local = new LocalRecipients(database, domains, options.OperatorInbox);
        var keywords = new KeywordCatalog();
        LiveInboxes = new();
        Live = new(new(database, keywords), LiveInboxes, time, logger);
        _notifier.OnFolderChangedElsewhere(Live.Hint);
        var writer = new Writer(database, keywords, Live, _notifier, options.Capacity, options.ListLimits, time);
        _keys = new(database, _notifier, time);
        Accounts = new(database, _keys, Live, _notifier, domains, options.ListLimits, time);
        Organizations = new(database, _keys, Accounts);
        Folders = new(database, writer, options.ListLimits);
        Messages = new(database);
        MessageLists = new(database);
        ThreadLists = new(database);
        Appends = new(database, writer, spool);
        Imports = new(database, writer);
        RemoteAccounts = new(database, writer, _notifier, _secrets, time);
        FlagChanges = new(writer);
        Copies = new(writer, spool);
        Drafts = new(database);
        Expunges = new(writer);
        SendPolicy = new(database, options.Limits, local, Events, time);
        SendUsages = new(database, options.Limits, time);
        SendingRules = new(database, _notifier, options.ListLimits);
        Submissions = new(database, writer, spool, local, SendPolicy, Events, _notifier, time);
        Queue = new(database, _notifier);
        QueueListing = new(database, writer, _notifier, Queue.Leases);
        Deliveries = new(database, writer, spool, local);
        Arrivals = new(database, writer, spool, local, domains);
        Suppressions = new(database);
        Domains = new(database, domains, _secrets);
        Searches = new(database);
        Sorts = new(database);
        Threads = new(database);
        ChangeLog = new(database);
        Annotations = new(database, writer);
        Quotas = new(database, options.Capacity);
        Retention = new(
            database, writer, new(database, options.EventsSize, logger), options.KeepEvents, options.ListLimits);
    }

    /// <summary>
    /// The database's time: the machine's clock, corrected by its measured skew. Its timers and timestamps are those of
    /// the machine.
    /// </summary>
    public TimeProvider Time => _clock;

    public DiskSpace Disk { get; }
    public Accounts Accounts { get; }
    public Organizations Organizations { get; }
    public Folders Folders { get; }
    public LiveFolders Live { get; }
    public LiveInboxes LiveInboxes { get; }
    public Messages Messages { get; }
    public MessageLists MessageLists { get; }
    public ThreadLists ThreadLists { get; }
    public Appends Appends { get; }
    public Imports Imports { get; }
    public RemoteAccounts RemoteAccounts { get; }
    public FlagChanges FlagChanges { get; }
    public Copies Copies { get; }
    public Drafts Drafts { get; }
    public Expunges Expunges { get; }
    public SendPolicy SendPolicy { get; }
    public SendUsages SendUsages { get; }
    public SendingRules SendingRules { get; }
    public Submissions Submissions { get; }
    public Queue Queue { get; }
    public QueueListing QueueListing { get; }
    public Deliveries Deliveries { get; }
    public Arrivals Arrivals { get; }
    public Suppressions Suppressions { get; }
    public Domains Domains { get; }
    public Searches Searches { get; }
    public Sorts Sorts { get; }
    public Threads Threads { get; }
    public ChangeLog ChangeLog { get; }
    public Annotations Annotations { get; }
    public Quotas Quotas { get; }
    public EventLog Events { get; }
    public Webhooks Webhooks { get; }
    public WebhookDeliveries WebhookDeliveries { get; }
    public Retention Retention { get; }

    /// <summary>
    /// Connects (starting the embedded Postgres if it is configured), migrates the schema (unless the options reserve
    /// that for the server) and starts listening for notifications. Throws <see cref="StoreSetupException"/> if the
    /// operator must configure or install something first.
    /// </summary>
    public static async Task<MailStore> OpenAsync(MailStoreOptions options, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellation)
    {
        var logger = loggers.CreateLogger<MailStore>();
        if (options.Database is null && OperatingSystem.IsWindows())
        {
            throw new StoreSetupException("The embedded database needs Linux or macOS: set AGENTPOST_DATABASE to a Postgres that runs elsewhere.");
        }
        if (options is { Database: null, MissingDatabase: MissingDatabase.Refuse })
        {
            EmbeddedPostgres.EnsureExists(options.DataFolder);
        }
        var spool = new Spool(options.DataFolder, options.FreeDisk, time, logger);
        var postgres = options.Database is null ? await EmbeddedPostgres.StartAsync(options.DataFolder, logger, cancellation) : null;
        var settings = DatabaseSettings.Parse(options.Database ?? postgres?.ConnectionString ?? "");
        var database = new Database(settings, options.Searching, logger, time);
        var store = new MailStore(postgres, database, spool, options, time, logger);
        try
        {
            await PoolerCheck.EnsureSessionsAsync(database, cancellation);
            await store.MeasureClockAsync(cancellation);
            if (options.MissingDatabase is MissingDatabase.Create)
            {
                await Migrator.MigrateAsync(database, logger, cancellation);
            }
            else
            {
                await Migrator.EnsureCurrentAsync(database, cancellation);
            }
            foreach (var risk in await store.FindDurabilityRisksAsync(cancellation))
            {
                Log.MailAtRisk(logger, risk);
            }
            await new SecretMigration(database, store._secrets, logger).RunAsync(cancellation);
            store._listener = await ChangeListener.StartAsync(database, store._notifier, logger, cancellation);
            store._following = store.Live.RunAsync(store._stopping.Token);
            store._sequencer.Start();
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Compares the machine's clock with the database's and corrects <see cref="Time"/>. Logs a difference above 5
    /// seconds. Call it repeatedly, because clocks drift. Returns how far the machine is ahead: negative if it is
    /// behind, zero if the difference is below a second.
    /// </summary>
    public async Task<TimeSpan> MeasureClockAsync(CancellationToken cancellation)
    {
        await _clock.MeasureAsync(_database, cancellation);
        if (_clock.Skew.Duration() > MaxUnloggedSkew)
        {
            Log.ClockSkewed(
                _logger, Math.Round(_clock.Skew.Duration().TotalSeconds, 1), _clock.Skew > TimeSpan.Zero ? "ahead of" : "behind");
        }
        return _clock.Skew;
    }

    /// <summary>
    /// Checks that the database accepts changes; for readiness checks. Throws StoreUnavailableException also if the
    /// database is a standby or read-only.
    /// </summary>
    public Task PingAsync(CancellationToken cancellation) => _database.EnsureWritableAsync(cancellation);

    /// <summary>
    /// Finds settings of the database server that can lose acknowledged mail. Returns sentences for the operator; empty
    /// if mail is safe.
    /// </summary>
    public Task<IReadOnlyList<string>> FindDurabilityRisksAsync(CancellationToken cancellation) =>
        DurabilityCheck.FindRisksAsync(_database, cancellation);

    /// <summary>
    /// Registers a handler that runs whenever keys or inboxes may have become invalid on any instance. This is a hint:
    /// the handler checks with <see cref="Accounts.FindEndedAsync"/>.
    /// </summary>
    public void OnAccountsChanged(Func<CancellationToken, Task> handler) => _notifier.OnAccountsChanged(handler);

    public async ValueTask DisposeAsync()
    {
        if (_listener is not null)
        {
            await _listener.DisposeAsync();
        }
        await _stopping.CancelAsync();
        await _following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
        await _sequencer.DisposeAsync();
        await _notifier.DisposeAsync();
        _keys.Dispose();
        await _database.DisposeAsync();
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }
    }
}

/// <param name="DataFolder">Folder of the embedded database and the spool.</param>
/// <param name="Database">Npgsql connection string or <c>postgres://</c> URL. Null: the embedded database in
/// <paramref name="DataFolder"/>.</param>
public sealed record MailStoreOptions(string DataFolder, string? Database)
{
    public SendLimits Limits { get; init; } = new();

    /// <summary>
    /// The key that encrypts stored secrets, 32 bytes. Null: the key in <c>secrets.key</c> of the data folder.
    /// </summary>
    public byte[]? SecretsKey { get; init; }

    public MissingSecretsKey MissingSecretsKey { get; init; } = MissingSecretsKey.Create;

    public MissingDatabase MissingDatabase { get; init; } = MissingDatabase.Create;

    public InboxCapacity Capacity { get; init; } = new();

    public ListLimits ListLimits { get; init; } = new();

    /// <summary>Domains that the server owns in addition to those in the database.</summary>
    public IReadOnlyList<string> Domains { get; init; } = [];

    /// <summary>
    /// The inbox that receives submitted mail for role addresses (postmaster, abuse) of the server's domains. Null: no
    /// inbox.
    /// </summary>
    public string? OperatorInbox { get; init; }

    public SearchLimits Searching { get; init; } = new();

    /// <summary>
    /// Minimum free disk space in bytes, on the disk of the data folder, for accepting mail. Zero: no minimum.
    /// </summary>
    public long FreeDisk { get; init; }

    /// <summary>How long events are kept for consumers that reconnect. At least one day.</summary>
    public TimeSpan KeepEvents { get; init; } = TimeSpan.FromDays(3);

    /// <summary>Maximum total size in bytes of an organization's events and webhook deliveries.</summary>
    public long EventsSize { get; init; } = long.MaxValue;
}

/// <summary>
/// What a process does if there is no database, or one of an older version. A command whose settings differ from the
/// server's must not create a second database, and must not migrate one that a running server uses.
/// </summary>
public enum MissingDatabase
{
    Create,
    Refuse,
}

using AgentPost.Store;

namespace AgentPost.Protocol.Smtp.Session;

/// <summary>What one session knows; belongs to its task. Owns its place in the guard and in the registry, not the connection.</summary>
sealed class SessionContext(SmtpServices services, ClientConnection connection) : IAsyncDisposable
{
    /// <summary>Octets of a command line (RFC 5321 §4.5.3.1.4 asks for 512, AUTH for 12 KiB).</summary>
    const int LineLimit = 64 * 1024;

    RegisteredSession? _registration;
    InboundDesk? _inbound;

    public SmtpServices Services { get; } = services;
    public ClientConnection Connection { get; } = connection;
    public LineReader Lines { get; } = new(connection.Input, LineLimit);
    public WireTrace Trace { get; } = new(services.Logger, connection.ConnectionId);
    public SessionState State { get; set; } = new Ungreeted();

    /// <summary>What has come of the transaction's message by BDAT; null before the first chunk.</summary>
    public ChunkedMessage? Chunks { get; set; }

    /// <summary>What becomes of mail from another server; null in submission.</summary>
    public InboundDesk? Inbound => Services.Options.Service == SmtpService.Submission ? null : _inbound ??= new(this);

    /// <summary>The place among connections without login; set at the start, given back at login.</summary>
    public Admission? Admission { get; set; }

    public void LogIn(Greeted greeted, Login login)
    {
        var session = new SessionLogin("smtp", login.Inbox.Id.ToString(), login.Key.Id.ToString());
        _registration = Services.Registry.TryRegister(Connection, session, perInbox: int.MaxValue);
        Admission?.LoggedIn();
        Connection.LoginSucceeded();
        State = new LoggedIn(greeted.Client, new SubmissionDesk(this, login), login);
    }

    /// <summary>Drops the chunks of a transaction that is over.</summary>
    public async ValueTask DropChunksAsync()
    {
        if (Chunks is { } chunks && (State as InTransaction)?.Mail != chunks.Mail)
        {
            Chunks = null;
            await chunks.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Chunks is not null)
        {
            await Chunks.DisposeAsync();
        }
        _registration?.Dispose();
        Admission?.Dispose();
    }
}

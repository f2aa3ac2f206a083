using AgentPost.Protocol.Connections;
using AgentPost.Protocol.Smtp.Wire;
using AgentPost.Store.Access;

namespace AgentPost.Protocol.Smtp.Session;

/// <summary>
/// State of one session and its connection to the client. Owns the transaction, the admission and the registration, but
/// not the connection. Not thread-safe.
/// </summary>
sealed class SmtpContext : IAsyncDisposable
{
    /// <summary>RFC 5321 §4.5.3.1.4 requires 512 bytes, RFC 4954 §4 12 KiB for AUTH.</summary>
    const int MaxLineBytes = 64 * 1024;

    const int MaxBadCommands = 10;

    // A client that sends commands without reading the replies must not fill the memory.
    const int MaxUnflushedBytes = 16 * 1024;

    readonly LineReader _lines;
    RegisteredSession? _registration;
    int _badCommands;

    public SmtpContext(SmtpServices services, ClientConnection connection)
    {
        (Services, Connection) = (services, connection);
        _lines = new(connection.Input, MaxLineBytes);
        Trace = new(services.Logger, connection.ConnectionId);
        Receiver = services.RequiresLogin ? null : services.CreateReceiver(this, null);
    }

    public SmtpServices Services { get; }
    public ClientConnection Connection { get; }
    public WireTrace Trace { get; }

    /// <summary>The client's greeting. Null before EHLO, HELO or LHLO, and after STARTTLS until the next one.</summary>
    public ClientGreeting? Client { get; set; }

    /// <summary>Null until the login, if the service requires one.</summary>
    public IMailReceiver? Receiver { get; private set; }

    /// <summary>Null outside a mail transaction.</summary>
    public MailTransaction? Transaction { get; private set; }

    /// <summary>
    /// The connection's slot among those that have not logged in. Set at the start, released at login.
    /// </summary>
    public Admission? Admission { get; set; }

    /// <summary>True once the session has ended: no more input is read and no reply is written.</summary>
    public bool IsOver { get; private set; }

    /// <summary>
    /// Writes a reply, without a flush: replies to pipelined commands are sent together (RFC 2920 §3.2). A reply that
    /// closes ends the session, and so does the tenth bad command in a row.
    /// </summary>
    public void Write(Reply reply)
    {
        if (IsOver)
        {
            return;
        }
        _badCommands = reply.IsBadCommand ? _badCommands + 1 : 0;
        var written = _badCommands < MaxBadCommands ? reply : ClosingReplies.TooManyBadCommands;
        ReplyWriter.Write(written, Connection.Output, Trace);
        IsOver = written.Closes;
    }

    /// <summary>Ends the session without a reply.</summary>
    public void End() => IsOver = true;

    // No cancellation here and below: a client may shut down its sending side after its last command and still expects
    // the reply. If the client has disconnected, every read and write fails.
    public async ValueTask FlushAsync() => await Connection.Output.FlushAsync(CancellationToken.None);

    /// <summary>
    /// Reads the client's next command line. Flushes the replies first unless the line has already arrived.
    /// </summary>
    public async ValueTask<LineRead> ReadLineAsync()
    {
        if (Connection.Output.UnflushedBytes <= MaxUnflushedBytes && _lines.TryRead(out var line))
        {
            return line;
        }
        await FlushAsync();
        return await _lines.ReadAsync(CancellationToken.None);
    }

    /// <summary>
    /// Writes an intermediate reply and reads the client's next line, which belongs to the same command. Throws
    /// OperationCanceledException if the client has disconnected.
    /// </summary>
    public async ValueTask<LineRead> AskAsync(Reply reply)
    {
        Write(reply);
        try
        {
            await FlushAsync();
            return await _lines.ReadAsync(CancellationToken.None);
        }
        catch (IOException gone)
        {
            throw new OperationCanceledException(gone.Message, gone);
        }
    }

    public void LogIn(Login login)
    {
        var session = new SessionLogin("smtp", login.Inbox.Id.ToString(), login.Key.Id.ToString());
        _registration = Services.Registry.TryRegister(Connection, session, perInbox: int.MaxValue);
        Admission?.LoggedIn();
        Connection.LoginSucceeded();
        Receiver = Services.CreateReceiver(this, login);
    }

    public void Begin(MailTransaction transaction) => Transaction = transaction;

    /// <summary>Ends the transaction, if any, and discards the part of its message that has arrived.</summary>
    public async ValueTask EndTransactionAsync()
    {
        if (Transaction is { } transaction)
        {
            Transaction = null;
            await transaction.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await EndTransactionAsync();
        _registration?.Dispose();
        Admission?.Dispose();
    }
}

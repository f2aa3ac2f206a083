using AgentPost.Protocol.Connections;
using AgentPost.Protocol.Imap.Notify;
using AgentPost.Protocol.Imap.Selection;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Access;

namespace AgentPost.Protocol.Imap.Session;

/// <summary>
/// What a session keeps between commands: its streams, its state (RFC 9051 §3), its login, and what NOTIFY requested.
/// The session loop runs commands on it; they change it through their context. Used by the task of the connection only.
/// </summary>
sealed class SessionState : IDisposable
{
    readonly ClientConnection _connection;
    readonly StopDeadline _stop;
    Admission? _admission;
    RegisteredSession? _registered;

    /// <param name="collects">As <see cref="CommandFramer"/> asks it.</param>
    public SessionState(ClientConnection connection, ImapServices services, Func<ReadOnlySpan<byte>, bool> collects)
    {
        _connection = connection;
        Services = services;
        Trace = new(services.Logger, connection.ConnectionId);
        Writer = new(Trace.IsEnabled ? new TracedWriter(connection.Output, Trace) : connection.Output);
        Input = new(connection.Input, Writer, collects, MayFinish);
        _stop = new(connection.Input, services.Time, services.Options.StopGrace);
        Context = new NotAuthenticatedContext(this);
    }

    public ImapServices Services { get; }

    public WireTrace Trace { get; }

    public ResponseWriter Writer { get; }

    public CommandFramer Input { get; }

    /// <summary>The state, with what exists in it only.</summary>
    public SessionContext Context { get; private set; }

    /// <summary>Tag of the command that runs, for responses that name it.</summary>
    public string Tag { get; set; } = "";

    /// <summary>What the client wants to be told of its selected mailbox, whichever that is.</summary>
    public SelectedEvents SelectedEvents { get; private set; } = SelectedEvents.Usual;

    /// <summary>What it is told of all others; null without NOTIFY.</summary>
    public Notifications? Notifications { get; private set; }

    public bool IsCompressed => _connection.IsCompressed;

    public string CapabilityLine(SessionContext context) => context is NotAuthenticatedContext
        ? Capabilities.BeforeLogin(Services.Options)
        : Capabilities.AfterLogin(Services.Options, Services.Store.Quotas.Capacity);

    /// <summary>Takes a place among the connections that have not logged in; false if there is none.</summary>
    public bool TryAdmit()
    {
        _admission = _connection.Admit(Services.Guard);
        return _admission is not null;
    }

    /// <summary>Delays the reply to a wrong user name or key; aborts the connection if too many replies wait.</summary>
    public async ValueTask DelayWrongLoginAsync(string userName, string secret, CancellationToken cancellation)
    {
        if (_admission is not null && await _admission.DelayWrongLoginAsync(userName, secret, cancellation) is DelayEnd.GivenUp)
        {
            _connection.Abort("Too many failed logins of the address wait for their reply");
        }
    }

    /// <summary>Registers the login, so that its end ends the session; false if the inbox has too many sessions.</summary>
    public bool TryRegister(Login login)
    {
        _registered = Services.Registry.TryRegister(
            _connection,
            new("imap", login.Inbox.Id.ToString(), login.Key.Id.ToString()),
            Services.Options.ConnectionsPerInbox);
        return _registered is not null;
    }

    /// <summary>Enters the authenticated state.</summary>
    public void LogIn(Login login)
    {
        _admission?.LoggedIn();
        _connection.LoginSucceeded();
        Input.Limits = FramerLimits.AfterLogin;
        Enter(new AuthenticatedContext(this, login));
        Log.LoggedIn(
            Services.Logger,
            _connection.ConnectionId,
            _connection.RemoteAddress.ToString(),
            login.Inbox.Address.Value,
            login.Key.Id.ToString());
    }

    public void LogLoginFailure(string reason) =>
        Log.LoginFailed(Services.Logger, _connection.ConnectionId, _connection.RemoteAddress.ToString(), reason);

    /// <summary>Changes the state; a folder that is left is closed.</summary>
    public void Enter(SessionContext next)
    {
        (Context as SelectedContext)?.Folder.Dispose();
        Context = next;
    }

    /// <summary>Changes what the client is told of (RFC 5465).</summary>
    public void NotifyOf(SelectedEvents selected, Notifications? others)
    {
        Notifications?.Dispose();
        (SelectedEvents, Notifications) = (selected, others);
        if (Context is SelectedContext { Folder: var folder })
        {
            folder.Events = selected;
        }
    }

    public void Dispose()
    {
        (Context as SelectedContext)?.Folder.Dispose();
        Notifications?.Dispose();
        _registered?.Dispose();
        _admission?.Dispose();
        _stop.Dispose();
    }

    /// <summary>A message that is arriving when the server stops is still stored, within the grace period.</summary>
    bool MayFinish() => _connection.EndRequested is EndReason.Shutdown && !_stop.HasPassed();
}

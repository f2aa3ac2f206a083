using AgentPost.Protocol.Connections;
using AgentPost.Protocol.Imap.Notify;
using AgentPost.Protocol.Imap.Selection;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Access;

namespace AgentPost.Protocol.Imap.Session;

/// <summary>
/// The data that a session keeps between commands: streams, state (RFC 9051 §3), login, and NOTIFY request. Commands
/// change it through their context. Used only by the connection's task.
/// </summary>
sealed class SessionState : IDisposable
{
    readonly ClientConnection _connection;
    readonly StopDeadline _stop;
    Admission? _admission;
    RegisteredSession? _registered;

    /// <param name="collects">See <see cref="CommandFramer"/>.</param>
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

    /// <summary>Context of the current state.</summary>
    public SessionContext Context { get; private set; }

    /// <summary>Tag of the running command, for responses that contain it.</summary>
    public string Tag { get; set; } = "";

    /// <summary>Events that the client receives about its selected mailbox, even after it selects another.</summary>
    public SelectedEvents SelectedEvents { get; private set; } = SelectedEvents.Usual;

    /// <summary>Notifications about all other mailboxes; null without NOTIFY.</summary>
    public Notifications? Notifications { get; private set; }

    public bool IsCompressed => _connection.IsCompressed;

    public string CapabilityLine(SessionContext context) => context is NotAuthenticatedContext
        ? Capabilities.BeforeLogin(Services.Options)
        : Capabilities.AfterLogin(Services.Options, Services.Store.Quotas.Capacity);

    /// <summary>Reserves a slot among the connections before login. Returns false if none is free.</summary>
    public bool TryAdmit()
    {
        _admission = _connection.Admit(Services.Guard);
        return _admission is not null;
    }

    /// <summary>
    /// Delays the reply to a wrong user name or key. Aborts the connection if too many replies are delayed.
    /// </summary>
    public async ValueTask DelayWrongLoginAsync(string userName, string secret, CancellationToken cancellation)
    {
        if (_admission is not null && await _admission.DelayWrongLoginAsync(userName, secret, cancellation) is DelayEnd.GivenUp)
        {
            _connection.Abort("Too many failed logins of the address wait for their reply");
        }
    }

    /// <summary>
    /// Registers the login, so that the session ends when its key expires or is revoked. Returns false if the inbox has
    /// too many sessions.
    /// </summary>
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

    /// <summary>Changes the state. Closes the selected folder, if there is one.</summary>
    public void Enter(SessionContext next)
    {
        (Context as SelectedContext)?.Folder.Dispose();
        Context = next;
    }

    /// <summary>Replaces the events that the client receives (RFC 5465).</summary>
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

    /// <summary>
    /// When the server stops, a message in transfer is still stored if it arrives within the grace period.
    /// </summary>
    bool MayFinish() => _connection.EndRequested is EndReason.Shutdown && !_stop.HasPassed();
}

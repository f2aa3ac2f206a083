using System.Net;

namespace AgentPost.Protocol.Connections;

/// <summary>All logged-in sessions of this instance, for counting per inbox, listing and ending. Thread-safe.</summary>
public sealed class SessionRegistry(TimeProvider time)
{
    readonly Lock _gate = new();
    readonly HashSet<RegisteredSession> _sessions = [];
    readonly List<Action<RegisteredSession>> _startHandlers = [];
    readonly List<Action<RegisteredSession>> _endHandlers = [];
    readonly Dictionary<(string Protocol, string Inbox), int> _counts = [];

    /// <summary>
    /// Registers handlers for the start and end of sessions. Call it before first use. Handlers must return quickly and
    /// not throw.
    /// </summary>
    public void OnChanged(Action<RegisteredSession> started, Action<RegisteredSession> ended)
    {
        _startHandlers.Add(started);
        _endHandlers.Add(ended);
    }

    /// <summary>
    /// Registers a session. Returns null if the inbox has reached its limit for this protocol. The session disposes its
    /// registration when it ends.
    /// </summary>
    /// <param name="perInbox">Maximum number of sessions per inbox; <see cref="int.MaxValue"/> for no limit.</param>
    public RegisteredSession? TryRegister(ClientConnection connection, SessionLogin login, int perInbox)
    {
        var session = new RegisteredSession(this, connection, login, time.GetUtcNow());
        var counted = (login.Protocol, login.Inbox);
        lock (_gate)
        {
            var count = _counts.GetValueOrDefault(counted);
            if (count >= perInbox)
            {
                return null;
            }
            _counts[counted] = count + 1;
            _sessions.Add(session);
        }
        _startHandlers.ForEach(handler => handler(session));
        return session;
    }

    public IReadOnlyList<RegisteredSession> List()
    {
        lock (_gate)
        {
            return [.. _sessions];
        }
    }

    /// <summary>Requests the end of all matching sessions and returns their number.</summary>
    public int End(Func<RegisteredSession, bool> predicate, EndReason reason)
    {
        var ended = List().Where(predicate).ToList();
        ended.ForEach(session => session.End(reason));
        return ended.Count;
    }

    internal void Remove(RegisteredSession session)
    {
        var counted = (session.Login.Protocol, session.Login.Inbox);
        lock (_gate)
        {
            if (!_sessions.Remove(session))
            {
                return;
            }
            if (--_counts[counted] == 0)
            {
                _counts.Remove(counted);
            }
        }
        _endHandlers.ForEach(handler => handler(session));
    }
}

/// <summary>The inbox and key of a session. The ids are opaque text here.</summary>
/// <param name="Protocol"><c>imap</c> or <c>smtp</c>.</param>
public sealed record SessionLogin(string Protocol, string Inbox, string Key);

/// <summary>A registered session, as seen from outside. Its session disposes it.</summary>
public sealed class RegisteredSession : IDisposable
{
    readonly SessionRegistry _registry;
    readonly ClientConnection _connection;

    internal RegisteredSession(SessionRegistry registry, ClientConnection connection, SessionLogin login, DateTimeOffset since)
    {
        _registry = registry;
        _connection = connection;
        Login = login;
        Since = since;
    }

    public SessionLogin Login { get; }
    public DateTimeOffset Since { get; }
    public string ConnectionId => _connection.ConnectionId;
    public IPAddress RemoteAddress => _connection.RemoteAddress;

    public void End(EndReason reason) => _connection.RequestEnd(reason);

    public void Dispose() => _registry.Remove(this);
}

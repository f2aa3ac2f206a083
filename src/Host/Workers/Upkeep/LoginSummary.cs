using AgentPost.Host.Workers.Supervision;
using AgentPost.Protocol.Connections;

namespace AgentPost.Host.Workers.Upkeep;

/// <summary>
/// Logs the number of client logins once a minute. Single logins are logged at Debug, because clients that poll would
/// fill the log.
/// </summary>
sealed class LoginSummary : Worker
{
    static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    readonly SessionRegistry _sessions;
    readonly ILogger<LoginSummary> _logger;
    readonly Lock _gate = new();
    readonly HashSet<string> _inboxes = [];
    int _imap;
    int _smtp;

    public LoginSummary(SessionRegistry sessions, ILogger<LoginSummary> logger)
    {
        _sessions = sessions;
        _logger = logger;
        sessions.OnChanged(Count, _ => { });
    }

    public override string Name => "login summary";

    public override Task<TimeSpan> RunAsync(CancellationToken stopping)
    {
        Report();
        return Task.FromResult(Interval);
    }

    public override Task FinishAsync()
    {
        Report();
        return Task.CompletedTask;
    }

    void Count(RegisteredSession session)
    {
        lock (_gate)
        {
            _inboxes.Add(session.Login.Inbox);
            if (session.Login.Protocol == "imap")
            {
                _imap++;
            }
            else
            {
                _smtp++;
            }
        }
    }

    void Report()
    {
        int imap, smtp, inboxes;
        lock (_gate)
        {
            (imap, smtp, inboxes) = (_imap, _smtp, _inboxes.Count);
            (_imap, _smtp) = (0, 0);
            _inboxes.Clear();
        }
        if (imap + smtp > 0)
        {
            Log.LoginSummary(_logger, imap, smtp, inboxes, _sessions.List().Count);
        }
    }
}

using AgentPost.Protocol.Connections;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store;

namespace AgentPost.Protocol.Imap.Session;

/// <summary>
/// The services and session state that a command can use in any state. The derived contexts are the states of RFC 9051
/// §3; each offers only the members that are valid in that state. A command changes the state through a method of its
/// context. Used only by the connection's task.
/// </summary>
abstract class SessionContext(SessionState session)
{
    protected SessionState Session { get; } = session;

    public ResponseWriter Writer => Session.Writer;

    /// <summary>Trace for client lines that are not commands.</summary>
    public WireTrace Trace => Session.Trace;

    /// <summary>Tag of the running command.</summary>
    public string Tag => Session.Tag;

    /// <summary>For commands that read more input: a streamed literal, IDLE, AUTHENTICATE.</summary>
    public CommandFramer Input => Session.Input;

    public ImapOptions Options => Session.Services.Options;

    public MailStore Store => Session.Services.Store;

    public TimeProvider Time => Session.Services.Time;

    public EnabledExtensions Enabled => Session.Writer.Enabled;

    /// <summary>Capabilities in the current state, space-separated.</summary>
    public string Capabilities => Session.CapabilityLine(this);

    public virtual void Enable(EnabledExtensions extensions) => Session.Writer.Enabled |= extensions;
}

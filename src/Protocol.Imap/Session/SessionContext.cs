using AgentPost.Protocol.Connections;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store;

namespace AgentPost.Protocol.Imap.Session;

/// <summary>
/// What a command may use in any state. The derived contexts are the states of RFC 9051 §3, each carrying what exists in that state only; a command
/// changes the state by a method of its context. Used by the task of the connection only.
/// </summary>
abstract class SessionContext(SessionState session)
{
    protected SessionState Session { get; } = session;

    public ResponseWriter Writer => Session.Writer;

    /// <summary>For lines of the client that are no commands.</summary>
    public WireTrace Trace => Session.Trace;

    /// <summary>Tag of the command that runs.</summary>
    public string Tag => Session.Tag;

    /// <summary>For commands that go on reading: a streamed literal, IDLE, AUTHENTICATE.</summary>
    public CommandFramer Input => Session.Input;

    public ImapOptions Options => Session.Services.Options;

    public MailStore Store => Session.Services.Store;

    public TimeProvider Time => Session.Services.Time;

    public EnabledExtensions Enabled => Session.Writer.Enabled;

    /// <summary>Capabilities as they stand in this state, in one line.</summary>
    public string Capabilities => Session.CapabilityLine(this);

    public virtual void Enable(EnabledExtensions extensions) => Session.Writer.Enabled |= extensions;
}

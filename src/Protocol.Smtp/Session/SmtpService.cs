namespace AgentPost.Protocol.Smtp.Session;

/// <summary>
/// The service of a port. All services share one kind of session; tables list what each service supports.
/// </summary>
[Flags]
public enum SmtpService
{
    /// <summary>Mail from logged-in clients (RFC 6409).</summary>
    Submission = 1,

    /// <summary>Mail from other servers.</summary>
    Mx = 2,

    /// <summary>Mail from an upstream server (RFC 2033).</summary>
    Lmtp = 4,
}

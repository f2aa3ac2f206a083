namespace AgentPost.Protocol.Smtp.Session;

/// <summary>What a port is for. One session serves them all; tables say what each of them has.</summary>
[Flags]
public enum SmtpService
{
    /// <summary>Mail from the owners of inboxes (RFC 6409).</summary>
    Submission = 1,

    /// <summary>Mail from other servers.</summary>
    Mx = 2,

    /// <summary>Mail from a server in front of this one (RFC 2033).</summary>
    Lmtp = 4,
}

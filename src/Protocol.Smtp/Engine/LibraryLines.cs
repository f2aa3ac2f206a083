using AgentPost.Protocol.Smtp.Commands;
using AgentPost.Protocol.Smtp.Session;

namespace AgentPost.Protocol.Smtp.Engine;

/// <summary>
/// The lines that SmtpServer reads in place of the client's. They contain only the verb, because its grammar does not
/// support all addresses and parameters. The parsed command of the line has them.
/// </summary>
static class LibraryLines
{
    static readonly byte[] Ehlo = "EHLO x\r\n"u8.ToArray();
    static readonly byte[] Helo = "HELO x\r\n"u8.ToArray();
    static readonly byte[] Auth = "AUTH PLAIN AHgAeA==\r\n"u8.ToArray();
    static readonly byte[] StartTls = "STARTTLS\r\n"u8.ToArray();
    static readonly byte[] Mail = "MAIL FROM:<>\r\n"u8.ToArray();
    static readonly byte[] Rcpt = "RCPT TO:<x@x>\r\n"u8.ToArray();
    static readonly byte[] Data = "DATA\r\n"u8.ToArray();
    static readonly byte[] Rset = "RSET\r\n"u8.ToArray();
    static readonly byte[] Noop = "NOOP\r\n"u8.ToArray();
    static readonly byte[] Quit = "QUIT\r\n"u8.ToArray();

    /// <summary>A RSET that the client did not send, so it receives no reply.</summary>
    public static SmtpCommand SilentReset { get; } = new SilentResetCommand();

    public static ReadOnlyMemory<byte> For(SmtpCommand command) => command switch
    {
        EhloCommand => Ehlo,
        HeloCommand => Helo,
        AuthCommand => Auth,
        StartTlsCommand => StartTls,
        MailCommand => Mail,
        RcptCommand => Rcpt,
        DataCommand or BdatCommand => Data,
        RsetCommand or SilentResetCommand => Rset,
        NoopCommand => Noop,
        QuitCommand => Quit,
        _ => throw new InvalidOperationException($"SmtpServer does not know {command.GetType().Name}."),
    };

    sealed record SilentResetCommand : SmtpCommand;
}

using System.Globalization;
using AgentPost.Protocol.Smtp.Commands;
using AgentPost.Protocol.Smtp.Session;
using AgentPost.Protocol.Smtp.Wire;

namespace AgentPost.Protocol.Smtp.Engine;

/// <summary>The replies to commands that need no authenticator, filter or store.</summary>
static class CommandReplies
{
    /// <summary>The reply to a command that SmtpServer has accepted. Null if the client receives none.</summary>
    public static Reply? Accepted(SmtpCommand? command, SmtpContext context) => command switch
    {
        EhloCommand => new(250, null, [context.Services.Options.Hostname, .. EhloKeywords.For(context)]),
        HeloCommand => new(250, null, context.Services.Options.Hostname),
        StartTlsCommand when HasMoreArrived(context) =>
            new(554, "5.5.1", "Nothing may follow STARTTLS before TLS has started") { Closes = true },
        StartTlsCommand => new(220, "2.0.0", "Start TLS"),
        DataCommand => new(354, null, "Send the message; end it with a dot on a line of its own"),
        RsetCommand => new(250, "2.0.0", "Reset"),
        NoopCommand => new(250, "2.0.0", "OK"),
        QuitCommand => new(221, "2.0.0", "Bye") { Closes = true },
        // SmtpServer asks the filter only after a login.
        MailCommand => OrderReplies.For(command, context),
        _ => null,
    };

    /// <summary>
    /// The reply to a command that SmtpServer does not know, or would wrongly accept. Null if SmtpServer decides.
    /// </summary>
    public static Reply? WithoutLibrary(SmtpCommand command, SmtpContext context) => command switch
    {
        VrfyCommand => new(252, "2.0.0", "Addresses are not verified; send a message"),
        HelpCommand => new(
            214, "2.0.0", "Commands: " + string.Join(' ', VerbTable.VerbsOf(context.Services.Options.Service))),
        // After STARTTLS, SmtpServer still accepts the greeting sent in the clear.
        AuthCommand or MailCommand when context.Client is null => OrderReplies.For(command, context),
        // SmtpServer offers TLS on every connection or on none.
        StartTlsCommand when !context.Connection.OffersTls => OrderReplies.For(command, context),
        // RFC 3030 §3
        DataCommand when context.Transaction is { Parameters.IsBinary: true } =>
            new(503, "5.5.1", "A message with BODY=BINARYMIME requires BDAT"),
        DataCommand when context.Transaction is { Chunks: not null } =>
            new(503, "5.5.1", "The message has started with BDAT; continue with BDAT or send RSET"),
        _ => null,
    };

    public static Reply ChunkReceived(BdatCommand chunk) =>
        new(250, "2.0.0", string.Create(CultureInfo.InvariantCulture, $"{chunk.Size} octets received"));

    // Bytes in the clear after the command are an injection (CVE-2011-0411). If they arrive later, they break the
    // handshake.
    static bool HasMoreArrived(SmtpContext context)
    {
        if (!context.Connection.Input.TryRead(out var read))
        {
            return false;
        }
        context.Connection.Input.AdvanceTo(read.Buffer.Start);
        return !read.Buffer.IsEmpty;
    }
}

using System.Buffers;
using AgentPost.Protocol.Connections;
using AgentPost.Protocol.Smtp.Commands;
using AgentPost.Protocol.Smtp.Session;
using AgentPost.Protocol.Smtp.Wire;

namespace AgentPost.Protocol.Smtp.Engine;

/// <summary>
/// Receives a message with DATA or BDAT into the spool. An invalid message is read to its end too, so that nothing in
/// it is ever read as a command.
/// </summary>
static class MessageReceiver
{
    /// <summary>Receives the message after DATA. Returns null if it can be accepted.</summary>
    public static async Task<Reply?> ReceiveAsync(MailTransaction mail, SmtpContext context)
    {
        var message = mail.Message = context.Services.Store.Appends.Receive();
        var reader = new DataReader(context.Connection.Input, context.Services.Options.MaxMessageSize, LineFeedUseOf(context));
        try
        {
            return await ReadAsync(() => reader.ReadAsync(message.WriteAsync, CancellationToken.None), context)
                ?? Rejection(reader.Fault, context);
        }
        catch (Exception failure) when (reader.IsComplete)
        {
            return FailureReplies.For(failure, context);
        }
    }

    /// <summary>
    /// Receives a chunk after BDAT, and completes the message after the last one. Returns null if it can be accepted.
    /// </summary>
    public static async Task<Reply?> ReceiveAsync(BdatCommand chunk, MailTransaction mail, SmtpContext context)
    {
        var limit = context.Services.Options.MaxMessageSize;
        var message = mail.Chunks ??= new(mail.Parameters, context.Services.Store.Appends, limit, LineFeedUseOf(context));
        var reader = new ChunkReader(context.Connection.Input, chunk.Size);
        try
        {
            var closing = await ReadAsync(() => reader.ReadAsync(message.WriteAsync, CancellationToken.None), context);
            if (closing is not null)
            {
                return closing;
            }
            if (chunk.IsLast)
            {
                await message.EndAsync(CancellationToken.None);
            }
            return Rejection(message.Fault, context);
        }
        catch (Exception failure) when (reader.IsComplete)
        {
            return FailureReplies.For(failure, context);
        }
    }

    /// <summary>Skips a chunk that does not belong to a message. Returns null unless the session must end.</summary>
    public static Task<Reply?> DiscardAsync(BdatCommand chunk, SmtpContext context)
    {
        var reader = new ChunkReader(context.Connection.Input, chunk.Size);
        return ReadAsync(() => reader.ReadAsync(Discard, CancellationToken.None), context);
    }

    // Submission clients send files with LF line ends unchanged. Between servers, a lone LF is an attack on the end of
    // DATA.
    static LineFeedUse LineFeedUseOf(SmtpContext context) =>
        context.Services.RequiresLogin ? LineFeedUse.EndsLine : LineFeedUse.Rejected;

    static ValueTask Discard(ReadOnlySequence<byte> bytes, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <summary>Reads to the end of the message or chunk. Returns null unless the session must end before it.</summary>
    static async Task<Reply?> ReadAsync(Func<Task<DataProgress>> read, SmtpContext context)
    {
        var (time, startedAt) = (context.Services.Time, context.Services.Time.GetTimestamp());
        using var stop = new StopDeadline(context.Connection.Input, time, context.Services.Options.StopGrace);
        while (true)
        {
            switch (await read())
            {
                case DataProgress.Complete:
                    return null;
                case DataProgress.EndOfInput:
                    throw new IOException("The client disconnected in the middle of a message.");
            }
            if (context.Connection.EndRequested is { } reason && (reason != EndReason.Shutdown || stop.HasPassed()))
            {
                return ClosingReplies.For(reason);
            }
            if (time.GetElapsedTime(startedAt) > context.Services.Options.DataLimit)
            {
                return ClosingReplies.TooSlow;
            }
        }
    }

    /// <summary>The reply to a message that cannot be accepted. Null if it can be accepted.</summary>
    static Reply? Rejection(DataFault fault, SmtpContext context) => fault switch
    {
        DataFault.None => null,
        DataFault.TooBig => StoreReplies.TooBig(context.Services.Options.MaxMessageSize),
        DataFault.LoneCarriageReturn => new(550, "5.6.11", "The message has a CR without LF; lines end with CRLF"),
        DataFault.LoneLineFeed => new(550, "5.6.11", "The message has an LF without CR; lines end with CRLF"),
        DataFault.Binary => new(
            554,
            "5.6.1",
            "The message has binary content where base64 is not possible: "
                + "in a header, between parts, or in an encoded or signed part"),
        _ => new(554, "5.6.0", "The message has a NUL; encode binary content in base64"),
    };
}

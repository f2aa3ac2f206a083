using AgentPost.Protocol.Connections;
using AgentPost.Protocol.Smtp.Commands;
using AgentPost.Protocol.Smtp.Session;
using AgentPost.Protocol.Smtp.Wire;
using SmtpServer;
using SmtpCommand = AgentPost.Protocol.Smtp.Session.SmtpCommand;

namespace AgentPost.Protocol.Smtp.Engine;

/// <summary>
/// AgentPost's side of one session. Reads and parses the client's lines, and gives SmtpServer each command that it
/// knows as a line without parameters: SmtpServer decides whether the command is allowed now. Every reply to the client
/// is written here: that of authenticator, filter or store, or the one that belongs to the command. Not thread-safe.
/// </summary>
sealed class EngineSession(SmtpContext context)
{
    // The message itself is in the spool.
    static readonly byte[] MessagePlaceholder = "x\r\n.\r\n"u8.ToArray();

    readonly Queue<SmtpCommand> _next = [];
    SmtpCommand? _current;
    Reply? _reply = GreetingOf(context);
    Reply? _messageRejection;
    bool _isStarted;
    bool _messageFollows;

    public SmtpContext Context => context;

    public static EngineSession Of(ISessionContext library) => ((SessionPipe)library.Pipe).Session;

    public void Attach(ISessionContext library) =>
        library.ResponseException += (_, _) => _reply = OrderReplies.For(Current<SmtpCommand>(), context);

    /// <summary>The command that SmtpServer is working on.</summary>
    public T Current<T>()
        where T : SmtpCommand => (T)_current!;

    /// <summary>
    /// Runs the work of the current command, whose reply the client receives. Returns true if the reply is positive.
    /// </summary>
    public async Task<bool> ReplyWithAsync(Func<ValueTask<Reply>> work)
    {
        _reply = await FailureReplies.CatchAsync(work, context);
        return _reply.IsPositive;
    }

    /// <summary>Stores the message that has arrived, or rejects it, and ends the transaction.</summary>
    public async Task<bool> StoreMessageAsync(CancellationToken cancellation)
    {
        if (context is not { Transaction: { } mail, Receiver: { } receiver })
        {
            throw new InvalidOperationException("A message without a transaction.");
        }
        var message = mail.Message ?? mail.Chunks!.Message;
        var isStored = await ReplyWithAsync(
            async () => _messageRejection ?? await receiver.AcceptAsync(message, mail, cancellation));
        if (!isStored)
        {
            Log.MessageRefused(context.Services.Logger, receiver.Sender, _reply!.Lines[0], context.Connection.ConnectionId);
        }
        if (receiver.RepliesPerRecipient && _reply is { Closes: false, Further: [] } reply)
        {
            // RFC 2033 §4.2: LMTP sends one reply per recipient, here the same for all.
            _reply = reply with { Further = [.. Enumerable.Repeat(reply, mail.Accepted.Count - 1)] };
        }
        await context.EndTransactionAsync();
        return isStored;
    }

    /// <summary>Replaces the reply of SmtpServer by the reply to the client, and writes it.</summary>
    public async ValueTask AnswerAsync()
    {
        if (!context.IsOver && (_reply ?? await AcceptAsync(_current)) is { } reply)
        {
            context.Write(reply);
        }
        _reply = null;
    }

    /// <summary>
    /// Secures the connection after the reply to STARTTLS, and discards what the client sent before (RFC 3207 §4.2).
    /// </summary>
    public async Task StartTlsAsync()
    {
        if (context.IsOver)
        {
            return;
        }
        try
        {
            await context.FlushAsync();
            if (!await context.Connection.StartTlsAsync(CancellationToken.None))
            {
                context.End();
            }
        }
        catch (IOException gone)
        {
            End(gone);
        }
        context.Client = null;
    }

    /// <summary>Returns the next line for SmtpServer to read; empty if the session has ended.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> NextLineAsync()
    {
        if (!_isStarted)
        {
            // SmtpServer starts each session on the task that accepts connections: release that task.
            _isStarted = true;
            await Task.Yield();
        }
        try
        {
            if (_messageFollows)
            {
                _messageFollows = false;
                await ReceiveMessageAsync();
                return context.IsOver ? default : MessagePlaceholder;
            }
            while (!context.IsOver)
            {
                if (_next.TryDequeue(out _current))
                {
                    return LibraryLines.For(_current);
                }
                await ReadCommandAsync();
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            End(gone);
        }
        return default;
    }

    async ValueTask ReadCommandAsync()
    {
        if (context.Connection.EndRequested is { } reason)
        {
            context.Write(ClosingReplies.For(reason));
            return;
        }
        var line = await context.ReadLineAsync();
        switch (line.Outcome)
        {
            case LineOutcome.Line:
                await TakeAsync(line.Octets);
                break;
            case LineOutcome.TooLong:
                context.Write(new(500, "5.5.2", "Line too long"));
                break;
            case LineOutcome.EndOfInput:
                context.End();
                break;
        }
    }

    async ValueTask TakeAsync(ReadOnlyMemory<byte> line)
    {
        VerbTable.TraceLine(context.Trace, line.Span);
        var parsed = VerbTable.Parse(line.Span, context.Services.Options.Service);
        if (!parsed.IsCommand)
        {
            context.Write(parsed.Rejection);
        }
        else if (parsed.Command is BdatCommand chunk)
        {
            await TakeChunkAsync(chunk);
        }
        else if (CommandReplies.WithoutLibrary(parsed.Command, context) is { } reply)
        {
            context.Write(reply);
        }
        else
        {
            if (parsed.Command is EhloCommand or HeloCommand)
            {
                await ResetAsync();
            }
            _next.Enqueue(parsed.Command);
        }
    }

    /// <summary>
    /// Receives a chunk. After the last one, SmtpServer stores the message in the same way as after DATA.
    /// </summary>
    async ValueTask TakeChunkAsync(BdatCommand chunk)
    {
        // A client that does not pipeline waits for the pending replies before it sends the chunk.
        await context.FlushAsync();
        if (context.Transaction is not { Recipients.Count: > 0 } mail)
        {
            context.Write(await MessageReceiver.DiscardAsync(chunk, context) ?? OrderReplies.For(chunk, context));
            return;
        }
        _messageRejection = await MessageReceiver.ReceiveAsync(chunk, mail, context);
        if (chunk.IsLast && _messageRejection is not { Closes: true })
        {
            _next.Enqueue(chunk);
            return;
        }
        context.Write(_messageRejection ?? CommandReplies.ChunkReceived(chunk));
        if (_messageRejection is not null)
        {
            await ResetAsync();
        }
    }

    async ValueTask ReceiveMessageAsync()
    {
        if (Current<SmtpCommand>() is DataCommand && context.Transaction is { } mail)
        {
            await context.FlushAsync();
            _messageRejection = await MessageReceiver.ReceiveAsync(mail, context);
        }
        if (_messageRejection is { Closes: true } closing)
        {
            context.Write(closing);
        }
    }

    /// <summary>Ends the transaction here and in SmtpServer, which ends it only at RSET.</summary>
    async ValueTask ResetAsync()
    {
        if (context.Transaction is not null)
        {
            await context.EndTransactionAsync();
            _next.Enqueue(LibraryLines.SilentReset);
        }
    }

    /// <summary>Runs a command that SmtpServer has accepted. Returns null if the client receives no reply.</summary>
    async ValueTask<Reply?> AcceptAsync(SmtpCommand? command)
    {
        switch (command)
        {
            case DataCommand or BdatCommand:
                _messageFollows = true;
                break;
            case EhloCommand ehlo:
                context.Client = ehlo.Client;
                break;
            case HeloCommand helo:
                context.Client = helo.Client;
                break;
            case RsetCommand:
                await context.EndTransactionAsync();
                break;
        }
        return CommandReplies.Accepted(command, context);
    }

    void End(Exception gone)
    {
        Log.ClientGone(context.Services.Logger, context.Connection.ConnectionId, gone.Message);
        context.End();
    }

    static Reply GreetingOf(SmtpContext context)
    {
        var protocol = context.Services.Options.Service == SmtpService.Lmtp ? "LMTP" : "ESMTP";
        return new(220, null, $"{context.Services.Options.Hostname} {protocol} AgentPost");
    }
}

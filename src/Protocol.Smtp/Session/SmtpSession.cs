using AgentPost.Protocol.Smtp.Commands;
using AgentPost.Protocol.Smtp.Wire;
using AgentPost.Store;

namespace AgentPost.Protocol.Smtp.Session;

/// <summary>
/// The loop of one connection: reads a line, runs its command, writes the answer. Answers of pipelined commands gather until no further line has arrived
/// (RFC 2920 §3.2). The one place where failures become answers.
/// </summary>
sealed class SmtpSession(SessionContext context)
{
    const int BadCommandLimit = 10;

    // A client that sends commands without end and reads no answers must not fill the memory.
    const int UnflushedLimit = 16 * 1024;

    readonly ClientConnection _connection = context.Connection;
    IContinuation? _continuation;
    int _badCommands;

    public async Task RunAsync()
    {
        Log.SessionBegan(context.Services.Logger, _connection.ConnectionId, _connection.RemoteAddress);
        try
        {
            // Not the connection's token: a client may shut its sending side behind its last command and still wants the answer. One that is gone for good
            // ends every read and write.
            await ConverseAsync(CancellationToken.None);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            Log.ClientGone(context.Services.Logger, _connection.ConnectionId, gone.Message);
        }
        Log.SessionEnded(context.Services.Logger, _connection.ConnectionId);
    }

    async Task ConverseAsync(CancellationToken cancellation)
    {
        context.Admission = _connection.Admit(context.Services.Guard);
        var options = context.Services.Options;
        var reply = context.Admission is null ? Goodbye.TooManyConnections
            : await EarlyTalker.SpeaksAsync(_connection, options.Inbound.GreetingDelay, cancellation) ? Goodbye.EarlyTalker
            : new Reply(220, null, $"{options.Hostname} {(options.Service == SmtpService.Lmtp ? "LMTP" : "ESMTP")} AgentPost");
        Write(reply);
        while (!reply.Closes && await NextAsync(cancellation) is { } next)
        {
            reply = next;
            Write(reply);
            await context.DropChunksAsync();
            if (reply.Then is not null || _connection.Output.UnflushedBytes > UnflushedLimit)
            {
                await _connection.Output.FlushAsync(cancellation);
            }
        }
        await _connection.Output.FlushAsync(cancellation);
    }

    /// <summary>The next answer; null when the client has closed its side.</summary>
    async Task<Reply?> NextAsync(CancellationToken cancellation)
    {
        var replies = _continuation?.Replies ?? 1;
        var reply = await NextReplyAsync(cancellation);
        // One reply to a client that waits for several is the answer to each.
        return reply is null or { Closes: true } or { Further.Count: > 0 } || replies == 1
            ? reply
            : reply with { Further = [.. Enumerable.Repeat(reply, replies - 1)] };
    }

    async Task<Reply?> NextReplyAsync(CancellationToken cancellation)
    {
        if (_connection.EndRequested is { } reason)
        {
            return Goodbye.For(reason);
        }
        try
        {
            if (_continuation is { } continuation)
            {
                _continuation = null;
                return Note(await continuation.ContinueAsync(context, cancellation));
            }
            var line = await ReadLineAsync(cancellation);
            return line.Outcome switch
            {
                LineOutcome.Line => Note(await AnswerAsync(line.Octets, cancellation)),
                LineOutcome.TooLong => Note(new(500, "5.5.2", "Line too long")),
                LineOutcome.Canceled => Goodbye.For(_connection.EndRequested ?? EndReason.Shutdown),
                _ => null,
            };
        }
        catch (StoreUnavailableException unavailable)
        {
            Log.StoreUnavailable(context.Services.Logger, unavailable, _connection.ConnectionId);
            return new(451, "4.3.0", "The mail store cannot be reached right now; try again later");
        }
        catch (StoreRefusedException refused)
        {
            return Refusals.Of(refused);
        }
        catch (Exception fault) when (fault is not (IOException or OperationCanceledException))
        {
            Log.SessionFailed(context.Services.Logger, fault, _connection.ConnectionId, context.State.GetType().Name);
            return Goodbye.ServerFault;
        }
    }

    async ValueTask<LineRead> ReadLineAsync(CancellationToken cancellation)
    {
        if (context.Lines.TryRead(out var line))
        {
            return line;
        }
        await _connection.Output.FlushAsync(cancellation);
        return await context.Lines.ReadAsync(cancellation);
    }

    ValueTask<Reply> AnswerAsync(ReadOnlyMemory<byte> line, CancellationToken cancellation)
    {
        CommandTable.TraceLine(context.Trace, line.Span);
        var parsed = CommandTable.Parse(line.Span, context.Services.Options.Service);
        return parsed.IsCommand ? CommandTable.ExecuteAsync(parsed.Command, context, cancellation) : ValueTask.FromResult(parsed.Refusal);
    }

    Reply Note(Reply reply)
    {
        if (reply.Lines.Count > 0)
        {
            _badCommands = reply.IsBadCommand ? _badCommands + 1 : 0;
        }
        if (_badCommands >= BadCommandLimit)
        {
            return Goodbye.TooManyBadCommands;
        }
        _continuation = reply.Then;
        return reply;
    }

    void Write(Reply reply)
    {
        ReplyWriter.Write(reply, _connection.Output, context.Trace);
        foreach (var further in reply.Further)
        {
            ReplyWriter.Write(further, _connection.Output, context.Trace);
        }
    }
}

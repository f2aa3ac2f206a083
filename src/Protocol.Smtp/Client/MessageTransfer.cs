using System.Buffers;

namespace AgentPost.Protocol.Smtp.Client;

/// <summary>
/// One mail transaction from the client's side (RFC 5321 §3.3): MAIL, RCPT for each recipient, DATA. The remote server
/// accepts nothing before the final dot, so an earlier error is a temporary failure. If the reply to the final dot is
/// lost, the outcome is unknown. Used once.
/// </summary>
sealed class MessageTransfer(PeerChannel channel, PeerKeywords keywords, SmtpTimeouts timeouts, OutgoingMessage message)
{
    const int BufferOctets = 64 * 1024;

    // Without a limit, commands and replies could fill the connection in both directions and block it (RFC 2920 §3.1).
    const int MostPipelined = 50;

    readonly RecipientResult?[] _results = new RecipientResult?[message.Recipients.Count];

    public bool IsConnectionUsable { get; private set; } = true;

    public async Task<IReadOnlyList<RecipientResult>> RunAsync(CancellationToken cancellation)
    {
        if (await FindObstacleAsync(cancellation) is { } obstacle)
        {
            Decide(recipient => new(recipient, SendOutcome.Permanent, obstacle.Status, obstacle.Text, null));
            return Results();
        }
        try
        {
            if (await OpenAsync(cancellation))
            {
                await SendContentAsync(cancellation);
            }
        }
        catch (SmtpPeerException broken)
        {
            IsConnectionUsable = false;
            Decide(recipient => new(recipient, SendOutcome.Temporary, "4.4.2", broken.Message, null));
        }
        return Results();
    }

    /// <summary>
    /// Returns the reason why the remote server cannot accept the message, according to its EHLO reply. Returns null if
    /// there is none.
    /// </summary>
    async ValueTask<(string Status, string Text)?> FindObstacleAsync(CancellationToken cancellation)
    {
        if (message.Octets > keywords.LargestMessage)
        {
            return ("5.3.4", $"The message has {message.Octets} octets, the server takes {keywords.LargestMessage}");
        }
        if (message.NeedsSmtpUtf8 && !keywords.Has("SMTPUTF8"))
        {
            return ("5.6.7", "The message has addresses beyond ASCII, which the server does not take (SMTPUTF8)");
        }
        return !keywords.Has("8BITMIME") && await HasEightBitAsync(cancellation)
            // RFC 6152 §3: converting would break signatures, and every server in use supports 8BITMIME.
            ? ("5.6.3", "The message has 8-bit text, which the server does not take (8BITMIME)")
            : null;
    }

    async ValueTask<bool> HasEightBitAsync(CancellationToken cancellation)
    {
        await using var content = await message.Open(cancellation);
        var buffer = new byte[BufferOctets];
        while (await content.ReadAsync(buffer, cancellation) is > 0 and var read)
        {
            if (!System.Text.Ascii.IsValid(buffer.AsSpan(0, read)))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Sends MAIL and RCPT. Returns false if no recipient is accepted, or if the session has ended.</summary>
    async Task<bool> OpenAsync(CancellationToken cancellation)
    {
        var commands = EnvelopeCommands.Of(message, keywords);
        var batch = keywords.Has("PIPELINING") ? MostPipelined : 1;
        var isOpen = false;
        for (var first = 0; first < commands.Count && IsConnectionUsable; first += batch)
        {
            var some = commands.Skip(first).Take(batch).ToArray();
            await channel.SayAsync(some, timeouts.Command, cancellation);
            for (var i = first; i < first + some.Length; i++)
            {
                var reply = await channel.ReadAsync(timeouts.Command, cancellation);
                if (i == 0)
                {
                    isOpen = Accepted(reply, null);
                }
                else
                {
                    Accepted(reply, i - 1);
                }
                NoteGoodbye(reply);
            }
            if (!isOpen)
            {
                return false;
            }
        }
        if (_results.Any(result => result is null))
        {
            return IsConnectionUsable;
        }
        await ResetAsync(cancellation);
        return false;
    }

    // If the recipient is null, the reply applies to all undecided recipients.
    bool Accepted(PeerReply reply, int? recipient)
    {
        if (reply.IsPositive)
        {
            return true;
        }
        if (recipient is { } index)
        {
            _results[index] ??= RecipientResult.Of(message.Recipients[index].Address, reply, ReplyMeaning.OfRecipient(reply));
        }
        else
        {
            Decide(address => RecipientResult.Of(address, reply, ReplyMeaning.Of(reply)));
        }
        return false;
    }

    async Task SendContentAsync(CancellationToken cancellation)
    {
        var start = await channel.AskAsync("DATA", timeouts.DataStart, cancellation);
        if (start.Code != 354)
        {
            NoteGoodbye(start);
            // A positive reply violates the protocol, so the state of the remote server is unknown.
            IsConnectionUsable &= !start.IsPositive;
            Decide(address => RecipientResult.Of(address, start, ReplyMeaning.Of(start)));
            if (IsConnectionUsable)
            {
                await ResetAsync(cancellation);
            }
            return;
        }
        var last = await WriteContentAsync(cancellation);
        await message.BeforeEnd(cancellation);
        try
        {
            await channel.WriteAsync(last, timeouts.DataBlock, CancellationToken.None);
            var reply = await channel.ReadAsync(timeouts.DataEnd, CancellationToken.None);
            NoteGoodbye(reply);
            Decide(address => RecipientResult.Of(address, reply, reply.IsPositive ? SendOutcome.Delivered : ReplyMeaning.Of(reply)));
        }
        catch (SmtpPeerException lost)
        {
            IsConnectionUsable = false;
            Decide(address => new(address, SendOutcome.Unknown, "4.4.2", $"The answer to the message was lost: {lost.Message}", null));
        }
    }

    /// <summary>Writes the message except for its last bytes, which include the final dot, and returns these.</summary>
    async Task<ReadOnlyMemory<byte>> WriteContentAsync(CancellationToken cancellation)
    {
        var stuffing = new DotStuffing();
        var output = new ArrayBufferWriter<byte>(BufferOctets * 2);
        await using var content = await message.Open(cancellation);
        var buffer = new byte[BufferOctets];
        while (await content.ReadAsync(buffer, cancellation) is > 0 and var read)
        {
            stuffing.Write(buffer.AsSpan(0, read), output);
            if (output.WrittenCount >= BufferOctets)
            {
                await channel.WriteAsync(output.WrittenMemory, timeouts.DataBlock, cancellation);
                output.ResetWrittenCount();
            }
        }
        stuffing.Complete(output);
        return output.WrittenMemory;
    }

    async Task ResetAsync(CancellationToken cancellation)
    {
        if (IsConnectionUsable)
        {
            var reply = await channel.AskAsync("RSET", timeouts.Command, cancellation);
            IsConnectionUsable = reply.IsPositive;
        }
    }

    // 421: the server closes the session, whatever the command was (RFC 5321 §3.8).
    void NoteGoodbye(PeerReply reply) => IsConnectionUsable &= reply.Code != 421;

    void Decide(Func<string, RecipientResult> decide)
    {
        for (var i = 0; i < _results.Length; i++)
        {
            _results[i] ??= decide(message.Recipients[i].Address);
        }
    }

    // Undecided recipients were accepted, but the session ended before the message was sent.
    IReadOnlyList<RecipientResult> Results()
    {
        Decide(address => new(address, SendOutcome.Temporary, "4.4.2", "The server ended the session", null));
        return [.. _results.OfType<RecipientResult>()];
    }
}

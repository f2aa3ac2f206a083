using System.Buffers;
using System.Globalization;
using AgentPost.Protocol.Smtp.Session;
using AgentPost.Protocol.Smtp.Wire;

namespace AgentPost.Protocol.Smtp.Commands;

/// <summary>Takes the octets of one BDAT and answers; after the last chunk it files the message. A refused chunk ends the transaction (RFC 3030 §2).</summary>
sealed class ChunkReception(BdatCommand chunk) : IContinuation
{
    public async Task<Reply> ContinueAsync(SessionContext context, CancellationToken cancellation)
    {
        if (context.State is not InTransaction state || state.Mail.Recipients.Count == 0)
        {
            return await DiscardAsync(context, cancellation) ?? (context.State switch
            {
                InTransaction => new(554, "5.5.1", "No valid recipients"),
                Ready => new(503, "5.5.1", "Say MAIL first"),
                _ when context.Inbound is not null => new(503, "5.5.1", "Say EHLO first"),
                _ => new(530, "5.7.0", "Authentication required"),
            });
        }
        var isGoingOn = false;
        try
        {
            var reply = await TakeAsync(context, state, cancellation);
            isGoingOn = !chunk.IsLast && reply.Code == 250;
            return reply;
        }
        finally
        {
            context.State = isGoingOn ? state : state.Before;
        }
    }

    async Task<Reply> TakeAsync(SessionContext context, InTransaction state, CancellationToken cancellation)
    {
        var message = context.Chunks ??= new(state.Mail, context.Services.Store.Appends, context.Services.Options.MessageOctets);
        if (await ReceiveAsync(context, message.WriteAsync, cancellation) is { } goodbye)
        {
            return goodbye;
        }
        if (chunk.IsLast)
        {
            await message.EndAsync(cancellation);
        }
        if (MessageReception.Refusal(message.Fault, context) is { } refusal)
        {
            return refusal;
        }
        return chunk.IsLast
            ? await state.Before.Desk.AcceptAsync(message.Message, state, cancellation)
            : new(250, "2.0.0", string.Create(CultureInfo.InvariantCulture, $"{chunk.Octets} octets received"));
    }

    Task<Reply?> DiscardAsync(SessionContext context, CancellationToken cancellation) =>
        ReceiveAsync(context, (_, _) => ValueTask.CompletedTask, cancellation);

    Task<Reply?> ReceiveAsync(
        SessionContext context, Func<ReadOnlySequence<byte>, CancellationToken, ValueTask> sink, CancellationToken cancellation)
    {
        var reader = new ChunkReader(context.Connection.Input, chunk.Octets);
        return MessageReception.ReceiveAsync(() => reader.ReadAsync(sink, cancellation), context);
    }
}

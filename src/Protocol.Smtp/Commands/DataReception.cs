using AgentPost.Protocol.Smtp.Session;
using AgentPost.Protocol.Smtp.Wire;

namespace AgentPost.Protocol.Smtp.Commands;

/// <summary>Takes the message after 354, files it and answers. The transaction is over however that ends.</summary>
sealed class DataReception(InTransaction state) : IContinuation
{
    // RFC 2033 §4.2
    public int Replies { get; } = state.Before.Desk.AnswersEachRecipient ? state.Mail.Accepted.Count : 1;

    public async Task<Reply> ContinueAsync(SessionContext context, CancellationToken cancellation)
    {
        await using var message = context.Services.Store.Appends.Receive();
        try
        {
            var reader = new DataReader(context.Connection.Input, context.Services.Options.MessageOctets);
            if (await MessageReception.ReceiveAsync(() => reader.ReadAsync(message.WriteAsync, cancellation), context) is { } goodbye)
            {
                return goodbye;
            }
            var reply = MessageReception.Refusal(reader.Fault, context)
                ?? await state.Before.Desk.AcceptAsync(message, state, cancellation);
            if (reply.Code != 250)
            {
                Log.MessageRefused(context.Services.Logger, state.Before.Desk.Sender, reply.Lines[0], context.Connection.ConnectionId);
            }
            return reply;
        }
        finally
        {
            context.State = state.Before;
        }
    }
}

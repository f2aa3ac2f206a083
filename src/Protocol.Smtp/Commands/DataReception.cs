using AgentPost.Protocol.Smtp.Session;
using AgentPost.Protocol.Smtp.Wire;

namespace AgentPost.Protocol.Smtp.Commands;

/// <summary>Takes the message after 354, files it and answers. The transaction is over however that ends.</summary>
sealed class DataReception(InTransaction state) : IContinuation
{
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
                ?? await MessageReception.SubmitAsync(message, context, state, cancellation);
            if (reply.Code != 250)
            {
                Log.MessageRefused(context.Services.Logger, state.Before.Login.Inbox.Address.Value, reply.Lines[0], context.Connection.ConnectionId);
            }
            return reply;
        }
        finally
        {
            context.State = state.Before;
        }
    }
}

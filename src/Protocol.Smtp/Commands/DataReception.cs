using AgentPost.Mime;
using AgentPost.Protocol.Smtp.Session;
using AgentPost.Protocol.Smtp.Wire;
using AgentPost.Store;

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
            if (await ReceiveAsync(reader, message, context, cancellation) is { } goodbye)
            {
                return goodbye;
            }
            var reply = Refusal(reader.Fault, context.Services.Options) ?? await SubmitAsync(message, context, cancellation);
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

    /// <summary>Reads up to the end of the message. Not null: the session must end before it.</summary>
    static async Task<Reply?> ReceiveAsync(DataReader reader, IncomingMessage message, SessionContext context, CancellationToken cancellation)
    {
        var (time, began) = (context.Services.Time, context.Services.Time.GetTimestamp());
        while (true)
        {
            switch (await reader.ReadAsync(message.WriteAsync, cancellation))
            {
                case DataProgress.Complete:
                    return null;
                case DataProgress.EndOfInput:
                    throw new IOException("The client left in the middle of a message.");
                // A message on its way in when the server stops is worth waiting for, up to the hard limit.
                case DataProgress.Canceled when context.Connection.EndRequested is { } reason and not EndReason.Shutdown:
                    return Goodbye.For(reason);
                case var _ when time.GetElapsedTime(began) > context.Services.Options.DataLimit:
                    return Goodbye.TooSlow;
            }
        }
    }

    async Task<Reply> SubmitAsync(IncomingMessage message, SessionContext context, CancellationToken cancellation)
    {
        await message.CompleteAsync(cancellation);
        var (login, mail) = (state.Before.Login, state.Mail);
        if (HeaderAddresses.Of(message.Scan.Header.Span, "From"u8).FirstOrDefault(address => !OwnAddress.Is(login.Inbox, address)) is { } foreign)
        {
            return new(553, "5.7.1", $"The From field must be {login.Inbox.Address} or one of its plus-addresses, not {foreign}");
        }
        var trace = TraceHeader.Received(context, state);
        var submission = new Submission(login.Inbox.Id, mail.ReversePath, mail.Recipients, trace, message);
        var id = await context.Services.Store.Submissions.SubmitAsync(submission, cancellation);
        Log.MessageAccepted(
            context.Services.Logger, id.ToString(), message.Octets, login.Inbox.Address.Value, mail.Recipients.Count, context.Connection.ConnectionId);
        return new(250, "2.0.0", $"{id} accepted");
    }

    static Reply? Refusal(DataFault fault, SmtpOptions options) => fault switch
    {
        DataFault.None => null,
        DataFault.TooBig => Refusals.TooBig(options.MessageOctets),
        DataFault.LoneCarriageReturn => new(550, "5.6.11", "The message has a CR without LF; lines end with CRLF"),
        DataFault.LoneLineFeed => new(550, "5.6.11", "The message has an LF without CR; lines end with CRLF"),
        _ => new(554, "5.6.0", "The message has a NUL; encode binary content in base64"),
    };
}

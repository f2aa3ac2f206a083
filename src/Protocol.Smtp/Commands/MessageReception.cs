using AgentPost.Protocol.Smtp.Session;
using AgentPost.Protocol.Smtp.Wire;

namespace AgentPost.Protocol.Smtp.Commands;

/// <summary>What DATA and BDAT share: reading to the end.</summary>
static class MessageReception
{
    /// <summary>Reads up to the end of the message or chunk. Not null: the session must end before it.</summary>
    public static async Task<Reply?> ReceiveAsync(Func<Task<DataProgress>> read, SessionContext context)
    {
        var (time, began) = (context.Services.Time, context.Services.Time.GetTimestamp());
        while (true)
        {
            switch (await read())
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

    /// <summary>The answer to a message that cannot be taken; null for one that can.</summary>
    public static Reply? Refusal(DataFault fault, SessionContext context) => fault switch
    {
        DataFault.None => null,
        DataFault.TooBig => Refusals.TooBig(context.Services.Options.MessageOctets),
        DataFault.LoneCarriageReturn => new(550, "5.6.11", "The message has a CR without LF; lines end with CRLF"),
        DataFault.LoneLineFeed => new(550, "5.6.11", "The message has an LF without CR; lines end with CRLF"),
        DataFault.Binary => new(554, "5.6.1", "The message is binary where base64 cannot be put in: in a header, between parts, or in a part that is encoded or signed"),
        _ => new(554, "5.6.0", "The message has a NUL; encode binary content in base64"),
    };
}

using System.Buffers;
using AgentPost.Store;

namespace AgentPost.Protocol.Imap;

/// <summary>
/// APPEND (RFC 9051 §6.3.12), also of several messages (RFC 3502), also as literal8 (RFC 3516 §4.4). The messages go from the connection to the store as
/// they arrive.
/// </summary>
sealed record AppendCommand(FolderName Mailbox, AppendArguments First) : AuthenticatedCommand
{
    // append = "APPEND" SP mailbox 1*append-message
    public static AppendCommand Parse(ref CommandParser parser)
    {
        parser.Sp();
        var mailbox = parser.Mailbox();
        return new(mailbox, AppendArguments.Parse(ref parser));
    }

    public override async ValueTask<Completion> ExecuteAsync(AuthenticatedContext context, CancellationToken cancellation)
    {
        var folder = await context.FindDestinationAsync(Mailbox, cancellation);
        var items = new List<AppendItem>();
        try
        {
            return await ReceiveAllAsync(context, items, cancellation) ?? await FileAsync(context, context.KeyOf(folder), items, cancellation);
        }
        finally
        {
            foreach (var item in items)
            {
                await item.Message.DisposeAsync();
            }
        }
    }

    /// <summary>Receives every message of the command; returns why not.</summary>
    async ValueTask<Completion?> ReceiveAllAsync(AuthenticatedContext context, List<AppendItem> items, CancellationToken cancellation)
    {
        for (var next = First; next is not null;)
        {
            // Before the client is asked for the octets (law 9). What it sends all the same is read past by the loop.
            if (Refuse(next.Literal, context.Options) is { } refusal)
            {
                return refusal;
            }
            var message = context.Store.Appends.Receive();
            items.Add(new(message, next.Flags.System, next.Flags.Keywords, next.InternalAt));
            if (!await ReceiveAsync(context.Input, message, cancellation))
            {
                return next.Literal.IsBinary
                    ? Completion.No(ResponseCode.UnknownCte, "A message with NUL is not kept; encode it")
                    : Completion.No("A message must not contain NUL");
            }
            var rest = await context.Input.ReadRestAsync(cancellation);
            switch (rest.Kind)
            {
                case FrameKind.End:
                    throw new ClientGoneException();
                case FrameKind.Refused or FrameKind.Fatal:
                    return rest.Refusal;
                default:
                    next = ParseNext(rest, context.Enabled);
                    break;
            }
        }
        return null;
    }

    static Completion? Refuse(LiteralHeader literal, ImapOptions options) => literal switch
    {
        { Octets: 0 } => Completion.No("A message cannot be empty"),
        _ when literal.Octets > options.MessageOctets => Completion.No(ResponseCode.TooBig, $"A message has at most {options.MessageOctets} octets"),
        _ => null,
    };

    /// <summary>False when the message contains NUL (RFC 9051 §4.3); it has been read to its end all the same.</summary>
    static async ValueTask<bool> ReceiveAsync(CommandFramer input, IncomingMessage message, CancellationToken cancellation)
    {
        var hasNul = false;
        input.AcceptLiteral();
        await input.ReadLiteralAsync(
            (octets, token) =>
            {
                hasNul = hasNul || octets.PositionOf((byte)0) is not null;
                return hasNul ? ValueTask.CompletedTask : message.WriteAsync(octets, token);
            },
            cancellation);
        return !hasNul;
    }

    static AppendArguments? ParseNext(Frame rest, EnabledExtensions enabled)
    {
        if (rest.Octets.IsEmpty)
        {
            return null;
        }
        var parser = new CommandParser(rest.Octets.Span, enabled);
        return AppendArguments.Parse(ref parser);
    }

    static async ValueTask<Completion> FileAsync(
        AuthenticatedContext context, FolderKey folder, List<AppendItem> items, CancellationToken cancellation)
    {
        foreach (var item in items)
        {
            await item.Message.CompleteAsync(cancellation);
        }
        var result = await context.Store.Appends.AppendAsync(folder, items, cancellation);
        if (context is SelectedContext selected && selected.Folder.Key == folder)
        {
            await selected.Folder.CatchUpAsync(result.ModSeq, cancellation);
        }
        return Completion.Ok(CopyUid.Code(result), "APPEND completed");
    }
}

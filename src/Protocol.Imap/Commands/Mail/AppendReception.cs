using System.Buffers;
using AgentPost.Mime.Conversion;
using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;
using AgentPost.Store.Spooling;

namespace AgentPost.Protocol.Imap.Commands.Mail;

/// <summary>
/// Receives the messages of one APPEND or REPLACE, and passes them to the store. Owns them: if it is disposed before
/// they are stored, nothing of them remains.
/// </summary>
sealed class AppendReception(AuthenticatedContext context, RoomCheck roomCheck) : IAsyncDisposable
{
    // Far more than clients send. Each message keeps a small amount of memory.
    const int MaxMessages = 10_000;
    const int CopyBytes = 64 * 1024;

    readonly List<AppendItem> _items = [];
    readonly AppendSpool _spool = context.Store.Appends.CreateSpool();

    /// <summary>The messages in the order of the command; complete once all of them have been received.</summary>
    public IReadOnlyList<AppendItem> Items => _items;

    /// <summary>
    /// Receives all messages of the command. Returns the completion that rejects the command, or null.
    /// </summary>
    public async ValueTask<Completion?> ReceiveAllAsync(AppendArguments first, CancellationToken cancellation)
    {
        for (var next = first; next is not null;)
        {
            if (_items.Count == MaxMessages)
            {
                return Completion.No(ResponseCode.Limit, $"One command can append at most {MaxMessages} messages");
            }
            // Check before requesting the bytes (law 9). If the client sends them anyway, the session skips them.
            if ((Refuse(next.Literal, context.Options) ?? await RefuseWhenFullAsync(next.Literal, cancellation)) is { } refusal)
            {
                return refusal;
            }
            context.Store.Disk.EnsureRoom();
            var message = context.Store.Appends.Receive();
            _items.Add(new(message, next.Flags.System, next.Flags.Keywords, next.InternalAt));
            var isReceived = next.Literal.IsBinary ? await ReceiveBinaryAsync(message, cancellation) : await ReceiveAsync(context.Input, message, cancellation);
            if (!isReceived)
            {
                return next.Literal.IsBinary
                    ? Completion.No(ResponseCode.UnknownCte, "NUL in a header or in a signed part cannot be stored; encode the part in base64")
                    : Completion.No("A message must not contain NUL; send it as literal8 (BINARY)");
            }
            await message.CompleteAsync(cancellation);
            await _spool.AddAsync(message, cancellation);
            var rest = await context.Input.ReadRestAsync(cancellation);
            switch (rest.Kind)
            {
                case FrameKind.End:
                    throw new ClientGoneException();
                case FrameKind.Refused or FrameKind.Fatal:
                    return rest.Refusal;
                default:
                    next = ParseNext(next, rest, context.Enabled);
                    break;
            }
        }
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var item in _items)
        {
            await item.Message.DisposeAsync();
        }
        await _spool.DisposeAsync();
    }

    static Completion? Refuse(LiteralHeader literal, ImapOptions options) => literal switch
    {
        { Octets: 0 } => Completion.No("A message cannot be empty"),
        _ when literal.Octets > options.MessageOctets => Completion.No(ResponseCode.TooBig, $"A message has at most {options.MessageOctets} octets"),
        _ => null,
    };

    async ValueTask<Completion?> RefuseWhenFullAsync(LiteralHeader literal, CancellationToken cancellation)
    {
        var coming = new InboxUsage(_items.Count + 1, _items.Sum(item => item.Message.Octets) + literal.Octets);
        return roomCheck is RoomCheck.WhenFiled || await context.Store.Quotas.HasRoomAsync(context.Inbox, coming, cancellation)
            ? null
            : Completion.No(ResponseCode.OverQuota, "The inbox has no room for this message; what is expunged from Trash makes room");
    }

    /// <summary>Returns false if the message contains NUL (RFC 9051 §4.3). It is read to its end in any case.</summary>
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

    /// <summary>
    /// Receives a literal8. If it contains NUL, its binary parts are encoded in base64, which loses no data (RFC 3516
    /// §4.4). Returns false if that is not possible.
    /// </summary>
    async ValueTask<bool> ReceiveBinaryAsync(IncomingMessage message, CancellationToken cancellation)
    {
        await using var binary = context.Store.Appends.Receive();
        var (conversion, hasNul) = (new BinaryConversion(), false);
        context.Input.AcceptLiteral();
        await context.Input.ReadLiteralAsync(
            async (octets, token) =>
            {
                foreach (var segment in octets)
                {
                    hasNul = hasNul || segment.Span.Contains((byte)0);
                    conversion.Write(segment.Span);
                    await binary.WriteAsItIsAsync(segment, token);
                }
            },
            cancellation);
        await binary.CompleteAsync(cancellation);
        if (hasNul)
        {
            return await conversion.CompleteAsync(binary.ReadAsync, message.AsStream(), cancellation);
        }
        await CopyAsync(binary, message, cancellation);
        return true;
    }

    static async Task CopyAsync(IncomingMessage source, IncomingMessage destination, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(CopyBytes);
        try
        {
            var offset = 0L;
            while (await source.ReadAsync(offset, buffer, cancellation) is > 0 and var read)
            {
                await destination.WriteAsync(new ReadOnlySequence<byte>(buffer, 0, read), cancellation);
                offset += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    static AppendArguments? ParseNext(AppendArguments received, Frame rest, EnabledExtensions enabled)
    {
        var parser = new CommandParser(rest.Octets.Span, enabled);
        return received.ParseNext(ref parser);
    }
}

/// <summary>When to check whether the inbox has room for the messages.</summary>
enum RoomCheck
{
    /// <summary>Before their bytes are requested, and again when the messages are stored.</summary>
    BeforeReceiving,

    /// <summary>Only when they are stored, because the replaced message may free space.</summary>
    WhenFiled,
}

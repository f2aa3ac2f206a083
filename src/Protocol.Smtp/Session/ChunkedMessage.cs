using System.Buffers;
using AgentPost.Mime.Conversion;
using AgentPost.Protocol.Smtp.Grammar;
using AgentPost.Protocol.Smtp.Wire;
using AgentPost.Store.Mailbox;
using AgentPost.Store.Spooling;

namespace AgentPost.Protocol.Smtp.Session;

/// <summary>A message that arrives in several BDAT chunks (RFC 3030 §2). Its transaction owns it.</summary>
/// <param name="limit">Maximum message size in bytes, with CRLF for each line end.</param>
sealed class ChunkedMessage(MailParameters parameters, Appends appends, long limit, LineFeedUse lineFeed) : IAsyncDisposable
{
    readonly LineEndCheck _check = new() { AllowsLineFeed = lineFeed == LineFeedUse.EndsLine };

    // Null unless BODY=BINARYMIME: every other message must arrive as text.
    readonly BinaryConversion? _conversion = parameters.IsBinary ? new() : null;
    long _octets;
    bool _staysBinary;

    /// <summary>The received message; text once <see cref="EndAsync"/> has completed without a fault.</summary>
    public IncomingMessage Message { get; private set; } = appends.Receive();

    /// <summary>The fault found in the chunks so far, or <see cref="DataFault.None"/>.</summary>
    public DataFault Fault => _check.Fault switch
    {
        LineFault.LoneCarriageReturn => DataFault.LoneCarriageReturn,
        LineFault.LoneLineFeed => DataFault.LoneLineFeed,
        LineFault.Nul => DataFault.Nul,
        _ when _octets + _check.LoneLineFeeds > limit => DataFault.TooBig,
        _ => _staysBinary ? DataFault.Binary : DataFault.None,
    };

    public async ValueTask WriteAsync(ReadOnlySequence<byte> octets, CancellationToken cancellation)
    {
        _octets += octets.Length;
        if (_conversion is null)
        {
            _check.Write(octets);
        }
        if (Fault == DataFault.None)
        {
            await (_conversion is null ? Message.WriteAsync(octets, cancellation) : WriteBinaryAsync(_conversion, octets, cancellation));
        }
    }

    /// <summary>Completes the message after the last chunk, and converts binary content to text.</summary>
    public async Task EndAsync(CancellationToken cancellation)
    {
        _check.Complete();
        if (Fault == DataFault.None && _conversion is not null)
        {
            await ConvertAsync(_conversion, cancellation);
        }
    }

    public ValueTask DisposeAsync() => Message.DisposeAsync();

    async ValueTask WriteBinaryAsync(BinaryConversion conversion, ReadOnlySequence<byte> octets, CancellationToken cancellation)
    {
        foreach (var segment in octets)
        {
            conversion.Write(segment.Span);
            await Message.WriteAsItIsAsync(segment, cancellation);
        }
    }

    async Task ConvertAsync(BinaryConversion conversion, CancellationToken cancellation)
    {
        await using var binary = Message;
        Message = appends.Receive();
        await binary.CompleteAsync(cancellation);
        _staysBinary = !await conversion.CompleteAsync(binary.ReadAsync, Message.AsStream(), cancellation);
    }
}

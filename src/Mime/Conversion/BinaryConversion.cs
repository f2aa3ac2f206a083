using AgentPost.Mime.Structure;

namespace AgentPost.Mime.Conversion;

/// <summary>
/// Converts a message with binary content (RFC 3030 §3) to one that every server can relay and every client can read.
/// Binary parts are encoded in base64 and declare it. Enclosing multiparts and messages, which must not be encoded (RFC
/// 2045 §6.4), declare 8bit. All other bytes stay. A part is binary if it declares so, or if it declares no encoding
/// and contains NUL, or a bare CR or LF. The bytes are first written as they arrive, then read a second time. Memory is
/// bounded by headers and the number of parts. One use per instance. Not thread-safe.
/// </summary>
public sealed class BinaryConversion
{
    readonly EncodingChanges _changes = new();
    readonly MimeScanner _scanner;

    public BinaryConversion()
    {
        _scanner = new MimeScanner(_changes);
    }

    public void Write(ReadOnlySpan<byte> octets) => _scanner.Write(octets);

    /// <summary>
    /// Ends the message and writes the converted message. Returns false if something binary is at a position that
    /// cannot be encoded: in a header, between parts, or in a part that is already encoded or signed. The output is
    /// then invalid.
    /// </summary>
    /// <param name="read">Reads bytes of the message from an offset, up to the size of the destination. Returns the
    /// count.</param>
    public async Task<bool> CompleteAsync(
        Func<long, Memory<byte>, CancellationToken, ValueTask<int>> read, Stream output, CancellationToken cancellation)
    {
        _scanner.Complete();
        // At the maximum number of parts, later parts are no longer separated and would be encoded together with the
        // last one.
        if (_changes.IsImpossible || _scanner.Parts.Count >= MimeScanner.MaxParts)
        {
            return false;
        }
        var converted = new ConvertedOctets(read, output);
        var at = 0L;
        foreach (var change in _changes.All)
        {
            await converted.CopyAsync(at, change.From, cancellation);
            await (change.Text is { } text ? converted.WriteAsync(text, cancellation) : converted.EncodeAsync(change.From, change.To, cancellation));
            at = change.To;
        }
        await converted.CopyAsync(at, _scanner.Parts[0].EndOffset, cancellation);
        return converted.IsText();
    }
}

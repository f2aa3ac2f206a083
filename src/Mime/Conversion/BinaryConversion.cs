using AgentPost.Mime.Structure;

namespace AgentPost.Mime.Conversion;

/// <summary>
/// Makes of a message with binary content (RFC 3030 §3) one that any server can pass on and any client read: parts that are binary are encoded in base64 and say so,
/// multiparts and messages around them, which no encoding may have (RFC 2045 §6.4), say 8bit; all other octets stay. A part is binary that declares it, or that declares
/// no encoding and has NUL or CR or LF alone. First the octets are written as they arrive, then they are read once more; memory is bounded by headers and the number
/// of parts. Used once, by one thread.
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
    /// Ends the message and writes it converted. False: something binary stands where it cannot be encoded (in a header, between parts, in a part that has an encoding
    /// already or is signed); what was written is then worth nothing.
    /// </summary>
    /// <param name="read">Reads octets of the message from an offset on, as many as fit and there are.</param>
    public async Task<bool> CompleteAsync(
        Func<long, Memory<byte>, CancellationToken, ValueTask<int>> read, Stream output, CancellationToken cancellation)
    {
        _scanner.Complete();
        // Beyond the last part that is told from the others its successors would be encoded with it.
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

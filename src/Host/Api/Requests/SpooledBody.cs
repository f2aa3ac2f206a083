using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AgentPost.Store.Spooling;

namespace AgentPost.Host.Api.Requests;

/// <summary>
/// The JSON body of a request with files. While the body is received, the content of each file is decoded into a spool
/// file and replaced by a short reference. Memory holds only the remainder, at most <see cref="MaxRemainder"/>.
/// </summary>
sealed class SpooledBody : IAsyncDisposable
{
    /// <summary>Maximum size of the body without its files, in bytes.</summary>
    public const int MaxRemainder = 4 << 20;

    const int PieceBytes = 32 * 1024;

    readonly SpoolFile _file;
    readonly LargeBodies _others;
    readonly string _nonce = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
    readonly List<(long Offset, long Length)> _parts = [];
    readonly ArrayBufferWriter<byte> _remainder = new(4 * 1024);
    readonly ArrayBufferWriter<byte> _decoded = new(PieceBytes);
    readonly JsonFileScanner _scanner = new();
    readonly Base64Quanta _base64 = new();
    long _partStart;

    int _reserved;

    SpooledBody(SpoolFile file, LargeBodies others) => (_file, _others) = (file, others);

    /// <summary>Start of a reference, as bytes of its JSON string. Base64 has no colon.</summary>
    public static ReadOnlySpan<byte> ReferenceStart => "spool:"u8;

    /// <summary>The body, with references instead of file content.</summary>
    public ReadOnlyMemory<byte> Remainder =>
        _remainder.WrittenSpan.StartsWith(Encoding.UTF8.Preamble) ? _remainder.WrittenMemory[Encoding.UTF8.Preamble.Length..] : _remainder.WrittenMemory;

    /// <summary>Receives the whole body. The caller disposes the result.</summary>
    public static async Task<SpooledBody> ReceiveAsync(Stream body, SpoolFile file, LargeBodies others, CancellationToken cancellation)
    {
        var spooled = new SpooledBody(file, others);
        var piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            while (await body.ReadAsync(piece.AsMemory(0, PieceBytes), cancellation) is > 0 and var read)
            {
                spooled.Take(piece.AsSpan(0, read));
                await spooled.FlushAsync(cancellation);
            }
            return spooled;
        }
        catch
        {
            await spooled.DisposeAsync();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    /// <summary>Opens the content behind a reference. Returns null if it is not a reference of this body.</summary>
    public Stream? Open(string reference) =>
        reference.Split(':') is [_, var nonce, var number] && nonce == _nonce
        && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < _parts.Count
            ? _file.OpenRead(_parts[index].Offset, _parts[index].Length)
            : null;

    public ValueTask DisposeAsync()
    {
        _others.Release(_reserved);
        _reserved = 0;
        return _file.DisposeAsync();
    }

    void Take(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var step = _scanner.Next(bytes, out var length);
            var taken = bytes[..length];
            bytes = bytes[length..];
            switch (step)
            {
                case JsonFileStep.Other:
                    Keep(taken);
                    break;
                case JsonFileStep.Content:
                    if (!_base64.Decode(taken, _decoded))
                    {
                        throw WrongForm();
                    }
                    break;
                default:
                    EndContent();
                    break;
            }
        }
    }

    void Keep(ReadOnlySpan<byte> bytes)
    {
        if (_remainder.WrittenCount + bytes.Length > MaxRemainder)
        {
            throw new ApiRefusedException(new(
                StatusCodes.Status413PayloadTooLarge, "too_large", $"The body is larger than {MaxRemainder} bytes, not counting attachments.",
                "Send a long text as an attachment."));
        }
        _remainder.Write(bytes);
        if (_remainder.Capacity > Math.Max(_reserved, LargeBodies.MinSize))
        {
            _others.Reserve(_remainder.Capacity - _reserved);
            _reserved = _remainder.Capacity;
        }
    }

    void EndContent()
    {
        if (!_base64.TryEnd())
        {
            throw WrongForm();
        }
        var end = _file.Length + _decoded.WrittenCount;
        Keep(ReferenceStart);
        Keep(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{_nonce}:{_parts.Count}\"")));
        _parts.Add((_partStart, end - _partStart));
        _partStart = end;
    }

    async ValueTask FlushAsync(CancellationToken cancellation)
    {
        if (_decoded.WrittenCount > 0)
        {
            await _file.WriteAsync(_decoded.WrittenMemory, cancellation);
            _decoded.ResetWrittenCount();
        }
    }

    ApiRefusedException WrongForm() => new(ApiError.Invalid(
        string.Create(CultureInfo.InvariantCulture, $"attachments[{_scanner.FileIndex}].content"), "the value has the wrong form"));
}

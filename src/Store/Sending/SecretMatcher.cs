using System.Buffers;
using System.Text;
using AgentPost.Mime.Structure;
using AgentPost.Store.Access;

namespace AgentPost.Store.Sending;

/// <summary>
/// Finds generated secrets in a text of which it reads only letters, digits and underscores, so that line breaks, quote
/// marks, NULs (UTF-16) and invisible characters hide nothing. Also finds their base64, anywhere in a longer base64
/// text.
/// </summary>
sealed class SecretMatcher(HashSet<string> found) : IDecodedContent
{
    const int BufferBytes = 8 * 1024;

    /// <summary>Maximum bytes of a match: 49 bytes of a secret in base64, cut from a longer text.</summary>
    const int MaxMatch = 80;

    static readonly SearchValues<byte> Kept = SearchValues.Create(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"u8);

    static readonly SearchValues<byte> Digits = SearchValues.Create(Encoding.ASCII.GetBytes(KeySecret.Alphabet));
    static readonly int SecretLength = KeySecret.Prefix.Length + KeySecret.Digits;
    static readonly byte[] Prefix = Encoding.ASCII.GetBytes(KeySecret.Prefix);
    static readonly Base64Prefix[] Encoded = [new(0), new(1), new(2)];

    readonly byte[] _buffer = new byte[BufferBytes];
    int _count;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var skipped = bytes.IndexOfAny(Kept);
            if (skipped < 0)
            {
                return;
            }
            bytes = bytes[skipped..];
            var run = bytes.IndexOfAnyExcept(Kept);
            run = Math.Min(run < 0 ? bytes.Length : run, BufferBytes - _count);
            bytes[..run].CopyTo(_buffer.AsSpan(_count));
            _count += run;
            bytes = bytes[run..];
            if (_count == BufferBytes)
            {
                Match(BufferBytes - MaxMatch);
            }
        }
    }

    public void End() => Match(_count);

    // Matches what starts before `end`; keeps the rest for the next call.
    void Match(int end)
    {
        var text = _buffer.AsSpan(0, _count);
        for (var at = 0; Next(text, Prefix, at, end) is { } start; at = start + 1)
        {
            Add(text[start..]);
        }
        foreach (var prefix in Encoded)
        {
            for (var at = 0; Next(text, prefix.Text, at, end) is { } start; at = start + 1)
            {
                AddDecoded(text[start..], prefix);
            }
        }
        text[end..].CopyTo(_buffer);
        _count -= end;
    }

    static int? Next(ReadOnlySpan<byte> text, ReadOnlySpan<byte> prefix, int from, int end)
    {
        var start = text[from..].IndexOf(prefix);
        return start >= 0 && from + start < end ? from + start : null;
    }

    void AddDecoded(ReadOnlySpan<byte> text, Base64Prefix prefix)
    {
        Span<byte> secret = stackalloc byte[MaxMatch];
        Add(secret[..prefix.Decode(text, secret)]);
    }

    void Add(ReadOnlySpan<byte> text)
    {
        if (text.Length >= SecretLength && !text[Prefix.Length..SecretLength].ContainsAnyExcept(Digits))
        {
            found.Add(Encoding.ASCII.GetString(text[..SecretLength]));
        }
    }
}

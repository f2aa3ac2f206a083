using System.Buffers.Text;
using System.Text;
using AgentPost.Store.Access;

namespace AgentPost.Store.Sending;

/// <summary>
/// The base64 of the secrets' prefix after a number of other bytes: only the characters that the prefix alone
/// determines. Secrets contain no byte for which the alphabets of RFC 4648 §4 and §5 differ.
/// </summary>
sealed class Base64Prefix
{
    const int EncodedBytes = 72;

    readonly byte[] _prefix = Encoding.ASCII.GetBytes(KeySecret.Prefix);
    readonly int _tail;
    readonly int _known;

    /// <param name="before">Number of bytes before the prefix in its group of three: 0 to 2.</param>
    public Base64Prefix(int before)
    {
        var bits = (before + _prefix.Length) * 8;
        var first = ((before * 8) + 5) / 6;
        var encoded = Convert.ToBase64String([.. new byte[before], .. _prefix]);
        Text = Encoding.ASCII.GetBytes(encoded[first..(bits / 6)]);
        // Index of the first group that starts inside the prefix.
        _tail = before == 0 ? 0 : 4 - first;
        _known = before == 0 ? 0 : 3 - before;
    }

    /// <summary>The text to search for.</summary>
    public byte[] Text { get; }

    /// <summary>Decodes the secret that starts with <see cref="Text"/>. Returns the number of bytes.</summary>
    public int Decode(ReadOnlySpan<byte> text, Span<byte> secret)
    {
        Span<byte> encoded = stackalloc byte[EncodedBytes];
        encoded.Fill((byte)'A');
        text = text[_tail..];
        text[..Math.Min(text.Length, EncodedBytes)].CopyTo(encoded);
        encoded.Replace((byte)'_', (byte)'A');
        _prefix.AsSpan(0, _known).CopyTo(secret);
        Base64.DecodeFromUtf8(encoded, secret[_known..], out _, out var decoded);
        return _known + decoded;
    }
}

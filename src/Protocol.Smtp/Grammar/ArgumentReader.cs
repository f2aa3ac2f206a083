using System.Buffers;
using System.Text;

namespace AgentPost.Protocol.Smtp.Grammar;

/// <summary>
/// Reads the arguments of a command from left to right. <c>Try…</c> methods return false on a mismatch.
/// </summary>
ref struct ArgumentReader(ReadOnlySpan<byte> arguments)
{
    static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    ReadOnlySpan<byte> _rest = arguments;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>The arguments that have not been read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    public void SkipSpaces() => _rest = _rest.TrimStart((byte)' ');

    /// <summary>
    /// Removes spaces at the end, which some clients send although the SMTP grammar does not allow them.
    /// </summary>
    public void TrimEnd() => _rest = _rest.TrimEnd((byte)' ');

    public bool TryTake(byte octet)
    {
        if (_rest.IsEmpty || _rest[0] != octet)
        {
            return false;
        }
        _rest = _rest[1..];
        return true;
    }

    public bool TryTakeIgnoringCase(ReadOnlySpan<byte> word)
    {
        if (_rest.Length < word.Length || !Ascii.EqualsIgnoreCase(_rest[..word.Length], word))
        {
            return false;
        }
        _rest = _rest[word.Length..];
        return true;
    }

    /// <summary>Reads the longest run of these bytes; may be empty.</summary>
    public ReadOnlySpan<byte> TakeWhile(SearchValues<byte> octets)
    {
        var length = _rest.IndexOfAnyExcept(octets);
        return Take(length < 0 ? _rest.Length : length);
    }

    /// <summary>Reads up to the next space or the end.</summary>
    public ReadOnlySpan<byte> TakeWord()
    {
        var length = _rest.IndexOf((byte)' ');
        return Take(length < 0 ? _rest.Length : length);
    }

    public ReadOnlySpan<byte> Take(int length)
    {
        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }

    public static bool TryDecodeUtf8(ReadOnlySpan<byte> octets, out string text)
    {
        text = "";
        try
        {
            text = StrictUtf8.GetString(octets);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}

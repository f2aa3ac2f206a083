using System.Text;
using AgentPost.Mime.Characters;

namespace AgentPost.Mime.Headers;

/// <summary>
/// A parameter of Content-Type or Content-Disposition. The name is in upper case, and ends in "*" if the value is
/// encoded by RFC 2231 §4.
/// </summary>
readonly record struct MimeParameter(string Name, byte[] Value)
{
    public bool IsExtended => Name.EndsWith('*');

    /// <summary>The bytes of the value, percent-decoded.</summary>
    public byte[] Content => IsExtended ? PercentDecode(Split(Value).Text) : Value;

    /// <summary>Returns the value decoded by RFC 2231, or from encoded words, which many senders use here.</summary>
    public string Text()
    {
        if (!IsExtended)
        {
            return EncodedWords.Decode(Value);
        }
        var value = Split(Value);
        return Charsets.Decode(Encoding.ASCII.GetString(value.Charset), PercentDecode(value.Text));
    }

    // charset "'" [ language ] "'" *( ext-octet / attribute-char )
    static ExtendedValue Split(ReadOnlySpan<byte> value)
    {
        var charset = value.IndexOf((byte)'\'');
        var language = charset < 0 ? -1 : value[(charset + 1)..].IndexOf((byte)'\'');
        return language < 0 ? new([], value) : new(value[..charset], value[(charset + language + 2)..]);
    }

    static byte[] PercentDecode(ReadOnlySpan<byte> value)
    {
        var decoded = new List<byte>(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '%' && i + 2 < value.Length && HexDigits.TryRead(value[i + 1], value[i + 2], out var octet))
            {
                decoded.Add(octet);
                i += 2;
            }
            else
            {
                decoded.Add(value[i]);
            }
        }
        return [.. decoded];
    }

    readonly ref struct ExtendedValue(ReadOnlySpan<byte> charset, ReadOnlySpan<byte> text)
    {
        public readonly ReadOnlySpan<byte> Charset = charset;
        public readonly ReadOnlySpan<byte> Text = text;
    }
}

using System.Text;

namespace AgentPost.Mime;

/// <summary>A parameter of Content-Type or Content-Disposition; the name in upper case, with "*" at its end when the value is encoded by RFC 2231 §4.</summary>
readonly record struct MimeParameter(string Name, byte[] Value)
{
    public bool IsExtended => Name.EndsWith('*');

    /// <summary>The value decoded by RFC 2231, or by the habit of putting encoded words into it.</summary>
    public string Text()
    {
        if (!IsExtended)
        {
            return EncodedWords.Decode(Value);
        }
        // charset "'" [ language ] "'" *( ext-octet / attribute-char )
        var value = Value.AsSpan();
        var charset = value.IndexOf((byte)'\'');
        var language = charset < 0 ? -1 : value[(charset + 1)..].IndexOf((byte)'\'');
        if (language < 0)
        {
            return Charsets.Find(null).GetString(PercentDecode(value));
        }
        var name = Encoding.ASCII.GetString(value[..charset]);
        return Charsets.Find(name).GetString(PercentDecode(value[(charset + language + 2)..]));
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
}

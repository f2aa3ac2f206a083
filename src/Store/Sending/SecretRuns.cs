using System.Text;
using AgentPost.Mime.Structure;
using AgentPost.Store.Access;

namespace AgentPost.Store.Sending;

/// <summary>
/// Finds secrets of any length that appear in a text without interruption and end where the letters and digits end. A
/// key from the settings can differ in length from a generated one.
/// </summary>
sealed class SecretRuns(HashSet<string> found) : IDecodedContent
{
    const int MaxSecret = 256;
    const int MinDigits = 32;

    readonly byte[] _secret = new byte[MaxSecret];
    int _count;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_count == 0)
            {
                var start = bytes.IndexOf((byte)'a');
                if (start < 0)
                {
                    return;
                }
                bytes = bytes[start..];
            }
            Continue(bytes[0]);
            bytes = bytes[1..];
        }
    }

    public void End()
    {
        Take();
        _count = 0;
    }

    void Continue(byte character)
    {
        var prefix = KeySecret.Prefix;
        var fits = _count < prefix.Length
            ? character == prefix[_count]
            : char.IsAsciiLetterOrDigit((char)character) && _count < MaxSecret;
        if (fits)
        {
            _secret[_count++] = character;
            return;
        }
        Take();
        // The only "a" of the prefix is its first letter.
        _secret[0] = character;
        _count = character == prefix[0] ? 1 : 0;
    }

    void Take()
    {
        if (_count >= KeySecret.Prefix.Length + MinDigits)
        {
            found.Add(Encoding.ASCII.GetString(_secret, 0, _count));
        }
    }
}

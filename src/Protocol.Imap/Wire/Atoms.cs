using System.Buffers;

namespace AgentPost.Protocol.Imap.Wire;

/// <summary>The character classes of RFC 9051 §9 (= RFC 3501 §9), each as the bytes it contains.</summary>
static class Atoms
{
    /// <summary>ATOM-CHAR: any CHAR except ( ) { SP CTL % * " \ ]</summary>
    public static readonly SearchValues<byte> AtomChar = Printable(except: "(){%*\"\\]"u8);

    /// <summary>ASTRING-CHAR: ATOM-CHAR / ]</summary>
    public static readonly SearchValues<byte> AStringChar = Printable(except: "(){%*\"\\"u8);

    /// <summary>tag: ASTRING-CHAR except +</summary>
    public static readonly SearchValues<byte> TagChar = Printable(except: "(){%*\"\\+"u8);

    /// <summary>list-char: ATOM-CHAR / list-wildcards / ]</summary>
    public static readonly SearchValues<byte> ListChar = Printable(except: "(){\"\\"u8);

    /// <summary>TEXT-CHAR: any CHAR except CR LF</summary>
    public static readonly SearchValues<byte> TextChar = Octets(1, 127, "\r\n"u8);

    static SearchValues<byte> Printable(ReadOnlySpan<byte> except) => Octets(0x21, 0x7E, except);

    static SearchValues<byte> Octets(int first, int last, ReadOnlySpan<byte> except)
    {
        Span<byte> octets = stackalloc byte[256];
        var count = 0;
        for (var octet = first; octet <= last; octet++)
        {
            if (!except.Contains((byte)octet))
            {
                octets[count++] = (byte)octet;
            }
        }
        return SearchValues.Create(octets[..count]);
    }
}

using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace AgentPost.Protocol.Dns;

/// <summary>
/// A normalized DNS name: ASCII, lower case, labels of 1 to 63 bytes, at most 253 bytes in total, no final dot.
/// </summary>
public static class DnsName
{
    const int LabelLimit = 63;
    const int NameLimit = 253;

    static readonly SearchValues<char> Visible = SearchValues.Create([.. Enumerable.Range('!', '~' - '!' + 1).Select(code => (char)code)]);

    static readonly IdnMapping Idn = new() { AllowUnassigned = true };

    /// <summary>Normalizes a name, with IDNA if it is not ASCII. Returns false if it cannot be a DNS name.</summary>
    public static bool TryNormalize(string text, [NotNullWhen(true)] out string? name)
    {
        name = null;
        var ascii = text.EndsWith('.') ? text[..^1] : text;
        if (ascii.Length is 0 or > NameLimit || !TryMakeAscii(ref ascii) || ascii.Length > NameLimit || ascii.AsSpan().ContainsAnyExcept(Visible))
        {
            return false;
        }
        if (ascii.Split('.').Any(label => label.Length is 0 or > LabelLimit))
        {
            return false;
        }
        name = ascii.ToLowerInvariant();
        return true;
    }

    /// <summary>Returns the name of an address's PTR records (RFC 1035 §3.5, RFC 3596 §2.5).</summary>
    public static string Reverse(IPAddress address)
    {
        var octets = address.GetAddressBytes().Reverse();
        return address.AddressFamily == AddressFamily.InterNetwork
            ? string.Join('.', octets) + ".in-addr.arpa"
            : string.Join('.', octets.Select(octet => string.Create(CultureInfo.InvariantCulture, $"{octet & 15:x}.{octet >> 4:x}"))) + ".ip6.arpa";
    }

    static bool TryMakeAscii(ref string name)
    {
        if (System.Text.Ascii.IsValid(name))
        {
            return true;
        }
        try
        {
            name = Idn.GetAscii(name);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}

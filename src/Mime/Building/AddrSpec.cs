using System.Globalization;
using System.Text;

namespace AgentPost.Mime;

/// <summary>Writes addr-spec (RFC 5322 §3.4.1).</summary>
static class AddrSpec
{
    // RFC 5321 §4.5.3.1
    const int MaxLocalOctets = 64;
    const int MaxDomainOctets = 255;

    static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>
    /// The local part quoted where it must be; a domain in Unicode as the DNS has it, unless the local part needs SMTPUTF8 anyway (RFC 6532 §3.2).
    /// </summary>
    /// <exception cref="ArgumentException">It is no address.</exception>
    public static string Write(string address)
    {
        FieldValue.Checked(address, nameof(address));
        var at = address.LastIndexOf('@');
        var local = at < 0 ? "" : address[..at];
        var domain = at < 0 ? "" : address[(at + 1)..];
        if (Encoding.UTF8.GetByteCount(local) is 0 or > MaxLocalOctets || Encoding.UTF8.GetByteCount(domain) is 0 or > MaxDomainOctets || !IsText(local))
        {
            throw Invalid(address);
        }
        var isDotAtom = FieldValue.IsDotAtom(string.Concat(local.Select(c => c >= 0x80 ? 'x' : c)));
        return $"{(isDotAtom ? local : FieldValue.Quoted(local))}@{Domain(domain, address)}";
    }

    static string Domain(string domain, string address)
    {
        if (domain is ['[', .. var literal, ']'])
        {
            // dtext
            return FieldValue.IsPrintableAscii(literal) && !literal.AsSpan().ContainsAny("[]\\ ") ? domain : throw Invalid(address);
        }
        try
        {
            var ascii = Ascii.IsValid(domain) ? domain : Idn.GetAscii(domain);
            return FieldValue.IsDotAtom(ascii) ? ascii : throw Invalid(address);
        }
        catch (ArgumentException)
        {
            throw Invalid(address);
        }
    }

    static bool IsText(string local) => !local.Any(char.IsControl) && StorableText.Clean(local) == local;

    static ArgumentException Invalid(string address) => new($"\"{address}\" is no address", nameof(address));
}

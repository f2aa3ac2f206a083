using System.Buffers;
using System.Globalization;
using System.Text;
using AgentPost.Mime.Characters;
using MimeKit;
using MimeKit.Utils;

namespace AgentPost.Mime.Composing;

/// <summary>Converts addresses to MimeKit's types, and validates them.</summary>
static class MailboxConversion
{
    // RFC 5321 §4.5.3.1
    const int MaxLocalBytes = 64;
    const int MaxDomainBytes = 255;

    /// <summary>
    /// A name longer than this is encoded if it would have to be quoted, because a quoted string cannot be folded.
    /// </summary>
    const int MaxQuotedLength = 60;

    static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    // specials (RFC 5322 §3.2.3)
    static readonly SearchValues<char> Specials = SearchValues.Create("()<>[]:;@\\,.\"");

    static readonly SearchValues<char> Atext =
        SearchValues.Create("!#$%&'*+-/0123456789=?ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz{|}~");

    /// <exception cref="ArgumentException">An address or a name is invalid in a field.</exception>
    public static IEnumerable<InternetAddress> Of(IEnumerable<MessageAddress> addresses) =>
        addresses.Select<MessageAddress, InternetAddress>(
            address => address is GroupAddress group ? Group(group) : Of((MailboxAddress)address));

    /// <exception cref="ArgumentException">The address or the name is invalid in a field.</exception>
    public static MimeKit.MailboxAddress Of(MailboxAddress mailbox)
    {
        var (name, address) = (Phrase(mailbox.DisplayName), AddrSpec(mailbox.AddrSpec));
        try
        {
            return new(name, address);
        }
        catch (ParseException)
        {
            throw Invalid(mailbox.AddrSpec);
        }
    }

    static MimeKit.GroupAddress Group(GroupAddress group) =>
        new(Phrase(group.DisplayName.Length == 0 ? " " : group.DisplayName), group.Members.Select(Of));

    static string Phrase(string? name)
    {
        var phrase = HeaderValues.Checked(name ?? "", "display name");
        var isQuoted = phrase.AsSpan().ContainsAny(Specials);
        var isMixed = isQuoted && (phrase.Length > MaxQuotedLength || !HeaderValues.IsPrintableAscii(phrase));
        return isMixed || HeaderValues.IsAltered(phrase) ? HeaderValues.EncodedWords(phrase) : phrase;
    }

    // addr-spec = local-part "@" domain (RFC 5322 §3.4.1)
    static string AddrSpec(string address)
    {
        HeaderValues.Checked(address, nameof(address));
        var at = address.LastIndexOf('@');
        var local = at < 0 ? "" : address[..at];
        var domain = at < 0 ? "" : address[(at + 1)..];
        // Callers also supply a local part in the form that addresses show, already quoted.
        if (local.StartsWith('"') && MimeUtils.Quote(MimeUtils.Unquote(local)) == local)
        {
            local = MimeUtils.Unquote(local);
        }
        if (Encoding.UTF8.GetByteCount(local) is 0 or > MaxLocalBytes
            || Encoding.UTF8.GetByteCount(domain) is 0 or > MaxDomainBytes
            || local.Any(char.IsControl) || StorableText.Clean(local) != local)
        {
            throw Invalid(address);
        }
        return $"{(IsDotAtom(local) ? local : MimeUtils.Quote(local))}@{Domain(domain, address)}";
    }

    static string Domain(string domain, string address)
    {
        if (domain is ['[', .. var literal, ']'])
        {
            // dtext
            return !literal.AsSpan().ContainsAnyExceptInRange('!', '~') && !literal.AsSpan().ContainsAny('[', ']', '\\')
                ? domain
                : throw Invalid(address);
        }
        try
        {
            var ascii = Ascii.IsValid(domain) ? domain : Idn.GetAscii(domain);
            return Ascii.IsValid(ascii) && IsDotAtom(ascii) ? ascii : throw Invalid(address);
        }
        catch (ArgumentException)
        {
            throw Invalid(address);
        }
    }

    // dot-atom-text, with UTF8-non-ascii (RFC 6532 §3.2)
    static bool IsDotAtom(string text) => text.Split('.').All(
        atom => atom.Length > 0 && atom.All(character => character >= 0x80 || Atext.Contains(character)));

    static ArgumentException Invalid(string address) => new($"\"{address}\" is not an address", nameof(address));
}

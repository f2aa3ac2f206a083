using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace AgentPost.Store.Addresses;

/// <summary>
/// The address of an inbox, <c>local@domain</c>: lower case, NFC, without plus tag. The local part is a dot-atom (RFC
/// 5321 §4.1.2, with the letters of RFC 6531 §3.3). The domain is a host name of one or more labels; international
/// labels keep the given spelling. All <see cref="AddressSpellings"/> of an address refer to the same inbox.
/// </summary>
public sealed record InboxAddress
{
    // RFC 5321 §4.5.3.1: local part 64 bytes, domain 255; 254 in total, so that the address fits into a path with its
    // brackets.
    const int LongestLocalPart = 64;
    internal const int MaxLength = 254;
    const int LongestLabel = 63;

    // atext = ALPHA / DIGIT / "!" / "#" / … (RFC 5322 §3.2.3)
    static readonly SearchValues<char> AtomText = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~");

    InboxAddress(string value) => Value = value;

    public string Value { get; }

    /// <summary>The spellings of this address. Each of them finds the inbox.</summary>
    internal string[] Spellings => AddressSpellings.Of(Value);

    /// <summary>
    /// Parses an address, ignoring case. The plus tag is removed and returned separately in lower case, or null if
    /// there is none.
    /// </summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out InboxAddress? address, out string? plusTag)
    {
        address = null;
        plusTag = null;
        if (text is null || text.Length > MaxLength || !Unicode.IsWellFormed(text))
        {
            return false;
        }
        var folded = text.Normalize(NormalizationForm.FormC).ToLowerInvariant().Normalize(NormalizationForm.FormC);
        var at = folded.LastIndexOf('@');
        if (at <= 0 || Encoding.UTF8.GetByteCount(folded) > MaxLength || Encoding.UTF8.GetByteCount(folded.AsSpan(0, at)) > LongestLocalPart)
        {
            return false;
        }
        var (local, domain) = (Unquoted(folded[..at]), folded[(at + 1)..]);
        var (user, tag) = local.IndexOf('+', StringComparison.Ordinal) is var plus and >= 0 ? (local[..plus], local[(plus + 1)..]) : (local, "");
        if (!IsDotAtom(local) || !IsDotAtom(user) || !IsDomain(domain))
        {
            return false;
        }
        plusTag = tag.Length > 0 ? tag : null;
        address = new($"{user}@{domain}");
        return true;
    }

    /// <summary>
    /// True if an address belongs to the inbox: this address in any case, or with a plus tag. An international domain
    /// may be in Unicode or in its DNS form (RFC 5890 §2.3.2.1).
    /// </summary>
    public bool Covers(string address) => TryParse(address, out var parsed, out _) && AddressSpellings.Canonical(parsed.Value) == AddressSpellings.Canonical(Value);

    /// <summary>Creates an address from the database, which was parsed before it was stored.</summary>
    internal static InboxAddress FromStore(string value) => new(value);

    public override string ToString() => Value;

    // RFC 5321 §4.1.2: unnecessary quotation marks do not change the address.
    static string Unquoted(string local) => local is ['"', .. var inside, '"'] ? inside : local;

    // dot-atom-text = 1*atext *("." 1*atext)
    static bool IsDotAtom(string text) => text.Split('.').All(atom => atom.Length > 0 && atom.EnumerateRunes().All(IsAtomText));

    static bool IsAtomText(Rune rune) => rune.IsAscii ? AtomText.Contains((char)rune.Value) : Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    // sub-domain = Let-dig [Ldh-str] / U-label
    static bool IsDomain(string text) => text.Split('.').All(label =>
        label.Length > 0 && Encoding.UTF8.GetByteCount(label) <= LongestLabel && label[0] != '-' && label[^1] != '-' && label.EnumerateRunes().All(IsLabelText));

    static bool IsLabelText(Rune rune) => rune.IsAscii
        ? char.IsAsciiLetterOrDigit((char)rune.Value) || rune.Value == '-'
        : Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}

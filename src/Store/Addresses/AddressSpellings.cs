using System.Text;
using AgentPost.Mime.Headers;

namespace AgentPost.Store.Addresses;

/// <summary>
/// The spellings of one address: in any case, normalized to NFC or not, with the local part quoted or not
/// (<see cref="LocalPart"/>), and with an international domain in Unicode or in its DNS form (RFC 5890 §2.3.2.1).
/// Stored data about an address is found under each spelling.
/// </summary>
static class AddressSpellings
{
    const string EncodedLabel = "xn--";

    /// <summary>Returns the spelling for storing and comparing an address: lower case, NFC, IDNA.</summary>
    public static string Canonical(string address) =>
        Split(address) is var (local, domain) && IsInternational(domain)
            ? local + DomainNames.Normalize(domain)
            : local + domain;

    /// <summary>
    /// Returns all spellings under which an address may have been stored: lower case, without duplicates, the given one
    /// first.
    /// </summary>
    public static string[] Of(string address)
    {
        var (local, domain) = Split(address);
        if (!IsInternational(domain))
        {
            return [local + domain];
        }
        var encoded = DomainNames.Normalize(domain);
        return [.. new[] { domain, encoded, DomainNames.ToUnicode(encoded) }.Distinct().Select(form => local + form)];
    }

    // The local part includes the "@". It is empty if the text is only a domain.
    static (string Local, string Domain) Split(string address)
    {
        var folded = address.ToLowerInvariant();
        folded = LocalPart.Normalize(Unicode.IsWellFormed(folded) ? folded.Normalize(NormalizationForm.FormC) : folded);
        var domain = folded.LastIndexOf('@') + 1;
        return (folded[..domain], folded[domain..]);
    }

    static bool IsInternational(string domain) =>
        !Ascii.IsValid(domain) || domain.Contains(EncodedLabel, StringComparison.Ordinal);
}

using System.Text;
using AgentPost.Mime.Headers;

namespace AgentPost.Store.Addresses;

/// <summary>
/// The spellings of one address: any case, NFC or not, a local part with quotes or without (<see cref="LocalPart"/>),
/// and an international domain in Unicode or as the DNS has it (RFC 5890 §2.3.2.1). What is stored about an address is
/// found under each of them.
/// </summary>
static class AddressSpellings
{
    const string EncodedLabel = "xn--";

    /// <summary>The one spelling under which an address is stored and compared: lower case, NFC, IDNA.</summary>
    public static string Canonical(string address) =>
        Split(address) is var (local, domain) && IsInternational(domain)
            ? local + DomainNames.Normalize(domain)
            : local + domain;

    /// <summary>
    /// All spellings in which an address may have been stored, lower case, without repetition: the given one first.
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

    // The local part with its "@"; empty for a domain alone.
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

using System.Globalization;

namespace AgentPost.Store.Addresses;

/// <summary>Brings the domains of addresses into the form in which they are stored and compared: lower case, IDNA, no
/// final dot.</summary>
static class DomainNames
{
    static readonly IdnMapping Idn = new() { AllowUnassigned = true };

    /// <summary>The domain of an address, whatever its local part is; empty if it has none.</summary>
    public static string Of(string address) =>
        address.LastIndexOf('@') is var at and >= 0 ? Normalize(address[(at + 1)..]) : "";

    /// <summary>A normalized domain as people write it.</summary>
    public static string ToUnicode(string domain)
    {
        try
        {
            return Idn.GetUnicode(domain).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return domain;
        }
    }

    public static string Normalize(string domain)
    {
        var name = domain.Trim().TrimEnd('.');
        try
        {
            return (System.Text.Ascii.IsValid(name) ? name : Idn.GetAscii(name)).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            // Not a DNS name, so it equals none.
            return name.ToLowerInvariant();
        }
    }
}

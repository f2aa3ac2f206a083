using System.Globalization;

namespace AgentPost.Store.Addresses;

/// <summary>Normalizes the domains of addresses for storing and comparing: lower case, IDNA, no final dot.</summary>
static class DomainNames
{
    static readonly IdnMapping Idn = new() { AllowUnassigned = true };

    /// <summary>Returns the normalized domain of an address, whatever its local part. Empty if there is none.</summary>
    public static string Of(string address) =>
        address.LastIndexOf('@') is var at and >= 0 ? Normalize(address[(at + 1)..]) : "";

    /// <summary>Returns a normalized domain in Unicode, for display.</summary>
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
            // Not a valid DNS name, so it equals no domain.
            return name.ToLowerInvariant();
        }
    }
}

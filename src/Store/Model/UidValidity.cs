using System.Globalization;

namespace AgentPost.Store.Model;

/// <summary>A non-zero number that increases whenever a folder name is re-created (RFC 9051 §2.3.1.1).</summary>
public readonly record struct UidValidity(uint Value)
{
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

using System.Globalization;

namespace AgentPost.Store.Model;

/// <summary>Non-zero number that grows whenever a folder name is made again (RFC 9051 §2.3.1.1).</summary>
public readonly record struct UidValidity(uint Value)
{
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

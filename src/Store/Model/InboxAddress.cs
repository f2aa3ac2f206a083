using System.Diagnostics.CodeAnalysis;

namespace AgentPost.Store;

/// <summary>The address of an inbox: lower case, NFC, without plus-tag, <c>local@domain</c>.</summary>
public sealed record InboxAddress
{
    InboxAddress(string value) => Value = value;

    public string Value { get; }

    /// <summary>Parses an address in any case; a plus-tag is dropped and given apart (null when there is none).</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out InboxAddress? address, out string? plusTag)
    {
        plusTag = null;
        address = text is null ? null : new(text);
        throw new NotImplementedException();
    }

    public override string ToString() => Value;
}

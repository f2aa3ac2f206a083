using System.Diagnostics.CodeAnalysis;

namespace AgentPost.Store;

/// <summary>
/// The name of a folder: NFC, components apart by <c>/</c>, none empty, no controls, no wildcards, at most 255 octets of UTF-8 a component and 1,000 in all.
/// INBOX is spelled in upper case, whatever the client wrote, also as the first of several components.
/// </summary>
public sealed record FolderName
{
    public const char Separator = '/';
    public static readonly FolderName Inbox = new("INBOX");
    public static readonly FolderName Sent = new("Sent");
    public static readonly FolderName Drafts = new("Drafts");
    public static readonly FolderName Trash = new("Trash");

    FolderName(string value) => Value = value;

    public string Value { get; }

    public FolderName? Parent => Value.LastIndexOf(Separator) is var at and > 0 ? new(Value[..at]) : null;

    public bool IsBelow(FolderName ancestor) =>
        Value.Length > ancestor.Value.Length && Value[ancestor.Value.Length] == Separator && Value.StartsWith(ancestor.Value, StringComparison.Ordinal);

    public static bool TryParse(string text, [NotNullWhen(true)] out FolderName? name) => throw new NotImplementedException();

    public override string ToString() => Value;
}

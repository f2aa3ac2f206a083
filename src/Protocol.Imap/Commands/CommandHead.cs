using System.Text;
using AgentPost.Protocol.Imap.Wire;

namespace AgentPost.Protocol.Imap.Commands;

/// <summary>Tag and name of a command, read before the command is checked.</summary>
/// <param name="Tag">Null if the command has no tag that a response can use.</param>
/// <param name="Name">In upper case; two words for the <c>UID</c> commands. Empty if the command has no name.</param>
/// <param name="Row">Null for an unknown command.</param>
/// <param name="ArgumentsAt">Offset of the text after the name.</param>
readonly record struct CommandHead(string? Tag, string Name, CommandRow? Row, int ArgumentsAt)
{
    // Also limits how much of an unknown name is repeated in responses and logs.
    const int NameOctets = 32;

    /// <summary>
    /// command = tag SP (command-any / command-auth / command-nonauth / command-select) CRLF (RFC 9051 §9)
    /// </summary>
    public static CommandHead Read(ReadOnlySpan<byte> octets)
    {
        var tagLength = Length(octets, Atoms.TagChar);
        if (tagLength == 0 || tagLength == octets.Length || octets[tagLength] != ' ')
        {
            return new(tagLength > 0 && tagLength == octets.Length ? Encoding.ASCII.GetString(octets) : null, "", null, octets.Length);
        }
        var tag = Encoding.ASCII.GetString(octets[..tagLength]);
        var nameAt = SkipSpaces(octets, tagLength);
        var end = nameAt + Length(octets[nameAt..], Atoms.AtomChar);
        var name = UpperCase(octets[nameAt..end]);
        if (name == "UID" && SkipSpaces(octets, end) is var secondAt && secondAt > end && secondAt < octets.Length)
        {
            end = secondAt + Length(octets[secondAt..], Atoms.AtomChar);
            name = $"{name} {UpperCase(octets[secondAt..end])}";
        }
        return new(tag, name, CommandTable.Find(name), end);
    }

    static string UpperCase(ReadOnlySpan<byte> octets) => Encoding.ASCII.GetString(octets[..Math.Min(octets.Length, NameOctets)]).ToUpperInvariant();

    static int SkipSpaces(ReadOnlySpan<byte> octets, int start) => octets.Length - octets[start..].TrimStart((byte)' ').Length;

    static int Length(ReadOnlySpan<byte> octets, System.Buffers.SearchValues<byte> chars) =>
        octets.IndexOfAnyExcept(chars) is var length and >= 0 ? length : octets.Length;
}

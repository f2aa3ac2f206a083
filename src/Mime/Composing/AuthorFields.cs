using System.Buffers;
using System.Text;
using AgentPost.Mime.Characters;
using AgentPost.Mime.Headers;
using MimeKit;

namespace AgentPost.Mime.Composing;

/// <summary>Replaces the author of a message with another address of the same person.</summary>
public static class AuthorFields
{
    // A line of 78 bytes without the field name.
    static readonly FormatOptions Format = new() { NewLineFormat = NewLineFormat.Dos, MaxLineLength = 72 };

    /// <summary>
    /// Returns the header with the From field replaced. Removes Sender, and a Reply-To field that lists only the
    /// author, so that replies go to the new address too. Everything else stays byte for byte.
    /// </summary>
    /// <param name="author">If it has no name, the name in From is kept.</param>
    /// <param name="isAuthor">Returns true if an address belongs to the author.</param>
    public static ReadOnlyMemory<byte> Replace(
        ReadOnlySpan<byte> header, MailboxAddress author, Func<string, bool> isAuthor)
    {
        var field = FieldOf(author.DisplayName is null ? author with { DisplayName = NameOf(header) } : author);
        var answers = HeaderAddresses.Of(header, "Reply-To"u8);
        var areForAuthor = answers.Count > 0 && answers.All(isAuthor);
        var output = new ArrayBufferWriter<byte>(header.Length + field.Length);
        var reader = new HeaderFieldReader(header);
        while (reader.Read())
        {
            if (Is(reader.Name, "From"))
            {
                output.Write(field);
                field = [];
            }
            else if (!Is(reader.Name, "Sender") && !(areForAuthor && Is(reader.Name, "Reply-To")))
            {
                output.Write(reader.Field);
            }
        }
        output.Write(field);
        if (reader.IsAtBlankLine)
        {
            output.Write("\r\n"u8);
        }
        return output.WrittenMemory;
    }

    static bool Is(ReadOnlySpan<byte> name, string other) => Ascii.EqualsIgnoreCase(name, other);

    static byte[] FieldOf(MailboxAddress author) =>
        Encoding.UTF8.GetBytes($"From: {MailboxConversion.Of(author).ToString(Format, encode: true)}\r\n");

    // A received name can contain characters that are invalid in a field.
    static string? NameOf(ReadOnlySpan<byte> header)
    {
        var block = new HeaderBlock();
        block.Append(header);
        block.Parse();
        return AddressFields.First(block, "From"u8) is [{ Name: { } name }, ..]
            ? string.Concat(StorableText.Clean(EncodedWords.Decode(name)).Select(Printable))
            : null;
    }

    static char Printable(char character) => char.IsControl(character) ? ' ' : character;
}

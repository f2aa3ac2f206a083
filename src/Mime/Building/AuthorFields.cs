using System.Buffers;

namespace AgentPost.Mime;

/// <summary>Lets a message come from another address of its author.</summary>
public static class AuthorFields
{
    /// <summary>
    /// The header with another From in the place of the old one. Sender goes, and so does a Reply-To that names the author alone: answers are for the new address, too. All else
    /// stays octet for octet.
    /// </summary>
    /// <param name="author">Without a name it takes the one that From has.</param>
    /// <param name="isAuthor">Whether an address is one of the author's old ones.</param>
    public static ReadOnlyMemory<byte> Replace(ReadOnlySpan<byte> header, MailboxAddress author, Func<string, bool> isAuthor)
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

    static bool Is(ReadOnlySpan<byte> name, string other) => System.Text.Ascii.EqualsIgnoreCase(name, other);

    static byte[] FieldOf(MailboxAddress author)
    {
        var writer = new FieldWriter();
        writer.Addresses("From", [author]);
        return writer.ToArray();
    }

    // What came from elsewhere may hold anything; a field cannot.
    static string? NameOf(ReadOnlySpan<byte> header)
    {
        var block = new HeaderBlock();
        block.Append(header);
        block.Parse();
        return AddressFields.First(block, "From"u8) is [{ Name: { } name }, ..]
            ? string.Concat(StorableText.Clean(EncodedWords.Decode(name)).Select(letter => char.IsControl(letter) ? ' ' : letter))
            : null;
    }
}

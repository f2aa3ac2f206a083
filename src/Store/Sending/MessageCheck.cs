using AgentPost.Mime.Conversion;
using AgentPost.Mime.Headers;
using AgentPost.Mime.Scanning;
using AgentPost.Store.Addresses;
using AgentPost.Store.Spooling;

namespace AgentPost.Store.Sending;

/// <summary>
/// Checks a whole message before the server accepts it for sending, however it was submitted (DATA, BDAT, HTTP, a
/// draft). It must be text that every server can relay, and every author in it must be the sender.
/// </summary>
static class MessageCheck
{
    /// <summary>
    /// Throws <see cref="MessageRejectedException"/> if the message must not be sent. The message must be complete.
    /// </summary>
    public static void Ensure(IncomingMessage message, InboxAddress sender)
    {
        EnsureText(message.Fault);
        if (message.Scan.Header.Length < message.Scan.Root.BodyOffset)
        {
            throw new MessageRejectedException(
                MessageFault.HeaderTooLong, $"The header is longer than {MessageScan.MaxHeaderOctets} bytes");
        }
        var authors = AuthorList.Read(message.Scan.Header.Span);
        if (authors.Fault is { } fault)
        {
            throw new MessageRejectedException(
                MessageFault.Author, $"{fault}; it must name {sender} or one of its plus-addresses");
        }
        foreach (var author in authors.Mailboxes.Concat(authors.Decoded))
        {
            if (!sender.Covers(author.Address))
            {
                throw new MessageRejectedException(
                    MessageFault.Author,
                    $"The {author.Field} field must name {sender} or one of its plus-addresses, "
                    + $"not {Printable(author.Address)}");
            }
        }
    }

    static void EnsureText(LineFault fault)
    {
        if (fault is not LineFault.None)
        {
            throw new MessageRejectedException(
                fault is LineFault.Nul ? MessageFault.Nul : MessageFault.LineEnd,
                fault switch
                {
                    LineFault.LoneCarriageReturn => "The message has a CR without LF; lines end with CRLF",
                    LineFault.LoneLineFeed => "The message has an LF without CR; lines end with CRLF",
                    _ => "The message has a NUL; encode binary content in base64",
                });
        }
    }

    // The reason becomes part of a reply line.
    static string Printable(string address) =>
        string.Concat(address.Take(InboxAddress.MaxLength).Select(character => character < ' ' ? '?' : character));
}

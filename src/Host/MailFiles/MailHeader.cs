using System.Text;
using AgentPost.Mime.Headers;

namespace AgentPost.Host.MailFiles;

/// <summary>
/// Recognizes a file as a message by its header. Without this check, almost any text would count as a message: even
/// lines such as <c>root:x:0:0</c> are header fields (RFC 5322 §2.2).
/// </summary>
static class MailHeader
{
    /// <summary>The problem of a file that is not a message, as the end of a sentence.</summary>
    public const string IsMissing =
        "is not an email message: its header has none of the fields From, To, Subject, Date, Message-ID, Received and Return-Path";

    static readonly string[] Names = ["From", "To", "Subject", "Date", "Message-ID", "Received", "Return-Path"];

    /// <summary>True if a header has a field that messages have.</summary>
    public static bool IsIn(ReadOnlySpan<byte> header)
    {
        var reader = new HeaderFieldReader(header);
        while (reader.Read())
        {
            foreach (var name in Names)
            {
                if (Ascii.EqualsIgnoreCase(reader.Name, name))
                {
                    return true;
                }
            }
        }
        return false;
    }
}

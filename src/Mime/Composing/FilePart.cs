using System.Text;
using AgentPost.Mime.Transfer;
using MimeKit;

namespace AgentPost.Mime.Composing;

/// <summary>Creates the part of a file.</summary>
static class FilePart
{
    // Maximum length of a value that fits on a line of 78 bytes with its name.
    const int MaxPlainLength = 60;

    /// <exception cref="ArgumentException">A value of the file is invalid in a field.</exception>
    public static MimeEntity Of(MessageFile file, string disposition)
    {
        var type = MediaType.Of(file);
        if (type.IsMimeType("message", "*"))
        {
            return Embedded(file);
        }
        var part = new MimeKit.MimePart(type)
        {
            Content = new FileContent(file),
            ContentDisposition = new MimeKit.ContentDisposition(disposition),
        };
        if (file.FileName is { Length: > 0 } name)
        {
            SetFileName(part, disposition, name);
        }
        if (file.ContentId is { } id)
        {
            part.Headers.Add(HeaderValues.Ids("Content-ID", id));
        }
        part.ContentTransferEncoding = ContentEncoding.Base64;
        return part;
    }

    /// <summary>
    /// Creates the part of a message inside the message, or of its header: byte for byte, because RFC 2046 §5.2.1
    /// forbids encodings for it.
    /// </summary>
    public static MimeEntity Embedded(MessageFile message)
    {
        var part = new MimeKit.MimePart(MediaType.Of(message)) { Content = new FileContent(message) };
        if (message.FileName is { Length: > 0 } name)
        {
            part.ContentDisposition = new MimeKit.ContentDisposition("attachment");
            SetFileName(part, "attachment", name);
        }
        part.ContentTransferEncoding = ContentEncoding.EightBit;
        return part;
    }

    static void SetFileName(MimeKit.MimePart part, string disposition, string name)
    {
        part.FileName = HeaderValues.Checked(name, "file name");
        var isEncodedWord = name.Contains("=?", StringComparison.Ordinal);
        if (name.Length <= MaxPlainLength && HeaderValues.IsPrintableAscii(name) && !isEncodedWord)
        {
            return;
        }
        // MimeKit splits a long value inside a surrogate pair, and mixes encoded segments with quoted ones, which
        // Python does not read.
        var value = $" {disposition}{Extended(name)}\r\n";
        part.Headers[part.Headers.IndexOf(HeaderId.ContentDisposition)].SetRawValue(Encoding.ASCII.GetBytes(value));
        // Old versions of Outlook and many webmail programs read encoded words here; all others read filename*. MimeKit
        // writes C1 controls in ISO 8859-1, which readers interpret as Windows-1252, and does not escape quotes.
        if (!isEncodedWord && !name.Any(character => character is '"' or '\\' or (>= '\x80' and < '\xa0'))
            && part.ContentType.Parameters.TryGetValue("name", out Parameter? parameter))
        {
            parameter.EncodingMethod = ParameterEncodingMethod.Rfc2047;
        }
        else
        {
            part.ContentType.Parameters.Remove("name");
        }
    }

    // filename*=utf-8''ext-octets, or in segments of whole characters filename*0*=utf-8''ext-octets (RFC 2231 §4.1)
    static string Extended(string name)
    {
        var segments = new List<StringBuilder> { new("utf-8''") };
        foreach (var rune in name.EnumerateRunes())
        {
            var character = PercentEncoding.Encode(Encoding.UTF8.GetBytes(rune.ToString()));
            if (segments[^1].Length + character.Length > MaxPlainLength)
            {
                segments.Add(new());
            }
            segments[^1].Append(character);
        }
        return segments is [var only]
            ? $"; filename*={only}"
            : string.Concat(segments.Select((segment, index) => $";\r\n filename*{index}*={segment}"));
    }
}

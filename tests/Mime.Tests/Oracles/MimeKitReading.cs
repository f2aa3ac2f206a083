using System.Globalization;
using System.Text;
using MimeKit;

namespace AgentPost.Mime.Tests.Oracles;

/// <summary>What MimeKit finds in a message, item by item, as text.</summary>
static class MimeKitReading
{
    public static Dictionary<string, string> Describe(byte[] message)
    {
        using var stream = new MemoryStream(message);
        using var read = Parse(stream);
        var types = new List<string>();
        var contents = new List<string>();
        var texts = new List<string>();
        var names = new List<string>();
        Append(read.Body, "", types, contents, texts, names);
        return new()
        {
            ["types"] = string.Join('\n', types),
            ["contents"] = string.Join('\n', contents),
            ["texts"] = string.Join('\n', texts),
            ["names"] = string.Join('\n', names),
            ["Subject"] = (read.Subject ?? "").Replace('\t', ' '),
            ["Message-ID"] = read.MessageId ?? "",
            ["References"] = string.Join(' ', read.References),
            ["Date"] = read.Headers.Contains(HeaderId.Date) && read.Date != default ? Date(read.Date) : "",
            ["From"] = Addresses(read.From),
            ["To"] = Addresses(read.To),
        };
    }

    // It refuses some headers altogether.
    static MimeMessage Parse(Stream message)
    {
        try
        {
            return new MimeParser(message, MimeFormat.Entity).ParseMessage();
        }
        catch (FormatException)
        {
            return new MimeMessage();
        }
    }

    public static string Date(DateTimeOffset date) => date.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);

    static void Append(MimeEntity? entity, string number, List<string> types, List<string> contents, List<string> texts, List<string> names)
    {
        if (entity is null)
        {
            return;
        }
        var shown = number.Length == 0 ? "-" : number;
        types.Add($"{shown} {entity.ContentType.MediaType}/{entity.ContentType.MediaSubtype}".ToUpperInvariant());
        var name = entity.ContentDisposition?.FileName ?? entity.ContentType.Name;
        if (name is not null && entity is not Multipart)
        {
            names.Add($"{shown} {name}");
        }
        switch (entity)
        {
            case Multipart multipart:
                for (var i = 0; i < multipart.Count; i++)
                {
                    Append(multipart[i], number.Length == 0 ? $"{i + 1}" : $"{number}.{i + 1}", types, contents, texts, names);
                }
                break;
            case MessagePart { Message: { } within }:
                Append(within.Body, number.Length == 0 ? "1" : $"{number}.1", types, contents, texts, []);
                break;
            case TextPart text:
                texts.Add($"{shown} {text.Text.ReplaceLineEndings("\n")}");
                break;
            case MimeKit.MimePart part:
                contents.Add($"{shown} {Content(part)}");
                break;
        }
    }

    static string Content(MimeKit.MimePart part)
    {
        if (part.Content is null)
        {
            return "";
        }
        using var content = new MemoryStream();
        part.Content.DecodeTo(content);
        return Encoding.Latin1.GetString(content.ToArray());
    }

    static string Addresses(InternetAddressList list) => string.Join(", ", list.Mailboxes.Select(mailbox => $"{mailbox.Name ?? ""} <{mailbox.Address}>"));
}

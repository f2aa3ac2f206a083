using System.Globalization;
using AgentPost.Mime.Structure;
using AgentPost.Store.Reading;

namespace AgentPost.Host.Api.Mail;

/// <summary>
/// A file of a stored message: a part, a file inside a TNEF part (winmail.dat), which is listed in place of that part,
/// or a uuencoded file in a text.
/// </summary>
/// <param name="Id">
/// <c>att_</c> and the numbers of the part; for a file inside a part, the number of the file too. Never changes.
/// </param>
/// <param name="Embedded">Null if the part is the file.</param>
/// <param name="Size">Decoded size in bytes. Approximate for encoded parts of messages stored by earlier
/// versions.</param>
sealed record StoredFile(string Id, BodyPart Part, EmbeddedFile? Embedded, long Size)
{
    const string Prefix = "att_";

    public string? FileName => Embedded is null ? Part.FileName : Embedded.Name;
    public string ContentType => Embedded?.ContentType ?? Part.ContentType;
    public string? ContentId => Embedded is null ? Part.ContentId : Embedded.ContentId;

    /// <summary>True if the HTML shows the file.</summary>
    public bool IsInline => ContentId is not null && (Embedded is not null || Part.Disposition != "attachment");

    /// <summary>Returns the files of a message, in message order.</summary>
    public static IReadOnlyList<StoredFile> Of(ListedMessage message)
    {
        var files = new List<StoredFile>();
        var contents = message.Contents.ToLookup(content => IdOf(content.Path));
        foreach (var part in BodyParts.Read(message.BodyStructure))
        {
            var id = IdOf(part.Path);
            var content = contents[id].FirstOrDefault();
            if (part.IsAttachment && content is not { Files.Count: > 0 })
            {
                files.Add(new(id, part, null, content?.Size ?? part.DecodedOctets));
            }
            files.AddRange((content?.Files ?? []).Select((file, i) => new StoredFile(string.Create(CultureInfo.InvariantCulture, $"{id}-{i + 1}"), part, file, file.Size)));
        }
        return files;
    }

    static string IdOf(IReadOnlyList<int> path) => Prefix + string.Join('.', path);

    /// <summary>Returns null if the message has no such file.</summary>
    public static StoredFile? Find(ListedMessage message, string id) => Of(message).FirstOrDefault(file => file.Id == id);
}

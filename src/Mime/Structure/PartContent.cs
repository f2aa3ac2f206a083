using System.Text.Json;
using System.Text.Json.Serialization;
using AgentPost.Mime.Transfer;

namespace AgentPost.Mime.Structure;

/// <summary>
/// Details of the decoded content of a part that BODYSTRUCTURE does not have. Offsets and sizes count decoded bytes.
/// </summary>
/// <param name="Path">Part numbers, as in <see cref="BodyPart.Path"/>.</param>
/// <param name="Size">Size of the content in bytes.</param>
public sealed record PartContent(IReadOnlyList<int> Path, long Size)
{
    /// <summary>The files in a TNEF part (winmail.dat), or the uuencoded files in a text part.</summary>
    public IReadOnlyList<EmbeddedFile> Files { get; init; } = [];

    /// <summary>The message text in a TNEF part. Null if it has none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EmbeddedText? Text { get; init; }

    /// <summary>Encodes contents in the form in which a store keeps them.</summary>
    public static string Encode(IReadOnlyList<PartContent> contents) => JsonSerializer.Serialize(contents);

    /// <summary>Decodes the form that <see cref="Encode"/> wrote.</summary>
    public static IReadOnlyList<PartContent> Decode(string json) => JsonSerializer.Deserialize<List<PartContent>>(json) ?? [];
}

/// <summary>A file inside the content of a part, <paramref name="Size"/> bytes long when decoded.</summary>
/// <param name="ContentType">Type and subtype in lower case.</param>
/// <param name="ContentId">Without angle brackets; null if it has none.</param>
public sealed record EmbeddedFile(string? Name, string ContentType, string? ContentId, long Offset, long Size)
{
    /// <summary>How the file is encoded in the content of the part. Null if it is not encoded.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ContentTransferEncoding? Encoding { get; init; }

    /// <summary>Size of the encoded file in bytes, starting at <see cref="Offset"/>. 0 if it is not encoded.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long EncodedSize { get; init; }
}

/// <summary>A message text inside the content of a part.</summary>
/// <param name="Charset">Null if it must be guessed.</param>
public sealed record EmbeddedText(EmbeddedTextKind Kind, string? Charset, long Offset, long Size);

public enum EmbeddedTextKind
{
    Plain,
    Html,

    /// <summary>RTF, compressed (MS-OXRTFCP).</summary>
    Rtf,
}

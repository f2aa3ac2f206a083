using System.Text.Json;
using System.Text.Json.Serialization;
using AgentPost.Host.Api.Requests;

namespace AgentPost.Host.Api.Sending;

/// <summary>
/// The content of a file in a request: in memory, or in the spool file of its <see cref="SpooledBody"/>.
/// </summary>
[JsonConverter(typeof(FileContentConverter))]
sealed class FileContent
{
    readonly byte[] _bytes;
    readonly string? _reference;

    FileContent(byte[] bytes, string? reference) => (_bytes, _reference) = (bytes, reference);

    public static FileContent Of(ref Utf8JsonReader reader)
    {
        // A reference is not base64, and a caller cannot guess one: it contains a random number that only the server
        // knows.
        if (reader.TokenType == JsonTokenType.String && reader.ValueSpan.StartsWith(SpooledBody.ReferenceStart))
        {
            return new([], reader.GetString());
        }
        return reader.TryGetBytesFromBase64(out var bytes) ? new(bytes, null) : throw new JsonException("Not base64.");
    }

    /// <summary>Opens the content; the caller disposes the stream.</summary>
    public Stream Open(SpooledBody? body) => _reference is null
        ? new MemoryStream(_bytes, writable: false)
        : body?.Open(_reference) ?? throw new ApiRefusedException(ApiError.Invalid("content", "the value has the wrong form"));
}

/// <summary>Reads base64, or the reference that replaces it.</summary>
sealed class FileContentConverter : JsonConverter<FileContent>
{
    public override FileContent Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => FileContent.Of(ref reader);

    public override void Write(Utf8JsonWriter writer, FileContent value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Requests are only read.");
}

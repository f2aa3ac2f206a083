using System.Net.Mime;
using AgentPost.Host.Api.Requests;

namespace AgentPost.Host.Api.Mail;

/// <summary>
/// Downloads of message files, which are untrusted: browsers must neither display them inline nor guess another type.
/// </summary>
static class Download
{
    const int LongestName = 200;

    public static IResult Of(ApiCall call, Stream content, string contentType, string? fileName)
    {
        var headers = call.Http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        headers.CacheControl = "private, no-store";
        return TypedResults.Stream(content, TypeOf(contentType), NameOf(fileName));
    }

    // The content type comes from the message, so it may be invalid.
    static string TypeOf(string contentType)
    {
        try
        {
            return new ContentType(contentType).MediaType;
        }
        catch (FormatException)
        {
            return MediaTypeNames.Application.Octet;
        }
    }

    // A safe name to save the file as: no directories, no control characters, not a hidden file.
    static string NameOf(string? fileName)
    {
        var name = string.Concat((fileName ?? "").Where(character => !char.IsControl(character) && !char.IsSurrogate(character) && !"/\\:*?\"<>|".Contains(character))).TrimStart('.').Trim();
        return name.Length == 0 ? "attachment" : name[..Math.Min(name.Length, LongestName)];
    }
}

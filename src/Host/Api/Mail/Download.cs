using System.Net.Mime;
using AgentPost.Host.Api.Requests;

namespace AgentPost.Host.Api.Mail;

/// <summary>Files of messages, which strangers wrote: never shown in place, never taken for another type than they say.</summary>
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

    // What a message says is a type need not be one.
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

    // No folders, no controls, nothing hidden: a name to save the file by.
    static string NameOf(string? fileName)
    {
        var name = string.Concat((fileName ?? "").Where(character => !char.IsControl(character) && !char.IsSurrogate(character) && !"/\\:*?\"<>|".Contains(character))).TrimStart('.').Trim();
        return name.Length == 0 ? "attachment" : name[..Math.Min(name.Length, LongestName)];
    }
}

using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.Api;

/// <summary>The content of files in JSON is decoded while it is received, wherever the pieces of the body end.</summary>
sealed class FileContentTests : RunningApi
{
    static readonly byte[] File = [.. Enumerable.Range(0, 100_000).Select(index => (byte)(index * 7 % 251))];

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(100_000)]
    public async Task Content_of_any_length_is_kept(int length)
    {
        var content = File[..length];
        Assert.That(await SendAsync(Body(Convert.ToBase64String(content))), Is.EqualTo(content));
    }

    [Test]
    public async Task Escapes_and_white_space_are_accepted()
    {
        byte[] content = [0xFF, 0xFF, 0xFE, 0x00, 0x10];
        Assert.That(await SendAsync(Body("""\/\/\/+\r\n A\u0042A=""")), Is.EqualTo(Convert.FromBase64String("///+ABA=")));
        Assert.That(await SendAsync(Body(Convert.ToBase64String(content)).Replace("\"content\"", "\"cont\\u0065nt\"", StringComparison.Ordinal)), Is.EqualTo(content));
    }

    [TestCase("A")]
    [TestCase("AB=")]
    [TestCase("ABC==")]
    [TestCase("AB==AB==")]
    [TestCase("A*CD")]
    [TestCase("ABC\\\"")]
    [TestCase("spool:00:0")]
    public async Task What_is_not_base64_is_rejected_by_name(string text)
    {
        foreach (var body in new[] { Body(text), Body(text).Replace("\"content\"", "\"cont\\u0065nt\"", StringComparison.Ordinal) })
        {
            using var answer = await PostAsync(body);
            var error = JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync()).GetProperty("error");
            Assert.That((int)answer.StatusCode, Is.EqualTo(400), error.ToString());
            Assert.That(error.GetProperty("message").GetString(), Does.Contain("content"));
        }
    }

    [Test]
    public async Task A_body_larger_than_four_megabytes_without_its_files_is_rejected()
    {
        using var answer = await PostAsync(Body("AAAA").Replace("See the file", new string('x', 5 << 20), StringComparison.Ordinal));
        Assert.That((int)answer.StatusCode, Is.EqualTo(413));
        using var accepted = await PostAsync(Body("AAAA").Replace("See the file", new string('x', 3 << 20), StringComparison.Ordinal));
        Assert.That((int)accepted.StatusCode, Is.EqualTo(201));
    }

    // The field before, of the same name in another place, is no file.
    static string Body(string content) =>
        $$"""
        {"headers":{"content":"plain"},"to":["{{ProgramUnderTest.Inbox}}"],"subject":"File","text_body":"See the file",
         "attachments" : [{"filename":"first","content":"Zmlyc3Q="}, {"filename":"second", "mime_type":"application/x-test", "content" : "{{content}}"}]}
        """;

    async Task<byte[]> SendAsync(string body)
    {
        using var answer = await PostAsync(body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That((int)answer.StatusCode, Is.EqualTo(201), text);
        var id = JsonElement.Parse(text).GetProperty("id").GetString();
        var files = (await Api.GetAsync($"{Inbox}/messages/{id}")).EnsureOk()["attachments"];
        Assert.That(files.GetArrayLength(), Is.EqualTo(2));
        Assert.That(await ReadAsync(id, files[0]), Is.EqualTo("first"u8.ToArray()));
        return await ReadAsync(id, files[1]);
    }

    async Task<byte[]> ReadAsync(string? message, JsonElement file) =>
        (await Api.GetAsync($"{Inbox}/messages/{message}/attachments/{file.GetProperty("id").GetString()}")).EnsureOk().Octets;

    async Task<HttpResponseMessage> PostAsync(string body)
    {
        using var http = new HttpClient();
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        http.DefaultRequestHeaders.Authorization = new("Bearer", Program.Key);
        return await http.PostAsync(new Uri($"http://127.0.0.1:{Program.HttpPort}{Inbox}/messages"), content);
    }
}

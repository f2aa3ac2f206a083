using System.Globalization;
using System.Text.Json;
using AgentPost.Host.Api;
using AgentPost.Host.Json;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.Api;

/// <summary>The documents that tell of the API, held against what the API does.</summary>
sealed class DocumentTests : RunningApi
{
    [Test]
    public async Task A_validator_of_others_finds_the_OpenAPI_document_in_order()
    {
        var said = await ClientScript.RunAsync("openapi_check.cjs", Program);

        Assert.That(said.GetProperty("errors").ToString(), Is.EqualTo("[]"));
        Assert.That((said.GetProperty("valid").GetBoolean(), said.GetProperty("version").GetString()), Is.EqualTo((true, "3.1")));
    }

    [TestCase("python")]
    [TestCase("curl")]
    public async Task Every_operation_of_the_document_is_called_and_the_answers_have_the_shape_it_tells(string program)
    {
        var said = await ClientScript.RunAsync("http_api.py", Program, program);

        Assert.That(said.GetProperty("operations").GetInt32(), Is.EqualTo(EndpointTable.Rows.Count));
        Assert.That(said.GetProperty("told").GetArrayLength(), Is.GreaterThan(40));
    }

    [Test]
    public async Task The_documents_are_open_to_all_and_name_every_operation()
    {
        using var stranger = new ApiClient(Program, null);
        var openApi = (await stranger.GetAsync("/openapi/v1.json")).EnsureOk();
        var guide = (await stranger.GetAsync("/llms.txt")).EnsureOk();

        foreach (var row in EndpointTable.Rows)
        {
            Assert.That(openApi["paths"].GetProperty(row.Path).TryGetProperty(row.Method.ToLowerInvariant(), out var _), $"{row.Method} {row.Path}");
            Assert.That(guide.Text, Does.Contain($"`{row.Method} {row.Path}`"));
        }
    }

    [Test]
    public void Operations_have_names_of_their_own_and_examples_that_are_JSON()
    {
        Assert.That(EndpointTable.Rows.Select(row => row.Id), Is.Unique);
        foreach (var row in EndpointTable.Rows.Where(row => row.Body is not null))
        {
            Assert.That(row.BodyExample, Is.Not.Null, row.Id);
            Assert.That(() => JsonSerializer.Deserialize(row.BodyExample!, row.Body!, ApiJson.Options), Throws.Nothing, row.Id);
        }
    }

    [Test]
    public async Task Every_answer_in_JSON_has_an_example()
    {
        using var stranger = new ApiClient(Program, null);
        var paths = (await stranger.GetAsync("/openapi/v1.json")).EnsureOk()["paths"];

        foreach (var row in EndpointTable.Rows.Where(row => row.Answer is not null))
        {
            var answer = paths.GetProperty(row.Path).GetProperty(row.Method.ToLowerInvariant()).GetProperty("responses")
                .GetProperty(row.Status.ToString(CultureInfo.InvariantCulture)).GetProperty("content").GetProperty("application/json");
            Assert.That(answer.TryGetProperty("example", out var _), row.Id);
        }
    }
}

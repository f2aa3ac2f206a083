namespace AgentPost.EndToEnd.Tests.Api;

/// <summary>What all calls of the HTTP API share.</summary>
sealed class FrameTests : RunningApi
{
    [Test]
    public async Task A_refusal_has_code_message_fix_and_the_id_of_the_request()
    {
        var answer = await Api.SendAsync("GET", "/api/v1/inboxes/nobody@agentpost.test", null, ("X-Request-Id", "mine-1"));

        answer.EnsureError(404, "inbox_not_found");
        var error = answer["error"];
        Assert.That(error.GetProperty("message").GetString(), Is.Not.Empty);
        Assert.That(error.GetProperty("fix").GetString(), Is.Not.Empty);
        Assert.That(error.GetProperty("request_id").GetString(), Is.EqualTo("mine-1"));
        Assert.That(answer.Headers["X-Request-Id"], Is.EqualTo("mine-1"));
    }

    [Test]
    public async Task A_request_id_that_could_forge_a_log_line_is_replaced() =>
        Assert.That((await Api.SendAsync("GET", "/api/v1/me", null, ("X-Request-Id", "a b"))).Headers["X-Request-Id"], Does.StartWith("req_"));

    [Test]
    public async Task A_path_that_there_is_not_has_an_error_body() => (await Api.GetAsync("/api/v1/nothing")).EnsureError(404, "not_found");

    [Test]
    public async Task A_method_that_a_path_has_not_has_an_error_body() => (await Api.SendAsync("PUT", "/api/v1/inboxes")).EnsureError(405, "method_not_allowed");

    [TestCase("{", "body")]
    [TestCase("[]", "body")]
    [TestCase("null", "body")]
    [TestCase("", "body")]
    [TestCase("""{"username":1}""", "username")]
    [TestCase("""{"user_name":"x"}""", "user_name")]
    public async Task A_body_that_is_wrong_is_refused_with_the_field_named(string body, string field)
    {
        var answer = await Api.PostAsync("/api/v1/inboxes", body);

        answer.EnsureError(400, "invalid_request");
        Assert.That(answer["error"].GetProperty("message").GetString(), Does.StartWith($"{field}: "));
    }

    [TestCase("colour=red", "colour")]
    [TestCase("limit=0", "limit")]
    [TestCase("limit=many", "limit")]
    [TestCase("cursor=!", "cursor")]
    public async Task A_query_that_is_wrong_is_refused_with_the_parameter_named(string query, string name)
    {
        var answer = await Api.GetAsync($"/api/v1/inboxes?{query}");

        answer.EnsureError(400, "invalid_request");
        Assert.That(answer["error"].GetProperty("message").GetString(), Does.StartWith($"{name}: "));
    }

    [Test]
    public async Task A_body_that_is_too_long_is_refused() =>
        (await Api.PostAsync("/api/v1/inboxes", new { display_name = new string('x', 300_000) })).EnsureError(413, "too_large");

    [Test]
    public async Task Wrong_keys_wait_and_right_ones_do_not()
    {
        using var wrong = new ApiClient(Program, "ap_sk_wrong");
        var began = TimeProvider.System.GetTimestamp();
        var answer = wrong.GetAsync("/api/v1/me");
        (await Api.GetAsync("/api/v1/me")).EnsureOk();
        Assert.That(answer.IsCompleted, Is.False, "The right key was answered while the wrong one waited.");
        (await answer).EnsureError(401, "wrong_key");
        Assert.That(TimeProvider.System.GetElapsedTime(began), Is.GreaterThan(TimeSpan.FromMilliseconds(900)));
    }
}

using AgentPost.Host.Api.Requests;

namespace AgentPost.Host.Api.Access;

/// <summary>Describes the calling key to its caller.</summary>
static class AccountEndpoints
{
    public static IReadOnlyList<ApiEndpoint> Rows =>
    [
        new("GET", "/api/v1/me", null, "Tell what the key of this call may do.", ShowAsync)
        {
            Id = "getMe", Tag = "Keys", Answer = typeof(KeyView),
        },
    ];

    static Task<IResult> ShowAsync(ApiCall call, CancellationToken cancellation) => Task.FromResult(Answer.Ok(KeyView.Of(call.Key)));
}

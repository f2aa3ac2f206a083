using AgentPost.Host.Json;

namespace AgentPost.Host.Api.Requests;

/// <summary>Builds the responses of endpoints.</summary>
static class Answer
{
    public static readonly IResult NoContent = TypedResults.NoContent();

    public static IResult Ok<T>(T value) => TypedResults.Json(value, ApiJson.TypeInfo<T>());

    public static IResult Created<T>(T value) => TypedResults.Json(value, ApiJson.TypeInfo<T>(), statusCode: StatusCodes.Status201Created);
}

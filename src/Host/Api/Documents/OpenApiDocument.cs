using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AgentPost.Host.Api.Requests;
using AgentPost.Host.Json;

namespace AgentPost.Host.Api.Documents;

/// <summary>
/// The OpenAPI 3.1 document. It is built from the endpoint table, so it describes exactly the operations that exist.
/// </summary>
static partial class OpenApiDocument
{
    public static byte[] Render(IReadOnlyList<ApiEndpoint> rows)
    {
        var schemas = new OpenApiSchemas();
        var paths = new JsonObject();
        foreach (var ofPath in rows.GroupBy(row => row.Path))
        {
            var operations = new JsonObject { ["parameters"] = PathParameters(ofPath.Key) };
            foreach (var row in ofPath)
            {
                operations[row.Method.ToLowerInvariant()] = Operation(row, schemas);
            }
            paths[ofPath.Key] = operations;
        }
        var error = schemas.ReferenceTo(typeof(ErrorBody));
        var document = new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "AgentPost",
                ["version"] = "1",
                ["description"] = "Inboxes for agents. What IMAP and SMTP clients see is the same mail. Lists are paged by cursor; errors have a code to branch on and a fix.",
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/" }),
            ["security"] = new JsonArray(new JsonObject { ["key"] = new JsonArray() }),
            ["tags"] = new JsonArray([.. rows.Select(row => row.Tag).Distinct().Select(tag => (JsonNode)new JsonObject { ["name"] = tag })]),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject
                {
                    ["key"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["description"] = "A key: ap_sk_…" },
                },
                ["responses"] = new JsonObject { ["Error"] = ErrorResponse(error) },
                ["schemas"] = schemas.ToJson(),
            },
        };
        return JsonSerializer.SerializeToUtf8Bytes(document, ApiJson.Options);
    }

    static JsonObject Operation(ApiEndpoint row, OpenApiSchemas schemas)
    {
        var operation = new JsonObject
        {
            ["operationId"] = row.Id,
            ["tags"] = new JsonArray(row.Tag),
            ["summary"] = row.Summary,
            ["description"] = row.Scope is null ? "Any key will do." : $"Needs the scope {string.Join(" and ", row.Scopes)}.",
            ["parameters"] = new JsonArray([.. row.Query.Select(Parameter), .. row.IsIdempotent ? [IdempotencyKey()] : Array.Empty<JsonNode>()]),
            ["responses"] = Responses(row, schemas),
        };
        if (row.Body is { } body)
        {
            var content = new JsonObject { ["schema"] = schemas.ReferenceTo(body) };
            if (row.BodyExample is { } example)
            {
                content["example"] = JsonNode.Parse(example);
            }
            operation["requestBody"] = new JsonObject { ["required"] = true, ["content"] = new JsonObject { ["application/json"] = content } };
        }
        return operation;
    }

    static JsonObject Responses(ApiEndpoint row, OpenApiSchemas schemas)
    {
        var responses = new JsonObject { [row.Status.ToString(CultureInfo.InvariantCulture)] = Success(row, schemas) };
        if (row.OtherStatus is { } other)
        {
            responses[other.ToString(CultureInfo.InvariantCulture)] = Success(row, schemas);
        }
        responses["4XX"] = new JsonObject { ["$ref"] = "#/components/responses/Error" };
        responses["5XX"] = new JsonObject { ["$ref"] = "#/components/responses/Error" };
        return responses;
    }

    static JsonObject Success(ApiEndpoint row, OpenApiSchemas schemas)
    {
        var response = new JsonObject { ["description"] = row.Status == StatusCodes.Status204NoContent ? "Done." : "The answer." };
        if (row.Answer is { } answer)
        {
            var content = new JsonObject { ["schema"] = schemas.ReferenceTo(answer) };
            content["example"] = AnswerExamples.Of(answer) ?? schemas.ExampleOf(answer);
            response["content"] = new JsonObject { ["application/json"] = content };
        }
        else if (row.Status != StatusCodes.Status204NoContent)
        {
            response["content"] = new JsonObject { [row.MediaType] = new JsonObject { ["schema"] = new JsonObject { ["type"] = "string" } } };
        }
        return response;
    }

    static JsonObject ErrorResponse(JsonNode schema) => new()
    {
        ["description"] = "Why not, and what to do about it.",
        ["content"] = new JsonObject
        {
            ["application/json"] = new JsonObject
            {
                ["schema"] = schema,
                ["example"] = JsonSerializer.SerializeToNode(
                    new ErrorBody(new("missing_scope", "This needs the scope messages:write.", "Use a key that has the scope messages:write.", "req_01a2b3c4")), ApiJson.Options),
            },
        },
    };

    static JsonArray PathParameters(string path) => new([.. PathParameter().Matches(path).Select(match => (JsonNode)new JsonObject
    {
        ["name"] = match.Groups[1].Value,
        ["in"] = "path",
        ["required"] = true,
        ["description"] = match.Groups[1].Value is "inbox" or "surfaceId" ? "Id (inb_…) or address of an inbox." : $"Id of the {match.Groups[1].Value}.",
        ["schema"] = new JsonObject { ["type"] = "string" },
    })]);

    static JsonNode Parameter(QueryParameter parameter)
    {
        var schema = new JsonObject { ["type"] = parameter.Type };
        if (parameter.Format is { } format)
        {
            schema["format"] = format;
        }
        if (parameter.Values.Count > 0)
        {
            schema["enum"] = new JsonArray([.. parameter.Values.Select(value => (JsonNode)value)]);
        }
        return new JsonObject { ["name"] = parameter.Name, ["in"] = "query", ["description"] = parameter.Meaning, ["schema"] = schema };
    }

    static JsonObject IdempotencyKey() => new()
    {
        ["name"] = "Idempotency-Key",
        ["in"] = "header",
        ["description"] = "1 to 200 visible ASCII characters. Within a day a call with the same key sends nothing and answers the first message.",
        ["schema"] = new JsonObject { ["type"] = "string" },
    };

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex PathParameter();
}

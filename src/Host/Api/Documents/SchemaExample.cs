using System.Text.Json.Nodes;

namespace AgentPost.Host.Api.Documents;

/// <summary>
/// Builds a value that matches a JSON Schema, for types without an example in <see cref="AnswerExamples"/>.
/// </summary>
static class SchemaExample
{
    const int MostDepth = 8;

    /// <param name="resolve">Returns the schema that a <c>$ref</c> points to.</param>
    public static JsonNode? Of(JsonNode? schema, Func<string, JsonNode?> resolve, int depth = 0)
    {
        if (schema is not JsonObject described || depth > MostDepth)
        {
            return null;
        }
        if (described["$ref"]?.GetValue<string>() is { } pointer)
        {
            return Of(resolve(pointer), resolve, depth + 1);
        }
        if (described["oneOf"] is JsonArray choices)
        {
            return Of(choices[0], resolve, depth + 1);
        }
        return TypeOf(described) switch
        {
            "object" => new JsonObject(Properties(described).Select(property => KeyValuePair.Create(property.Key, Of(property.Value, resolve, depth + 1)))),
            "array" => new JsonArray(Of(described["items"], resolve, depth + 1)),
            "integer" or "number" => 1,
            "boolean" => true,
            "string" => described["format"]?.GetValue<string>() == "date-time" ? "2026-01-31T12:00:00+00:00" : described["enum"]?[0]?.DeepClone() ?? "text",
            _ => null,
        };
    }

    static IEnumerable<KeyValuePair<string, JsonNode?>> Properties(JsonObject schema) => schema["properties"] as JsonObject ?? [];

    // "type": "string", or "type": ["string", "null"]
    static string? TypeOf(JsonObject schema) => (schema["type"] is JsonArray types ? types[0] : schema["type"])?.GetValue<string>();
}

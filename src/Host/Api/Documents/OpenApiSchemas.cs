using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using AgentPost.Host.Api.Sending;
using AgentPost.Host.Json;

namespace AgentPost.Host.Api.Documents;

/// <summary>
/// JSON Schemas of request and response types, generated from those types. Each has its own name, and types refer to
/// each other by name.
/// </summary>
sealed class OpenApiSchemas
{
    readonly SortedDictionary<string, JsonNode> _schemas = new(StringComparer.Ordinal);

    public JsonNode ReferenceTo(Type type)
    {
        var name = NameOf(type);
        if (!_schemas.ContainsKey(name))
        {
            // Register the name first, so that a type can refer to itself.
            _schemas[name] = new JsonObject();
            _schemas[name] = ApiJson.Options.GetJsonSchemaAsNode(type, new()
            {
                TreatNullObliviousAsNonNullable = true,
                TransformSchemaNode = (context, schema) => Transform(context, schema, name),
            });
        }
        return new JsonObject { ["$ref"] = PointerTo(name) };
    }

    /// <summary>Builds an example value of a type.</summary>
    public JsonNode? ExampleOf(Type type) => SchemaExample.Of(ReferenceTo(type), pointer => _schemas.GetValueOrDefault(pointer[(pointer.LastIndexOf('/') + 1)..]));

    public JsonObject ToJson() => new(_schemas.Select(schema => KeyValuePair.Create(schema.Key, (JsonNode?)schema.Value)));

    JsonNode Transform(JsonSchemaExporterContext context, JsonNode schema, string root)
    {
        // The exporter cannot describe a type with a custom converter.
        if (context.TypeInfo.Type == typeof(AddressRequest))
        {
            return Address();
        }
        if (context.TypeInfo.ElementType == typeof(AddressRequest) && schema is JsonObject list)
        {
            list["items"] = Address();
            return list;
        }
        if (context.TypeInfo.Type == typeof(FileContent))
        {
            return new JsonObject { ["type"] = new JsonArray("string", "null"), ["contentEncoding"] = "base64" };
        }
        if (context.TypeInfo.Kind == JsonTypeInfoKind.Object && context.Path.Length > 0)
        {
            var reference = ReferenceTo(context.TypeInfo.Type);
            return context.PropertyInfo is { IsGetNullable: true }
                ? new JsonObject { ["oneOf"] = new JsonArray(reference, new JsonObject { ["type"] = "null" }) }
                : reference;
        }
        if (schema is JsonObject described)
        {
            // The exporter's pointers start at the root of its schema, but here the schema is part of a larger
            // document.
            if (described["$ref"]?.GetValue<string>() is ['#', .. var within])
            {
                described["$ref"] = PointerTo(root) + within;
            }
        }
        return schema;
    }

    JsonObject Address() => new()
    {
        ["oneOf"] = new JsonArray(
            new JsonObject { ["type"] = "string", ["description"] = "The address alone." }, ReferenceTo(typeof(AddressForm))),
    };

    static string PointerTo(string name) => $"#/components/schemas/{name}";

    // Page<InboxView> becomes PageOfInboxView.
    static string NameOf(Type type) =>
        type.IsGenericType ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}Of{NameOf(type.GetGenericArguments()[0])}" : type.Name;
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentPost.Host.Api.Sending;

/// <summary>An address in a request: an object <c>{"email","name"}</c>, or a string with the address alone.</summary>
[JsonConverter(typeof(AddressRequestConverter))]
sealed record AddressRequest(string Email, string? Name);

/// <summary>Reads both forms of an address.</summary>
sealed class AddressRequestConverter : JsonConverter<AddressRequest>
{
    public override AddressRequest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return new(reader.GetString() ?? "", null);
        }
        return Read(ref reader, options) is { Email: { } email } form ? new(email, form.Name) : throw new JsonException("An address has an email.");
    }

    public override void Write(Utf8JsonWriter writer, AddressRequest value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, new AddressForm { Email = value.Email, Name = value.Name }, options);

    // An exception of the nested read would name the field inside the address, but not the location of the address.
    static AddressForm? Read(ref Utf8JsonReader reader, JsonSerializerOptions options)
    {
        try
        {
            return JsonSerializer.Deserialize<AddressForm>(ref reader, options);
        }
        catch (JsonException malformed)
        {
            throw new JsonException("Not an address.", malformed);
        }
    }
}

/// <summary>The object form of an address.</summary>
sealed record AddressForm
{
    public string? Email { get; init; }
    public string? Name { get; init; }
}

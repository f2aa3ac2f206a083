namespace AgentPost.Host.Api.Requests;

/// <summary>Does what an endpoint is for. Refusals are thrown (<see cref="ApiRefusedException"/>, and those of the store) and become answers in one place.</summary>
delegate Task<IResult> EndpointHandler(ApiCall call, CancellationToken cancellation);

/// <summary>
/// One operation of the HTTP API: a row of the endpoint table. Routing, the check of rights, the OpenAPI document and the tests all read the row. A path with
/// <c>{inbox}</c> or <c>{surfaceId}</c> names an inbox, by id or address, that is found and checked before the handler runs.
/// </summary>
/// <param name="Scope">What the key needs, checked before the body is read; null: any key that is good.</param>
/// <param name="Summary">One sentence for the OpenAPI document.</param>
sealed record ApiEndpoint(string Method, string Path, string? Scope, string Summary, EndpointHandler Handler)
{
    /// <summary>
    /// What the key needs besides <see cref="Scope"/>; null: nothing. Sending what is new takes the right to write alone, as SMTP does; what touches mail that is
    /// there takes the right to read it too, as IMAP does.
    /// </summary>
    public string? SecondScope { get; init; }

    public IEnumerable<string> Scopes => new[] { Scope, SecondScope }.OfType<string>();

    /// <summary>Groups operations in the OpenAPI document.</summary>
    public required string Tag { get; init; }

    /// <summary>Query parameters; any other is refused.</summary>
    public IReadOnlyList<QueryParameter> Query { get; init; } = [];

    /// <summary>What the JSON body is read into; null: there is none.</summary>
    public Type? Body { get; init; }

    /// <summary>A body for the OpenAPI document, as JSON.</summary>
    public string? BodyExample { get; init; }

    /// <summary>What the answer is written from; null: no JSON.</summary>
    public Type? Answer { get; init; }

    /// <summary>The status of success.</summary>
    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>Another status of success; null: there is none.</summary>
    public int? OtherStatus { get; init; }

    /// <summary>Of the answer.</summary>
    public string MediaType { get; init; } = "application/json";

    /// <summary>Whether the body may be as long as a message, or a small one only.</summary>
    public bool CarriesMessage { get; init; }

    /// <summary>Whether a header <c>Idempotency-Key</c> is understood.</summary>
    public bool IsIdempotent { get; init; }

    /// <summary>Names the operation for code generators.</summary>
    public required string Id { get; init; }
}

/// <param name="Type">As JSON Schema names it: <c>string</c>, <c>integer</c>, <c>boolean</c>.</param>
/// <param name="Format">As JSON Schema names it (<c>date-time</c>); null: none.</param>
sealed record QueryParameter(string Name, string Type, string Meaning, string? Format = null)
{
    /// <summary>May be given more than once.</summary>
    public bool IsList { get; init; }

    /// <summary>The only values; empty: any.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    public static readonly IReadOnlyList<QueryParameter> Page =
    [
        new("limit", "integer", "How many at most, 1 to 200; 50 when not given."),
        new("cursor", "string", "Where to go on: next_cursor of the page before."),
    ];
}

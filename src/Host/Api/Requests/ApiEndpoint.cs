namespace AgentPost.Host.Api.Requests;

/// <summary>
/// Handles a request. Rejections are thrown as <see cref="ApiRefusedException"/> or as exceptions of the store;
/// <see cref="ApiErrors"/> turns them into responses.
/// </summary>
delegate Task<IResult> EndpointHandler(ApiCall call, CancellationToken cancellation);

/// <summary>
/// One operation of the HTTP API: a row of the endpoint table. Routing, authorization, the OpenAPI document and the
/// tests all read the row. If a path contains <c>{inbox}</c> or <c>{surfaceId}</c>, the inbox is found by id or address
/// and checked before the handler runs.
/// </summary>
/// <param name="Scope">Scope that the key needs, checked before the body is read. Null if any valid key is
/// enough.</param>
/// <param name="Summary">One sentence for the OpenAPI document.</param>
sealed record ApiEndpoint(string Method, string Path, string? Scope, string Summary, EndpointHandler Handler)
{
    /// <summary>
    /// Scope that the key needs in addition to <see cref="Scope"/>. Null if there is none. Sending a new message needs
    /// only a write scope, as in SMTP. Operations on existing mail also need a read scope, as in IMAP.
    /// </summary>
    public string? SecondScope { get; init; }

    public IEnumerable<string> Scopes => new[] { Scope, SecondScope }.OfType<string>();

    /// <summary>Groups the operations in the OpenAPI document.</summary>
    public required string Tag { get; init; }

    /// <summary>Query parameters. Any other parameter is rejected.</summary>
    public IReadOnlyList<QueryParameter> Query { get; init; } = [];

    /// <summary>Type of the JSON body. Null if the operation has no body.</summary>
    public Type? Body { get; init; }

    /// <summary>Example body for the OpenAPI document, as JSON.</summary>
    public string? BodyExample { get; init; }

    /// <summary>Type of the JSON response. Null if the response is not JSON.</summary>
    public Type? Answer { get; init; }

    /// <summary>HTTP status of a successful response.</summary>
    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>Alternative HTTP status of a successful response. Null if there is none.</summary>
    public int? OtherStatus { get; init; }

    /// <summary>Media type of the response.</summary>
    public string MediaType { get; init; } = "application/json";

    /// <summary>True if the body can be as large as a message; otherwise only a small body is accepted.</summary>
    public bool CarriesMessage { get; init; }

    /// <summary>True if the operation supports the <c>Idempotency-Key</c> header field.</summary>
    public bool IsIdempotent { get; init; }

    /// <summary>Operation id for code generators.</summary>
    public required string Id { get; init; }
}

/// <param name="Type">JSON Schema type: <c>string</c>, <c>integer</c> or <c>boolean</c>.</param>
/// <param name="Format">JSON Schema format, such as <c>date-time</c>. Null if there is none.</param>
sealed record QueryParameter(string Name, string Type, string Meaning, string? Format = null)
{
    /// <summary>True if the parameter can be repeated.</summary>
    public bool IsList { get; init; }

    /// <summary>The allowed values. Empty if any value is allowed.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    public static readonly IReadOnlyList<QueryParameter> Page =
    [
        new("limit", "integer", "How many at most, 1 to 200; 50 when not given."),
        new("cursor", "string", "Where to go on: next_cursor of the page before."),
    ];
}

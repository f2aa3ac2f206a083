namespace AgentPost.EndToEnd.Tests;

/// <summary>A folder of src: its row in <see cref="RoomTable"/>.</summary>
/// <param name="Name">The folder with dots, such as <c>Store.Live</c>; of a door, the folder around the rooms.</param>
/// <param name="Job">What it does, in one sentence.</param>
sealed record Room(string Name, string Job)
{
    static readonly string[] Projects = ["Protocol.Imap", "Protocol.Smtp", "Protocol", "Mime", "Store", "Host"];

    /// <summary>Rooms of the same project that it uses.</summary>
    public IReadOnlyList<string> Uses { get; init; } = [];

    /// <summary>Rooms of other projects that it uses.</summary>
    public IReadOnlyList<string> Outside { get; init; } = [];

    public IEnumerable<string> AllUses => Uses.Select(room => $"{Project}.{room}").Concat(Outside);

    public string Project =>
        Projects.First(project => Name == project || Name.StartsWith(project + ".", StringComparison.Ordinal));

    /// <summary>The name without the project.</summary>
    public string ShortName => Name == Project ? "(door)" : Name[(Project.Length + 1)..];
}

namespace AgentPost.Support;

/// <summary>Where the checkout that these tests were built from lies.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The program as built together with the tests that run, in the same configuration.</summary>
    public static string Program { get; } = Path.Combine(
        Root, "src", "Host", "bin", BuildConfiguration, "net10.0", OperatingSystem.IsWindows() ? "agentpost.exe" : "agentpost");

    // The last two components are the configuration and the framework: bin/Release/net10.0.
    static string BuildConfiguration =>
        Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)))
        ?? throw new InvalidOperationException("The tests run from no build folder.");

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AgentPost.sln")))
            {
                return folder.FullName;
            }
        }
        throw new InvalidOperationException($"No AgentPost.sln above {AppContext.BaseDirectory}.");
    }
}

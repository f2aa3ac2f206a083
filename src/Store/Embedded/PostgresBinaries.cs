using System.Globalization;
using AgentPost.Store.Model;

namespace AgentPost.Store.Embedded;

/// <summary>The folder with the programs of one installed Postgres.</summary>
sealed record PostgresBinaries(string Folder, int MajorVersion)
{
    const int Oldest = 15;

    public string Initdb => Path.Combine(Folder, "initdb");

    public string PgCtl => Path.Combine(Folder, "pg_ctl");

    /// <summary>
    /// Finds the newest installed Postgres, or the one with a given major version: only that version can open an
    /// existing cluster. Searches PATH and the folders of Debian, Red Hat, SUSE and Homebrew.
    /// </summary>
    public static async Task<PostgresBinaries> FindAsync(int? majorVersion, CancellationToken cancellation)
    {
        var found = new List<PostgresBinaries>();
        foreach (var folder in Candidates().Distinct().Where(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "pg_ctl"))))
        {
            if (await ReadVersionAsync(folder, cancellation) is { } version && version >= Oldest)
            {
                found.Add(new(folder, version));
            }
        }
        return found.Where(binaries => majorVersion is null || binaries.MajorVersion == majorVersion).MaxBy(binaries => binaries.MajorVersion)
            ?? throw new StoreSetupException(majorVersion is { } wanted ? Missing(wanted, found) : NoneFound());
    }

    static string NoneFound() =>
        $"No Postgres {Oldest} or newer is installed. Install it ({InstallCommand("postgresql")}) or set AGENTPOST_DATABASE to a Postgres that runs elsewhere.";

    static string Missing(int wanted, List<PostgresBinaries> found) =>
        $"The embedded database was made by Postgres {wanted}, which is not installed"
        + (found.Count > 0 ? $" (found: {string.Join(", ", found.Select(binaries => binaries.MajorVersion).Distinct().Order())})" : "")
        + $". Install it ({InstallCommand($"postgresql-{wanted}")}), or upgrade the cluster with pg_upgrade.";

    static string InstallCommand(string package) =>
        OperatingSystem.IsMacOS() ? $"brew install {package.Replace('-', '@')}" : $"on Debian and Ubuntu: apt-get install {package}; on Fedora: dnf install postgresql-server";

    static IEnumerable<string> Candidates() =>
    [
        .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
        .. Below("/usr/lib/postgresql", "bin"),
        .. Below("/opt/homebrew/opt", "bin", "postgresql*"),
        .. Below("/usr/local/opt", "bin", "postgresql*"),
        .. Below("/usr", "bin", "pgsql-*"),
        "/usr/local/pgsql/bin",
    ];

    static IEnumerable<string> Below(string folder, string child, string pattern = "*") =>
        Directory.Exists(folder) ? Directory.EnumerateDirectories(folder, pattern).Select(path => Path.Combine(path, child)) : [];

    // "pg_ctl (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"
    static async Task<int?> ReadVersionAsync(string folder, CancellationToken cancellation)
    {
        var (exitCode, output) = await Tool.RunAsync([Path.Combine(folder, "pg_ctl"), "--version"], cancellation);
        var digits = output.Split(' ') is [_, _, var version, ..] ? new string([.. version.TakeWhile(char.IsAsciiDigit)]) : "";
        return exitCode == 0 && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var major) ? major : null;
    }
}

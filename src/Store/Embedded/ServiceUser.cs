using System.Globalization;
using AgentPost.Store.Model;

namespace AgentPost.Store.Embedded;

/// <summary>
/// The system user that Postgres runs as: the current user, unless that is root, which Postgres does not allow. In that
/// case it is the owner of the cluster if the cluster exists, otherwise <c>postgres</c>, which the Postgres packages
/// create.
/// </summary>
sealed record ServiceUser
{
    const string Default = "postgres";

    ServiceUser(string name, (uint User, uint Group)? other) => (Name, Other) = (name, other);

    public string Name { get; }

    /// <summary>User and group id of the user. Null if it is the current user.</summary>
    (uint User, uint Group)? Other { get; }

    public static async Task<ServiceUser> FindAsync(string cluster, CancellationToken cancellation)
    {
        if (!Posix.IsRoot)
        {
            return new(Environment.UserName, null);
        }
        var owner = Directory.Exists(cluster) ? await ReadOwnerAsync(cluster, cancellation) : Default;
        var name = owner == "root" ? Default : owner;
        return new(name, (await ReadIdAsync("-u", name, cancellation), await ReadIdAsync("-g", name, cancellation)));
    }

    /// <summary>Builds the command that runs a command as this user.</summary>
    public IReadOnlyList<string> Command(params IReadOnlyList<string> command) =>
        Other is not { } numbers ? command
        : File.Exists("/usr/bin/setpriv") ? ["/usr/bin/setpriv", $"--reuid={numbers.User}", $"--regid={numbers.Group}", "--init-groups", "--", .. command]
        : File.Exists("/usr/sbin/runuser") || File.Exists("/sbin/runuser") ? ["runuser", "-u", Name, "--", .. command]
        : ["su", Name, "-s", "/bin/sh", "-c", string.Join(' ', command.Select(Quoted))];

    public async Task<bool> MayEnterAsync(string folder, CancellationToken cancellation) =>
        Other is null || (await Tool.RunAsync(Command("test", "-x", folder), cancellation)).ExitCode == 0;

    /// <summary>Makes the user the owner of a path that this process has created.</summary>
    public void Own(string path)
    {
        if (Other is { } numbers)
        {
            Posix.GiveTo(path, numbers.User, numbers.Group);
        }
    }

    static string Quoted(string word) => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    static async Task<string> ReadOwnerAsync(string path, CancellationToken cancellation)
    {
        IReadOnlyList<string> command = OperatingSystem.IsMacOS() ? ["stat", "-L", "-f", "%Su", path] : ["stat", "-L", "-c", "%U", path];
        var (exitCode, output) = await Tool.RunAsync(command, cancellation);
        return exitCode == 0 ? output.Trim() : throw new StoreSetupException($"The owner of {path} cannot be read: {output.Trim()}");
    }

    static async Task<uint> ReadIdAsync(string option, string name, CancellationToken cancellation)
    {
        var (exitCode, output) = await Tool.RunAsync(["id", option, name], cancellation);
        return exitCode == 0 && uint.TryParse(output.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id != 0
            ? id
            : throw new StoreSetupException(
                $"Postgres does not run as root, and there is no user {name} to run it as. Install the package postgresql, or start AgentPost as another user.");
    }
}

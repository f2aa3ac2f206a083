using System.Diagnostics;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests;

/// <summary>When <c>./agentpost</c> builds, with a script in place of the SDK: what it "builds" is the text of the source.</summary>
sealed class LauncherTests
{
    const string Sdk = """
        #!/bin/sh
        case $1 in
        --list-sdks) echo "10.0.100 [/sdk]" ;;
        publish)
            echo publish >>"$BUILDS"
            [ ! -f "$(dirname "$2")/../fails" ] || { echo "does not compile"; exit 1; }
            while [ "$1" != -o ]; do shift; done
            mkdir -p "$2" && cat "$SOURCE" >"$2/agentpost.dll" ;;
        *.dll) cat "$1" ;;
        esac
        """;

    static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    string _folder = "";

    string Source => Path.Combine(_folder, "src", "Host", "Program.cs");

    string Builds => Path.Combine(_folder, "builds");

    [SetUp]
    public void MakeCheckout()
    {
        _folder = Directory.CreateTempSubdirectory("agentpost-checkout-").FullName;
        Directory.CreateDirectory(Path.GetDirectoryName(Source)!);
        Directory.CreateDirectory(Path.Combine(_folder, "sdk"));
        File.Copy(Path.Combine(Repository.Root, "agentpost"), Path.Combine(_folder, "agentpost"));
        File.WriteAllText(Path.Combine(_folder, "Directory.Build.props"), "");
        File.WriteAllText(Path.Combine(_folder, "sdk", "dotnet"), Sdk.ReplaceLineEndings("\n"));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(_folder, "sdk", "dotnet"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
        File.WriteAllText(Source, "one");
        File.WriteAllText(Builds, "");
    }

    [TearDown]
    public void RemoveCheckout() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task It_builds_once_for_each_state_of_the_source()
    {
        Assert.That(await RunAsync("--version"), Is.EqualTo("one"));
        Assert.That(await RunAsync("inbox", "list"), Is.EqualTo("one"));
        Assert.That(BuildCount, Is.EqualTo(1));

        // As after a pull; the time of the file says nothing.
        await File.WriteAllTextAsync(Source, "two");
        File.SetLastWriteTimeUtc(Source, DateTime.UnixEpoch);
        Assert.That(await RunAsync("inbox", "list"), Is.EqualTo("two"));
        Assert.That(await RunAsync("inbox", "list"), Is.EqualTo("two"));
        Assert.That(BuildCount, Is.EqualTo(2));

        await File.WriteAllTextAsync(Path.Combine(_folder, "src", "Host", "New.cs"), "");
        await RunAsync("inbox", "list");
        File.Delete(Path.Combine(_folder, "src", "Host", "New.cs"));
        await File.WriteAllTextAsync(Source, "three");
        Assert.That(await RunAsync("inbox", "list"), Is.EqualTo("three"));
        Assert.That(BuildCount, Is.EqualTo(4));
    }

    [Test]
    public async Task What_builds_leave_behind_is_no_source()
    {
        await RunAsync("--version");
        foreach (var output in (string[])["bin", "obj"])
        {
            Directory.CreateDirectory(Path.Combine(_folder, "src", "Host", output));
            await File.WriteAllTextAsync(Path.Combine(_folder, "src", "Host", output, "x.cs"), "");
        }
        await RunAsync("--version");

        Assert.That(BuildCount, Is.EqualTo(1));
    }

    [Test]
    public async Task The_files_of_a_program_that_runs_stay_while_newer_ones_are_built()
    {
        await RunAsync("--version");
        var running = Directory.GetFiles(Path.Combine(_folder, "artifacts", "programs"), "agentpost.dll", SearchOption.AllDirectories).Single();

        foreach (var source in (string[])["two", "three"])
        {
            await File.WriteAllTextAsync(Source, source);
            Assert.That(await RunAsync("--version"), Is.EqualTo(source));
            Assert.That(await File.ReadAllTextAsync(running), Is.EqualTo("one"));
        }
        await File.WriteAllTextAsync(Source, "four");
        await RunAsync("--version");
        Assert.That(File.Exists(running), Is.False, "Three versions stay.");
    }

    [Test]
    public async Task Commands_at_the_same_time_build_once()
    {
        Assert.That(await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => RunAsync("--version"))), Is.All.EqualTo("one"));
        Assert.That(BuildCount, Is.EqualTo(1));
    }

    [Test]
    public async Task A_build_that_was_killed_locks_nobody_out()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "artifacts", "programs", "lock"));
        using (var gone = Process.Start("true"))
        {
            await gone.WaitForExitAsync();
            await File.WriteAllTextAsync(Path.Combine(_folder, "artifacts", "programs", "lock", "pid"), $"{gone.Id}\n");
        }

        Assert.That(await RunAsync("--version"), Is.EqualTo("one"));
    }

    [Test]
    public async Task A_failed_build_is_told_and_runs_nothing_old()
    {
        await RunAsync("--version");
        await File.WriteAllTextAsync(Source, "two");
        await File.WriteAllTextAsync(Path.Combine(_folder, "fails"), "");

        var result = await StartAsync("--version");

        Assert.That((result.ExitCode, result.Output), Is.EqualTo((1, "")));
        Assert.That(result.Error, Does.Contain("does not compile").And.Contain("The build failed"));
    }

    int BuildCount => File.ReadAllLines(Builds).Length;

    async Task<string> RunAsync(params string[] words)
    {
        var result = await StartAsync(words);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        return result.Output;
    }

    async Task<CommandResult> StartAsync(params string[] words)
    {
        var start = new ProcessStartInfo("sh", [Path.Combine(_folder, "agentpost"), .. words])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["PATH"] = $"{Path.Combine(_folder, "sdk")}:{Environment.GetEnvironmentVariable("PATH")}",
                ["BUILDS"] = Builds,
                ["SOURCE"] = Source,
            },
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("The launcher did not start.");
        return await CommandResult.OfAsync(process, Limit);
    }
}

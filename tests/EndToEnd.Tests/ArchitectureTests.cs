using System.Text.RegularExpressions;
using System.Xml.Linq;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests;

/// <summary>Who may import whom: the rules below, held against what is read from the projects, from the compiled assemblies and from the using lines.</summary>
sealed partial class ArchitectureTests
{
    static readonly IReadOnlyList<ProjectRule> Rules =
    [
        new("Mime", [], ["MimeKit"]),
        new("Protocol", [], ["Microsoft.AspNetCore", "Microsoft.Extensions"]),
        new("Store", ["Mime"], ["Npgsql", "Dapper", "Microsoft.Extensions.Logging"]),
        new("Protocol.Imap", ["Protocol", "Store", "Mime"], ["Microsoft.AspNetCore", "Microsoft.Extensions"]),
        new(
            "Protocol.Smtp",
            ["Protocol", "Store", "Mime"],
            ["Microsoft.AspNetCore", "Microsoft.Extensions", "NSec.Cryptography", "SmtpServer"]),
        new(
            "Host",
            ["Protocol", "Protocol.Imap", "Protocol.Smtp", "Store", "Mime"],
            ["MailKit", "Microsoft.AspNetCore", "Microsoft.Extensions", "Microsoft.Net.Http.Headers", "QRCoder", "Serilog", "Spectre.Console", "System.CommandLine"]),
    ];

    /// <summary>Packages that only some rooms of a project may name.</summary>
    static readonly IReadOnlyList<PackageRule> PackageRules =
    [
        new("MailKit", ["Host.Remote"]),
        new("MimeKit", ["Mime.Composing", "Mime.Html", "Mime.Tnef"]),
        new("NSec", ["Protocol.Smtp.Authentication"]),
        new("Serilog", ["Host.Logging"]),
        new("SmtpServer", ["Protocol.Smtp.Engine"]),
    ];

    static IEnumerable<string> Projects => Rules.Select(rule => rule.Project);

    [Test]
    public void Every_project_has_its_rule() =>
        Assert.That(Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src")).Select(Path.GetFileName), Is.EquivalentTo(Projects));

    [TestCaseSource(nameof(Projects))]
    public void Project_references_only_whom_it_may(string project)
    {
        var references = XDocument.Load(Path.Combine(SourceOf(project), project + ".csproj")).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));

        Assert.That(references, Is.SubsetOf(RuleOf(project).Projects));
    }

    [TestCaseSource(nameof(Projects))]
    public void Assembly_references_only_whom_it_may(string project)
    {
        var assembly = System.Reflection.Assembly.LoadFrom(Path.Combine(
            Path.GetDirectoryName(Repository.Program)!, project == "Host" ? "agentpost.dll" : $"AgentPost.{project}.dll"));
        var forbidden = assembly.GetReferencedAssemblies().Select(reference => reference.Name ?? "").Where(name => !MayUse(RuleOf(project), name));

        Assert.That(forbidden, Is.Empty);
    }

    [TestCaseSource(nameof(Projects))]
    public void Using_lines_name_only_whom_the_project_may_import(string project)
    {
        var rule = RuleOf(project);
        var forbidden = from file in SourceFiles(project)
                        from line in File.ReadLines(file)
                        let match = UsingLine().Match(line)
                        where match.Success && !MayUse(rule, match.Groups["namespace"].Value)
                        select $"{Path.GetRelativePath(Repository.Root, file)}: {line}";

        Assert.That(forbidden, Is.Empty);
    }

    [TestCaseSource(nameof(PackageRules))]
    public void A_package_is_named_only_in_its_rooms(PackageRule rule)
    {
        var naming = from project in Projects
                     from file in SourceFiles(project)
                     where File.ReadLines(file).Any(line => IsNamed(rule.Package, line)) && !rule.Rooms.Contains(RoomOf(file))
                     select Path.GetRelativePath(Repository.Root, file);

        Assert.That(naming, Is.Empty);
    }

    // Mime/Html/HtmlText.cs is in Mime.Html.
    static string RoomOf(string file) =>
        Path.GetDirectoryName(Path.GetRelativePath(Path.Combine(Repository.Root, "src"), file))!.Replace(Path.DirectorySeparatorChar, '.');

    // Prose about a package is not a use of it.
    static bool IsNamed(string package, string line) =>
        !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && Regex.IsMatch(line, $@"(?<![\w.]){Regex.Escape(package)}[.;]");

    static IEnumerable<string> SourceFiles(string project) => Directory.EnumerateFiles(SourceOf(project), "*.cs", SearchOption.AllDirectories)
        .Where(file => !BuildOutput().IsMatch(Path.GetRelativePath(SourceOf(project), file)));

    static bool MayUse(ProjectRule rule, string name)
    {
        if (name.StartsWith("AgentPost.", StringComparison.Ordinal))
        {
            // AgentPost.Protocol.Imap.X is Protocol.Imap's, not Protocol's: the longest name counts.
            var owner = Projects.Where(project => IsWithin(name, "AgentPost." + project)).MaxBy(project => project.Length);
            return owner == rule.Project || rule.Projects.Contains(owner);
        }
        return rule.Libraries.Any(library => IsWithin(name, library)) || (IsWithin(name, "System") && !IsWithin(name, "System.CommandLine"))
            || IsWithin(name, "Microsoft.Win32");
    }

    static bool IsWithin(string name, string root) => name == root || name.StartsWith(root + ".", StringComparison.Ordinal);

    static ProjectRule RuleOf(string project) => Rules.Single(rule => rule.Project == project);

    static string SourceOf(string project) => Path.Combine(Repository.Root, "src", project);

    [GeneratedRegex(@"^\s*(global )?using (static )?(\w+ = )?(?<namespace>[A-Z][\w.]*);")]
    private static partial Regex UsingLine();

    [GeneratedRegex(@"^(bin|obj)[/\\]")]
    private static partial Regex BuildOutput();

    /// <param name="Projects">Of ours that it may import.</param>
    /// <param name="Libraries">Roots of assembly names and namespaces beside the base class library's <c>System</c>.</param>
    sealed record ProjectRule(string Project, IReadOnlyList<string> Projects, IReadOnlyList<string> Libraries);

    /// <param name="Rooms">Folders of src, with dots.</param>
    internal sealed record PackageRule(string Package, IReadOnlyList<string> Rooms);
}

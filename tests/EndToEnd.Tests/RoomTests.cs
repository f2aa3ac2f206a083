using System.Text;
using System.Text.RegularExpressions;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests;

/// <summary>
/// Every folder of src is a room: it has a row in <see cref="RoomTable"/>, and its using lines are exactly the arrows
/// that the row allows. A row names only rooms above it, so there is no cycle.
/// </summary>
sealed partial class RoomTests
{
    const int MaxFiles = 30;

    static readonly IReadOnlyList<string> Names = [.. RoomTable.Rows.Select(row => row.Name)];

    // The longest name first: AgentPost.Protocol.Imap.Wire is a room of Protocol.Imap, not of Protocol.
    static readonly IReadOnlyList<string> LongestFirst = [.. Names.OrderByDescending(name => name.Length)];

    static readonly ILookup<string, string> Files = (
        from file in Directory.EnumerateFiles(Source, "*.cs", SearchOption.AllDirectories)
        let path = Path.GetRelativePath(Source, file).Replace(Path.DirectorySeparatorChar, '/')
        where !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal)
        orderby path
        select path).ToLookup(path => path[..path.LastIndexOf('/')].Replace('/', '.'));

    static string Source => Path.Combine(Repository.Root, "src");

    [Test]
    public void Every_folder_is_a_room() =>
        Assert.That(Files.Select(files => files.Key), Is.EquivalentTo(Names));

    [Test]
    public void A_namespace_is_its_folder()
    {
        var strangers = from files in Files
                        from file in files
                        from line in Read(file)
                        where line.StartsWith("namespace ", StringComparison.Ordinal)
                        where line != $"namespace AgentPost.{files.Key};"
                        select $"{file}: {line}";

        Assert.That(strangers, Is.Empty);
    }

    [Test]
    public void A_room_is_small()
    {
        var large = Files.Where(files => files.Count() > MaxFiles);

        Assert.That(large.Select(files => $"{files.Key}: {files.Count()}"), Is.Empty);
    }

    /// <summary>C# would find the namespace, and not the type, wherever both are visible.</summary>
    [Test]
    public void No_room_has_the_name_of_a_type()
    {
        var types = Files.SelectMany(files => files).SelectMany(TypesOf).ToHashSet();

        Assert.That(Names.Where(name => types.Contains(name[(name.LastIndexOf('.') + 1)..])), Is.Empty);
    }

    [Test]
    public void A_row_names_only_rooms_above_it()
    {
        var upward = from row in RoomTable.Rows
                     from used in row.AllUses
                     where !Names.TakeWhile(name => name != row.Name).Contains(used)
                     select $"{row.Name} -> {used}";

        Assert.That(upward, Is.Empty);
    }

    [TestCaseSource(nameof(Names))]
    public void A_room_uses_exactly_the_rooms_that_its_row_names(string room)
    {
        var used = Files[room].SelectMany(file => ArrowsOf(room, file))
            .ToLookup(arrow => arrow.Room, arrow => arrow.File);
        var allowed = RoomTable.Rows.Single(row => row.Name == room).AllUses.ToList();

        Assert.That(
            used.Where(arrow => !allowed.Contains(arrow.Key)).Select(arrow => $"{arrow.Key} in {arrow.First()}"),
            Is.Empty,
            "rooms that the row does not name");
        Assert.That(allowed.Except(used.Select(arrow => arrow.Key)), Is.Empty, "rooms that the row names, and no file");
    }

    /// <summary>
    /// A namespace sees the types of those around it without a using line. Log is meant to be seen; the others there
    /// are doors, which see the rooms and are not seen by them.
    /// </summary>
    [TestCaseSource(nameof(Names))]
    public void A_room_names_no_type_of_a_door_above_it(string room)
    {
        var doors = Names.Where(name => room.StartsWith(name + ".", StringComparison.Ordinal))
            .SelectMany(name => Files[name]).SelectMany(TypesOf).Where(type => type != "Log").ToList();
        var naming = from file in Files[room]
                     from line in Read(file).Where(line => !IsComment(line))
                     from type in doors
                     where Regex.IsMatch(line, $@"(?<![\w.""/]){type}(?![\w""])(?! (=|\{{|=>|\())")
                     select $"{file}: {line.Trim()}";

        Assert.That(naming, Is.Empty);
    }

    [Test]
    public void The_documentation_shows_the_rooms() =>
        GeneratedText.IsCurrent("docs/architecture.md", "<!-- Written by RoomTests, from RoomTable.cs. -->", Page());

    static string Page()
    {
        var page = new StringBuilder();
        foreach (var project in RoomTable.Rows.GroupBy(row => row.Project))
        {
            page.Append('\n').Append("### ").Append(project.Key).Append("\n\n```mermaid\nflowchart BT\n");
            var drawn = project.Where(row => !RoomTable.Undrawn.Contains(row.ShortName)).ToList();
            foreach (var row in drawn)
            {
                page.Append("    ").Append(NodeOf(row.ShortName)).Append("[\"").Append(row.ShortName).Append("\"]\n");
            }
            foreach (var row in drawn)
            {
                foreach (var used in Direct(row, drawn))
                {
                    page.Append("    ").Append(NodeOf(row.ShortName)).Append(" --> ").Append(NodeOf(used)).Append('\n');
                }
            }
            page.Append("```\n\n| room | job | uses |\n| --- | --- | --- |\n");
            foreach (var row in project)
            {
                page.Append("| ").Append(row.ShortName).Append(" | ").Append(row.Job).Append(" | ");
                page.Append(string.Join(", ", row.Uses.Concat(row.Outside))).Append(" |\n");
            }
        }
        return page.ToString();
    }

    /// <summary>The rooms of its project that it uses, without those that it reaches through another one.</summary>
    static IEnumerable<string> Direct(Room row, IReadOnlyList<Room> rooms)
    {
        var used = row.Uses.Where(name => rooms.Any(room => room.ShortName == name)).ToList();
        return used.Where(name => !used.Any(other => other != name && Reaches(other, name, rooms)));
    }

    static bool Reaches(string from, string to, IReadOnlyList<Room> rooms) =>
        rooms.Where(room => room.ShortName == from).SelectMany(room => room.Uses)
            .Any(used => used == to || Reaches(used, to, rooms));

    static string NodeOf(string room) => room.Replace('.', '_').Replace("(door)", "door");

    static IEnumerable<(string Room, string File)> ArrowsOf(string room, string file) =>
        from line in Read(file)
        where !IsComment(line) && !line.StartsWith("namespace ", StringComparison.Ordinal)
        from match in FullName().Matches(line)
        let named = LongestFirst.First(name => IsWithin(match.Groups["name"].Value, name))
        where named != room
        select (named, file);

    static IEnumerable<string> TypesOf(string file) =>
        Read(file).Select(line => TypeDeclaration().Match(line)).Where(match => match.Success)
            .Select(match => match.Groups["name"].Value);

    static IEnumerable<string> Read(string file) => File.ReadLines(Path.Combine(Source, file));

    static bool IsComment(string line) => line.TrimStart().StartsWith("//", StringComparison.Ordinal);

    static bool IsWithin(string name, string room) =>
        name == room || name.StartsWith(room + ".", StringComparison.Ordinal);

    [GeneratedRegex(@"(?<![\w.""])AgentPost\.(?<name>(Mime|Protocol|Store|Host)\b[\w.]*)")]
    private static partial Regex FullName();

    [GeneratedRegex(
        @"^((public|internal|sealed|static|abstract|readonly|partial|ref|unsafe) )*"
        + @"(class|record struct|record class|record|struct|interface|enum|delegate [\w<>?\[\]., ]+?) "
        + @"(?<name>[A-Z]\w*)")]
    private static partial Regex TypeDeclaration();
}

using System.CommandLine;
using AgentPost.Host.Cli;

namespace AgentPost.EndToEnd.Tests;

/// <summary>What the command line says to words that it does not understand, for every option and argument that it has.</summary>
sealed class UsageErrorTests
{
    static readonly string[] BadValues = ["\u0001", "-1", "0", "1e9", "99999999999999999999", "allow,block", "no such", "True"];

    static IEnumerable<TestCaseData> TypedValues =>
        from command in AllCommands(CommandLine.Build(), [])
        from words in ((IEnumerable<(string Name, Type Type, string[] Words)>)
        [
            .. command.Command.Options.Where(IsTyped).Select(option => (option.Name, option.ValueType, command.Path.Append(option.Name).ToArray())),
            .. command.Command.Arguments.Where(argument => argument.ValueType != typeof(string))
                .Select(argument => (argument.Name, argument.ValueType, command.Path.ToArray())),
        ])
        from value in BadValues
        select new TestCaseData(words.Type, words.Words.Append(value).ToArray()).SetArgDisplayNames(string.Join(' ', command.Path), words.Name, value);

    [TestCaseSource(nameof(TypedValues))]
    public void An_error_names_the_value_and_no_type(Type type, string[] words)
    {
        var errors = CommandLine.Build().Parse(words).Errors.Select(error => error.Message).ToList();

        Assert.That(errors, Has.None.Contains("System.").And.None.Contains("AgentPost.").And.None.Contains("Nullable").And.None.Contains(type.Name + "'").And.None.Contains('\n'));
        Assert.That(errors, Has.Some.Contains($"'{words[^1]}'"), "A wrong value is an error that repeats it.");
    }

    [TestCase("queue list --limit 0", "'0' is not a number from 1 to 2147483647.")]
    [TestCase("rule add alow *", "'alow' is not valid. Use allow or block.")]
    [TestCase("rule add 1 *", "'1' is not valid. Use allow or block.")]
    [TestCase("export --inbox a@b.test --format zip x", "'zip' is not valid. Use mbox or maildir.")]
    [TestCase("key create --scopes messages:read --expires soon", "'soon' is not a duration. Use a number followed by d, h or m, such as 90d.")]
    public void An_error_says_what_is_valid(string words, string expected) =>
        Assert.That(CommandLine.Build().Parse(words.Split(' ')).Errors.Select(error => error.Message), Is.EqualTo([expected]));

    [TestCase("rule add BLOCK *")]
    [TestCase("queue list --limit 1")]
    [TestCase("export --inbox a@b.test --format Maildir x")]
    public void Valid_values_are_understood(string words) => Assert.That(CommandLine.Build().Parse(words.Split(' ')).Errors, Is.Empty);

    static bool IsTyped(Option option) =>
        option.ValueType != typeof(string) && option.ValueType != typeof(string[]) && option.ValueType != typeof(bool) && option.Arity.MaximumNumberOfValues > 0;

    static IEnumerable<(Command Command, string[] Path)> AllCommands(Command command, string[] path) =>
        command.Subcommands.SelectMany(child => AllCommands(child, [.. path, child.Name])).Prepend((command, path));
}

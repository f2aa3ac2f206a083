using System.CommandLine;
using AgentPost.Store.Access;

namespace AgentPost.Host.Cli;

/// <summary>
/// The option <c>--level</c> of commands that change sending rules and pauses. The default is the operator's level.
/// </summary>
static class LevelOption
{
    public static Option<PolicyLevel> Create(string description) => new("--level")
    {
        Description = description,
        HelpName = "operator|organization|inbox",
        DefaultValueFactory = _ => PolicyLevel.Operator,
        CustomParser = argument =>
        {
            var word = argument.Tokens is [var only] ? only.Value : "";
            if (PolicyLevels.Parse(word) is { } level)
            {
                return level;
            }
            argument.AddError($"'{word}' is not a level. Use operator, organization or inbox.");
            return default;
        },
    };
}

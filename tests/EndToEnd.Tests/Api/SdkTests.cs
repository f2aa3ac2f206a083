using System.Diagnostics;
using AgentPost.Host.Api;
using AgentPost.Host.Api.Documents;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.Api;

/// <summary>The SDKs for Python and TypeScript, generated from the OpenAPI document.</summary>
sealed class SdkTests : RunningApi
{
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    static string Sdk => Path.Combine(Repository.Root, "sdk");

    static string Tools => Path.Combine(Repository.Root, "artifacts", "clients", "node_modules");

    [Test]
    public async Task The_SDKs_are_those_of_the_present_OpenAPI_document()
    {
        var start = new ProcessStartInfo("python3", [Path.Combine(Sdk, "generator", "generate.py"), "--check"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        await process.StandardInput.BaseStream.WriteAsync(OpenApiDocument.Render(EndpointTable.Rows));
        process.StandardInput.Close();
        var result = await CommandResult.OfAsync(process, Limit);

        Assert.That(result.ExitCode, Is.Zero, result.Error);
    }

    [Test]
    public async Task The_Python_SDK_does_what_it_offers()
    {
        var told = await ClientScript.RunAsync("sdk_python.py", Program);

        Assert.Multiple(() =>
        {
            Assert.That(told.GetProperty("one_send").GetBoolean());
            Assert.That(told.GetProperty("subjects").ToString(), Is.EqualTo("""["Seven", "Eight"]"""));
            Assert.That(told.GetProperty("attachment").GetBoolean());
            Assert.That(told.GetProperty("raw").GetBoolean());
            Assert.That(told.GetProperty("pages").ToString(), Is.EqualTo("[1, 1, true]"));
            Assert.That(told.GetProperty("from_").ToString(), Is.EqualTo("[]"));
            Assert.That(told.GetProperty("codes").ToString(), Does.Contain("481203"));
            Assert.That(told.GetProperty("labels").ToString(), Is.EqualTo("""["urgent"]"""));
            Assert.That(told.GetProperty("csv").GetString(), Does.StartWith("email,imap_host"));
            Assert.That(told.GetProperty("wrong_key").GetString(), Is.EqualTo("wrong_key"));
            Assert.That(told.GetProperty("missing").ToString(), Is.EqualTo("[404, true, true]"));
            Assert.That(told.GetProperty("invalid").GetInt32(), Is.EqualTo(400));
            Assert.That(told.GetProperty("read_only").GetString(), Is.EqualTo("missing_scope"));
            Assert.That(told.GetProperty("unreachable").GetString(), Is.EqualTo("ConnectionFailedError"));
            Assert.That(told.GetProperty("kept").GetBoolean());
            Assert.That(told.GetProperty("events").ToString(), Is.EqualTo("""["Nine", "Ten"]"""));
            Assert.That(told.GetProperty("async").ToString(), Is.EqualTo("""[["Seven", "Eight", "Nine", "Ten", "Eleven"], true, 26214400]"""));
            Assert.That(told.GetProperty("webhook").ToString(), Is.EqualTo("""{"test": 2432232314}"""));
            Assert.That(told.GetProperty("forged").GetString(), Is.EqualTo("signature_invalid"));
            Assert.That(told.GetProperty("old").GetString(), Is.EqualTo("timestamp_out_of_range"));
        });
    }

    [Test]
    public async Task The_TypeScript_SDK_does_what_it_offers()
    {
        var told = await ClientScript.RunAsync("sdk_typescript.mjs", Program);

        Assert.Multiple(() =>
        {
            Assert.That(told.GetProperty("same_names").GetBoolean());
            Assert.That(told.GetProperty("one_send").GetBoolean());
            Assert.That(told.GetProperty("subjects").ToString(), Is.EqualTo("""["Seven","Eight"]"""));
            Assert.That(told.GetProperty("attachment").GetBoolean());
            Assert.That(told.GetProperty("pages").ToString(), Is.EqualTo("[1,1,null]"));
            Assert.That(told.GetProperty("codes").ToString(), Does.Contain("481203"));
            Assert.That(told.GetProperty("labels").ToString(), Is.EqualTo("""["urgent"]"""));
            Assert.That(told.GetProperty("csv").GetString(), Does.StartWith("email,imap_host"));
            Assert.That(told.GetProperty("wrong_key").GetString(), Is.EqualTo("wrong_key"));
            Assert.That(told.GetProperty("missing").ToString(), Is.EqualTo("[404,true,true]"));
            Assert.That(told.GetProperty("unreachable").GetString(), Is.EqualTo("ConnectionError"));
            Assert.That(told.GetProperty("cancelled").GetString(), Is.EqualTo("TimeoutError"));
            Assert.That(told.GetProperty("slow").GetString(), Is.EqualTo("TimeoutError"));
            Assert.That(told.GetProperty("retried").ToString(), Is.EqualTo("[true,3]"));
            Assert.That(told.GetProperty("not_repeated").GetString(), Is.EqualTo("ConnectionError1"));
            Assert.That(told.GetProperty("events").ToString(), Is.EqualTo("""["Nine","Ten"]"""));
            Assert.That(told.GetProperty("webhook").ToString(), Is.EqualTo("""{"test":2432232314}"""));
            Assert.That(told.GetProperty("forged").GetString(), Is.EqualTo("signature_invalid"));
            Assert.That(told.GetProperty("old").GetString(), Is.EqualTo("timestamp_out_of_range"));
        });
    }

    [Test]
    public async Task The_types_of_the_Python_SDK_hold_for_Python_3_9() =>
        await RunToolAsync("pyright", "--pythonversion", "3.9", Path.Combine(Sdk, "python", "agentpost"));

    [Test]
    public async Task The_types_of_the_TypeScript_SDK_take_what_is_right_only() =>
        await RunToolAsync(
            "tsc", "--noEmit", "--strict", "--target", "es2022", "--lib", "es2022,dom,dom.iterable", "--module", "nodenext",
            "--types", "node", "--typeRoots", Path.Combine(Tools, "@types"),
            Path.Combine(Repository.Root, "tests", "Clients", "sdk_types.mts"));

    static async Task RunToolAsync(string tool, params string[] words)
    {
        var start = new ProcessStartInfo(Path.Combine(Tools, ".bin", tool), words) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var result = await CommandResult.OfAsync(process, Limit);

        Assert.That(result.ExitCode, Is.Zero, result.Output + result.Error);
    }

    [Test]
    public async Task The_example_that_waits_for_a_code_prints_it()
    {
        var result = await RunExampleAsync("python3", "wait_for_code.py");

        Assert.That((result.ExitCode, result.Output), Is.EqualTo((0, "481203\n")), result.Error);
    }

    [Test]
    public async Task The_example_of_a_support_agent_answers_what_is_unread()
    {
        (await Api.PostAsync(
            $"/api/v1/inboxes/{ProgramUnderTest.Inbox}/messages", new { to = new[] { ProgramUnderTest.Inbox }, subject = "Help", text_body = "Please." })).EnsureOk();

        var result = await RunExampleAsync("node", "support_agent.mjs");

        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(result.Output, Does.Match(@"^draft drf_\w+: Re: Help\nsent msg_\w+\n$"));
    }

    [Test]
    public async Task The_tools_for_models_run()
    {
        var result = await RunExampleAsync("python3", "-c",
            """
            import json, tools
            named = {tool["name"]: tool["parameters"] for tool in json.load(open("tools_openai.json"))}
            sent = tools.dispatch("send_message", {"to": [tools.inbox], "subject": "Tools", "text_body": "Hello"})
            found = tools.dispatch("list_messages", {"q": "Tools", "unread": True})
            read = tools.dispatch("get_message", {"message": found[0]["id"]})
            tools.dispatch("reply_to_message", {"message": found[0]["id"], "text_body": "Thanks"})
            waited = tools.dispatch("wait_for_message", {"subject": "nothing", "from": "bob@example.com", "timeout": 1})
            print(sorted(named) == sorted(tools._TOOLS), read["extracted_text"].strip(), waited["message"])
            """);

        Assert.That((result.ExitCode, result.Output), Is.EqualTo((0, "True Hello None\n")), result.Error);
    }

    async Task<CommandResult> RunExampleAsync(string interpreter, params string[] words)
    {
        var examples = Path.Combine(Sdk, "examples");
        // An example imports the package by its name, as it would be installed.
        var modules = Directory.CreateTempSubdirectory("agentpost-sdk-");
        try
        {
            foreach (var file in Directory.GetFiles(examples))
            {
                File.Copy(file, Path.Combine(modules.FullName, Path.GetFileName(file)));
            }
            Directory.CreateDirectory(Path.Combine(modules.FullName, "node_modules"));
            Directory.CreateSymbolicLink(Path.Combine(modules.FullName, "node_modules", "agentpost"), Path.Combine(Sdk, "typescript"));
            var start = new ProcessStartInfo(interpreter, words)
            {
                WorkingDirectory = modules.FullName,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment =
                {
                    ["PYTHONPATH"] = Path.Combine(Sdk, "python"),
                    ["AGENTPOST_API_KEY"] = Program.Key,
                    ["AGENTPOST_URL"] = $"http://127.0.0.1:{Program.HttpPort}",
                    ["AGENTPOST_INBOX"] = ProgramUnderTest.Inbox,
                },
            };
            using var process = Process.Start(start)!;
            return await CommandResult.OfAsync(process, Limit);
        }
        finally
        {
            modules.Delete(recursive: true);
        }
    }
}

using System.Text;
using AgentPost.Mime.Text;
using AgentPost.Mime.Transfer;

namespace AgentPost.Mime.Tests;

/// <summary>Uuencoded files inside the text of a message.</summary>
sealed class UuencodedFileTests
{
    const string Abc = "begin 644 my file.txt\n#86)C\n`\nend\n";

    [TestCase(Abc, "my file.txt 3", "", TestName = "File_alone")]
    [TestCase("See the file.\n\nbegin 644 my file.txt\n%=&5S=`H``\n`\nend\nBye", "my file.txt 5", "See the file.\n\nBye", TestName = "File_in_text")]
    [TestCase(Abc + "and\n" + Abc, "my file.txt 3,my file.txt 3", "and\n", TestName = "Two_files")]
    [TestCase("begin-base64 644 x\nQUJDRA==\n====\nBye", "x 4", "Bye", TestName = "Base64_form")]
    [TestCase("a\nbegin 0755 x\n#86)C\n \nend", "x 3", "a\n", TestName = "Blank_for_zero_and_no_last_line_end")]
    [TestCase("begin 644 x\n#86)C\n\nend\n", "x 3", "", TestName = "Lost_blank")]
    [TestCase("begin 644 x\n#86)C0\n`\nend\n", "x 3", "", TestName = "Check_character")]
    [TestCase("begin 100 times a day\nand end\n", "", "begin 100 times a day\nand end\n", TestName = "Text_that_starts_with_begin")]
    [TestCase("begin 100 push-ups\n\nend\n", "", "begin 100 push-ups\n\nend\n", TestName = "Nothing_between_begin_and_end")]
    [TestCase("begin\n", "", "begin\n", TestName = "Begin_alone")]
    [TestCase("begin 644 x\n#86)C\n", "", "begin 644 x\n#86)C\n", TestName = "No_end")]
    [TestCase("begin 644 x\n#86)C\nHello\nend\n", "", "begin 644 x\n#86)C\nHello\nend\n", TestName = "A_line_that_is_not_valid")]
    [TestCase("begin 100 things\n" + Abc, "my file.txt 3", "begin 100 things\n", TestName = "Text_above_the_file")]
    [TestCase(" " + Abc, "", " " + Abc, TestName = "Indented")]
    [TestCase("> " + Abc, "", "> " + Abc, TestName = "Quoted")]
    public void File(string text, string files, string rest)
    {
        var octets = Scanning.Octets(text);
        Assert.Multiple(() =>
        {
            Assert.That(FilesOf(octets), Is.EqualTo(files));
            Assert.That(TextOf(octets), Is.EqualTo(rest.Trim('\n').Length == 0 ? rest.Trim('\n') : rest));
        });
    }

    [Test]
    public void The_file_is_where_the_scan_says()
    {
        var text = Scanning.Octets("Ünder\n" + Abc);
        var file = Scanning.Scan([.. "\r\n"u8, .. text]).Contents.Single().Files.Single();
        var output = new byte[1000];
        var decoder = TransferDecoder.For(file.Encoding!.Value)!;
        var count = decoder.Decode(text.AsSpan((int)file.Offset, (int)file.EncodedSize), output);
        Assert.That(Encoding.ASCII.GetString(output, 0, count + decoder.Complete(output.AsSpan(count))), Is.EqualTo("abc"));
    }

    [Test]
    public void A_long_file_needs_no_end_and_no_memory()
    {
        var line = "M" + new string('A', 60) + "\n";
        var text = "See:\nbegin 644 big\n" + string.Concat(Enumerable.Repeat(line, 50_000)) + "Bye.\n";
        Assert.Multiple(() =>
        {
            Assert.That(FilesOf(Scanning.Octets(text)), Is.EqualTo($"big {50_000 * 45}"));
            Assert.That(TextOf(Scanning.Octets(text)), Is.EqualTo("See:\nBye.\n"));
        });
    }

    [Test]
    public void Files_are_counted()
    {
        var text = string.Concat(Enumerable.Repeat(Abc, UuencodedFiles.MaxFiles + 50));
        Assert.That(Scanning.Scan("\n" + text).Contents.Single().Files, Has.Count.EqualTo(UuencodedFiles.MaxFiles));
        Assert.That(TextOf(Scanning.Octets(text)), Has.Length.EqualTo(50 * Abc.Length));
    }

    [Test]
    public void Search_and_preview_see_the_text_and_the_name_but_not_the_file()
    {
        var scan = Scanning.Scan("\nSee the file.\n" + Abc);
        Assert.That((scan.Preview, scan.Folded.Body), Is.EqualTo(("See the file.", "see the file.\r\nmy file.txt\n")));
    }

    [TestCase("Content-Disposition: attachment")]
    [TestCase("Content-Type: text/plain; name=log.txt")]
    [TestCase("Content-Type: text/html")]
    public void Only_text_that_is_read_in_place_has_files(string field) =>
        Assert.That(Scanning.Scan($"{field}\n\n{Abc}").Contents, Is.Empty);

    [Test]
    public void The_result_does_not_depend_on_the_pieces()
    {
        var random = new Random(11);
        string[] lines = ["begin 644 a\n", "begin-base64 644 b\n", "#86)C\n", "`\n", "end\n", "====\n", "QUJD\n", "text\n", "begin", " 644 x\n", "\n", new string('M', 300) + "\n"];
        for (var i = 0; i < 2_000; i++)
        {
            var text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => lines[random.Next(lines.Length)])));
            var whole = Filter(text, [text.Length]);
            var pieces = Filter(text, Enumerable.Range(0, text.Length).Select(_ => random.Next(1, 20)));
            Assert.That(pieces, Is.EqualTo(whole), () => Encoding.ASCII.GetString(text));
        }
    }

    static string Filter(byte[] text, IEnumerable<int> lengths)
    {
        var (filter, output) = (new UuencodedFiles(), new List<byte>());
        filter.BeginPart();
        var at = 0;
        foreach (var length in lengths)
        {
            var piece = text.AsSpan(at, Math.Min(length, text.Length - at));
            filter.Write(piece, bytes => output.AddRange(bytes));
            at += piece.Length;
        }
        var files = filter.EndPart(bytes => output.AddRange(bytes));
        return string.Join(',', files) + Encoding.ASCII.GetString([.. output]);
    }

    static string FilesOf(byte[] text) => string.Join(
        ',', Scanning.Scan([.. "\r\n"u8, .. text]).Contents.SelectMany(content => content.Files).Select(file => $"{file.Name} {file.Size}"));

    static string TextOf(byte[] text)
    {
        var reader = new MessageTextReader();
        reader.Write([.. "\r\n"u8, .. text]);
        return reader.Complete().Text;
    }
}

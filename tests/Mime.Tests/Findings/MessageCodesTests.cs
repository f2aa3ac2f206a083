using AgentPost.Mime.Findings;

namespace AgentPost.Mime.Tests.Findings;

/// <summary>One-time codes in messages.</summary>
sealed class MessageCodesTests
{
    const double Goal = 0.98;

    [Test]
    public void The_corpus_is_large() => Assert.Multiple(() =>
    {
        Assert.That(CodeCorpus.All, Has.Count.GreaterThanOrEqualTo(150));
        Assert.That(CodeCorpus.All.Select(message => message.Language).Distinct().Count(), Is.GreaterThanOrEqualTo(20));
    });

    [Test]
    public void Codes_of_the_corpus()
    {
        var found = CodeCorpus.All.Select(message => (Message: message, Codes: MessageCodes.Find(message.Subject, message.Text))).ToList();
        var wanted = found.Where(pair => pair.Message.Kind == "code").ToList();
        var right = wanted.Count(pair => pair.Codes is [var first, ..] && first == pair.Message.Right);
        var all = found.Sum(pair => pair.Codes.Count);
        var wrong = found.Where(pair => string.Join(' ', pair.Codes) != (pair.Message.Kind == "code" ? pair.Message.Right : ""));
        TestContext.Out.WriteLine($"recall {right}/{wanted.Count}, precision {right}/{all}");
        foreach (var (message, codes) in wrong)
        {
            TestContext.Out.WriteLine($"{message.Language} \"{message.Subject}\": {message.Right} != {string.Join(' ', codes)}");
        }
        Assert.That((double)right / wanted.Count, Is.GreaterThanOrEqualTo(Goal), "recall");
        Assert.That((double)right / all, Is.GreaterThanOrEqualTo(Goal), "precision");
    }

    [TestCase("Your verification code: 123456", "123456")]
    [TestCase("123 456 is your Example code", "123456")]
    [TestCase("Use G-654321 as your security code", "654321")]
    [TestCase("Code\n\nX7K2P9\n\nvalid until 2026", "X7K2P9")]
    [TestCase("Ihr Bestätigungscode lautet 4711", "4711")]
    [TestCase("您的验证码是 889900", "889900")]
    [TestCase("We had 12345 visitors in 2025", "")]
    [TestCase("Your code for $5000 is 1234", "1234")]
    [TestCase("code: https://x.example/123456", "")]
    public void Codes_are_found_near_the_words_that_announce_them(string text, string codes) => AssertCodes(text, codes);

    [TestCase("認証コード：Qm7rt", "Qm7rt")]
    [TestCase("Your verification code is: r5Tn8K", "r5Tn8K")]
    [TestCase("Your one-time code: x4v8m1", "x4v8m1")]
    [TestCase("Your code is \"r5Tn8K\".", "r5Tn8K")]
    [TestCase("Your code is **r5Tn8K**.", "r5Tn8K")]
    [TestCase("Your code:\n\n  r5Tn8K", "r5Tn8K")]
    [TestCase("Ihr Code lautet r5Tn8K.", "r5Tn8K")]
    [TestCase("Votre code est : r5Tn8K", "r5Tn8K")]
    [TestCase("验证码＝r5Tn8K", "r5Tn8K")]
    [TestCase("Enter the code on your iPhone15", "")]
    [TestCase("The code is written in v2.10b as utf8, with mp3 files", "")]
    [TestCase("Your code was sent.\n--\ncommit 4f2a9c1", "")]
    [TestCase("Hello ann42, your code is 731905", "731905")]
    public void Mixed_case(string text, string codes) => AssertCodes(text, codes);

    [TestCase("Use this code to confirm 20481937@example.org:\n\n663104", "663104")]
    [TestCase("Code for user.318804@example.org: 663104", "663104")]
    [TestCase("Code for user+663105@example.org: 663104", "663104")]
    [TestCase("Code for ann@2048.example: 663104", "663104")]
    [TestCase("Code for <20481937@example.org>: 663104", "663104")]
    [TestCase("Code: mailto:20481937@example.org", "")]
    [TestCase("The code is for @user4471", "")]
    public void Digits_of_addresses(string text, string codes) => AssertCodes(text, codes);

    [TestCase("OTP for account XX4471 is 530918, valid for 5 minutes.", "530918")]
    [TestCase("Your OTP for the card ending 8806 is 530918. Never share it.", "530918")]
    [TestCase("Your code for card ****-8806 is 530918", "530918")]
    [TestCase("Your code for card …4471: 530918", "530918")]
    [TestCase("card ending in 8806: 530918 is your code", "530918")]
    [TestCase("Code for a/c no. 00124471 is 530918", "530918")]
    [TestCase("amount 4,500.00, OTP 530918", "530918")]
    [TestCase("OTP 530918 for ref 88213377", "530918")]
    [TestCase("Your code: for order 4471 enter 530918", "530918")]
    public void Ends_of_account_numbers(string text, string codes) => AssertCodes(text, codes);

    [TestCase("Your one-time login code:\n\n4HQ7", "4HQ7")]
    [TestCase("Code: 4HQ7", "4HQ7")]
    [TestCase("Code:\n**4HQ7**", "4HQ7")]
    [TestCase("Code:\n4HQ7.", "4HQ7")]
    [TestCase("4HQ7 is your code", "4HQ7")]
    [TestCase("COVID19 2FA is a code word in a sentence", "")]
    [TestCase("Enter the code.\n\nReport Q4FY of the company", "")]
    [TestCase("Our code of conduct, since 2019", "")]
    public void Four_characters(string text, string codes) => AssertCodes(text, codes);

    [Test]
    public void A_code_in_the_subject() => Assert.That(MessageCodes.Find("4HQ7 is your code", "Hello"), Is.EqualTo((string[])["4HQ7"]));

    [TestCase("code 1234 ")]
    [TestCase("code code ")]
    [TestCase("A1B2C3D4 ")]
    [TestCase("A1B2C3D4")]
    [TestCase("code\n1234\n")]
    [TestCase("1 2 3 ")]
    [TestCase("123-")]
    [TestCase("a.b@")]
    [TestCase("https://x.example ")]
    [TestCase("AAAAAAAAAA")]
    [TestCase("验证码123456")]
    [TestCase("card 4471 ")]
    [MaxTime(10_000)]
    public void Time_is_linear(string piece) =>
        Assert.That(MessageCodes.Find("", string.Concat(Enumerable.Repeat(piece, (1 << 20) / piece.Length))), Has.Count.LessThanOrEqualTo(50));

    static void AssertCodes(string text, string codes) => Assert.That(string.Join(' ', MessageCodes.Find("", text)), Is.EqualTo(codes));
}

using AgentPost.Store.Data;
using AgentPost.Store.Model;
using Npgsql;

namespace AgentPost.Store.Tests;

public sealed class DatabaseSettingsTests
{
    [Test]
    public void A_URL_says_all_that_it_says()
    {
        var settings = DatabaseSettings.Parse(
            "postgres://al%40ice:p%3Aw%2F%25d@db.test:6432/mail%20box?sslmode=verify-full&connect_timeout=7&application_name=one&target_session_attrs=read-write");
        Assert.That(settings.Username, Is.EqualTo("al@ice"));
        Assert.That(settings.Password, Is.EqualTo("p:w/%d"));
        Assert.That(settings.Host, Is.EqualTo("db.test"));
        Assert.That(settings.Port, Is.EqualTo(6432));
        Assert.That(settings.Database, Is.EqualTo("mail box"));
        Assert.That(settings.SslMode, Is.EqualTo(SslMode.VerifyFull));
        Assert.That(settings.Timeout, Is.EqualTo(7));
        Assert.That(settings.ApplicationName, Is.EqualTo("one"));
        Assert.That(settings.TargetSessionAttributes, Is.EqualTo("read-write"));
    }

    [TestCase("postgresql://db.test/mail", "db.test", 5432, null)]
    [TestCase("postgres://[::1]:5433/mail", "::1", 5433, null)]
    [TestCase("postgres:///mail?host=/run/postgresql&user=agent", "/run/postgresql", 5432, "agent")]
    [TestCase("Host=db.test;Database=mail;Username=agent", "db.test", 5432, "agent")]
    [TestCase("postgres://agent@one.test:1111,two.test:2222/mail", "one.test:1111,two.test:2222", 5432, "agent")]
    [TestCase("postgres://[::1]:1111,[::2]:2222/mail", "[::1]:1111,[::2]:2222", 5432, null)]
    public void Hosts_are_found_in_every_form(string text, string host, int port, string? user)
    {
        var settings = DatabaseSettings.Parse(text);
        Assert.That((settings.Host, settings.Port, settings.Username, settings.Database), Is.EqualTo((host, port, user, "mail")));
    }

    [Test]
    public void Defaults_give_way_to_what_is_set()
    {
        Assert.That(DatabaseSettings.Parse("Host=db.test").CommandTimeout, Is.EqualTo(10));
        Assert.That(DatabaseSettings.Parse("Host=db.test;Command Timeout=30").CommandTimeout, Is.EqualTo(30));
        Assert.That(DatabaseSettings.Parse("Host=db.test;Max Auto Prepare=0").MaxAutoPrepare, Is.Zero);
    }

    [Test]
    public void Of_several_hosts_the_primary_is_taken_and_looked_for_often()
    {
        var settings = DatabaseSettings.Parse("Host=one.test,two.test");
        Assert.That(
            (settings.TargetSessionAttributes, settings.HostRecheckSeconds, settings.Timeout),
            Is.EqualTo(("primary", 1, 2)));
        settings = DatabaseSettings.Parse(
            "Host=one.test,two.test;Target Session Attributes=read-write;Host Recheck Seconds=3;Timeout=4");
        Assert.That(
            (settings.TargetSessionAttributes, settings.HostRecheckSeconds, settings.Timeout),
            Is.EqualTo(("read-write", 3, 4)));
        Assert.That(
            DatabaseSettings.TargetOf(settings.TargetSessionAttributes), Is.EqualTo(TargetSessionAttributes.ReadWrite));
        Assert.That(DatabaseSettings.Parse("Host=one.test").TargetSessionAttributes, Is.Null);
    }

    [TestCase("nonsense secret")]
    [TestCase("Host=db.test;Nonsense=secret")]
    [TestCase("postgres://agent:secret@db.test/mail?nonsense=1")]
    [TestCase("postgres://agent:secret@db.test:port/mail")]
    [TestCase("postgres://agent:secret@db.test/mail?sslmode")]
    [TestCase("postgres://agent:secret@db.test/mail?sslmode=sometimes")]
    public void What_cannot_be_read_is_refused_without_telling_the_password(string text) => Assert.That(
        () => DatabaseSettings.Parse(text),
        Throws.TypeOf<StoreSetupException>().With.Message.Contains("AGENTPOST_DATABASE").And.Message.Not.Contains("secret"));
}

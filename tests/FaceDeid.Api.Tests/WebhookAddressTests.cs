using System.Diagnostics;
using System.Text;
using FaceDeid.Api.Jobs;
using FaceDeid.Api.Settings;
using FaceDeid.Api.Webhooks;
using FaceDeid.TestData;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>Which addresses are taken, and which are told.</summary>
public sealed class WebhookAddressTests : IDisposable
{
    private static readonly WebhookMessage Message = new(
        "job-done-1", "video.done", DateTimeOffset.UnixEpoch, new WebhookMessage.Content("job", "done", []));

    private readonly WebhookSecrets _secrets = new();

    [Theory]
    [InlineData("https://hooks.example.org/a?b=c")]
    [InlineData("https://HOOKS.example.org:443/")]
    [InlineData("https://hooks.example.org:8443/")]
    [InlineData("https://a.b.example.net/")]
    [InlineData("https://b\u00fccher.example/")]
    public void An_address_at_a_host_of_the_list_is_taken(string address) => WebhookField.Check(address, Settings());

    [Theory]
    [InlineData("https://other.example.org/", "names a host or port")]
    [InlineData("https://hooks.example.org.evil.example/", "names a host or port")]
    [InlineData("https://hooks.example.org:444/", "names a host or port")]
    [InlineData("https://example.net/", "names a host or port")]
    [InlineData("https://badexample.net/", "names a host or port")]
    [InlineData("https://a.example.net:8443/", "names a host or port")]
    [InlineData("https://hooks.example.org@evil.example/", "user name")]
    [InlineData("https://user:password@hooks.example.org/", "user name")]
    [InlineData("https://hooks.example.org/#part", "'#'")]
    [InlineData("http://hooks.example.org/", "https")]
    [InlineData("ftp://hooks.example.org/", "must be an address")]
    [InlineData("file:///etc/passwd", "must be an address")]
    [InlineData("/hooks", "must be an address")]
    [InlineData("hooks.example.org", "must be an address")]
    public void Any_other_address_is_refused_and_the_reason_said(string address, string reason)
    {
        var refused = Assert.Throws<FaceDeid.Api.Errors.ProblemException>(() => WebhookField.Check(address, Settings()));

        Assert.Equal(ProblemKinds.InvalidOption, refused.Kind);
        Assert.Contains(reason, refused.Fields!["webhook"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("")]
    [InlineData("https://hooks.example.org")]
    [InlineData("hooks.example.org/path")]
    [InlineData("user@hooks.example.org")]
    [InlineData("hooks.example.org:port")]
    [InlineData("*.10.0.0.1")]
    [InlineData("hooks.*.org")]
    public void What_is_no_host_is_none(string text) => Assert.Null(WebhookHost.Parse(text));

    [Fact]
    public async Task Over_HTTP_a_wrong_address_is_told_before_the_recording_is_looked_at()
    {
        using var folder = new VideoFolder();
        await using var service = folder.Start(
            FakeVideoWork.Quick(), ("FaceDeid:Webhooks:Hosts:0", "hooks.example.org"), _secrets.Written());
        await using var silent = ServiceFixture.With();

        Assert.True((bool)(await CapabilitiesEndpointTests.GetAsync(service))["webhooks"]!);
        Assert.False((bool)(await CapabilitiesEndpointTests.GetAsync(silent))["webhooks"]!);
        Assert.Equal("400 invalid_option", await CreateAsync(service, "https://other.example.org/"));
        Assert.Equal("400 invalid_option", await CreateAsync(service, $"https://hooks.example.org/{new string('a', 2048)}"));
        Assert.Empty(folder.Objects());
        Assert.Equal("202", await CreateAsync(service, "https://hooks.example.org/"));
        foreach (var path in new[] { Jobs.Collections, Jobs.Evaluations })
        {
            FormPart[] form = [("webhook", "https://hooks.example.org/"), ("archive", [1], "a.zip")];
            if (path is Jobs.Evaluations)
                form[1] = ("dataset", [1], "a.zip");
            using var atOnce = await service.PostAsync(path, form);
            Assert.Contains("belongs to jobs", await atOnce.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            form[0] = ("webhook", "https://other.example.org/");
            using var job = await service.SendJobAsync(path, form);
            Assert.Contains("names a host or port", await job.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        static async Task<string> CreateAsync(ServiceFixture service, string webhook) =>
            await AccessKeys.OutcomeAsync(service.SendVideoAsync([1, 2, 3], retryKey: null, ("webhook", webhook)));
    }

    [Fact]
    public async Task Where_no_hosts_are_set_nobody_is_told_and_the_answer_says_so()
    {
        using var folder = new VideoFolder();
        await using var service = folder.Start(FakeVideoWork.Quick());
        using var answer = await service.SendVideoAsync([1, 2, 3], retryKey: null, ("webhook", "https://hooks.example.org/"));

        Assert.Contains("FaceDeid:Webhooks:Hosts", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(400, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.1.2.3")]
    [InlineData("localhost")]
    [InlineData("[::1]")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("0.0.0.0")]
    [InlineData("[::]")]
    [InlineData("10.1.2.3")]
    [InlineData("172.16.0.1")]
    [InlineData("192.168.1.1")]
    [InlineData("[::ffff:10.0.0.1]")]
    [InlineData("169.254.169.254")]
    [InlineData("100.64.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("[fd00::1]")]
    [InlineData("[fe80::1]")]
    [InlineData("[ff02::1]")]
    [InlineData("[64:ff9b::7f00:1]")]
    [InlineData("[2002:7f00:1::]")]
    public async Task An_address_of_this_machine_or_network_is_not_told(string host)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var address = new Uri($"http://{host}:{receiver.Address.Port}/");
        using var sender = Sender(TimeSpan.FromSeconds(10), isPrivateAllowed: false, address);

        var outcome = await sender.SendAsync(address, Message, CancellationToken.None);

        // These two the runtime itself does not connect to.
        Assert.Equal(host is "0.0.0.0" or "[::]" ? WebhookOutcome.Unreachable : WebhookOutcome.PrivateAddress, outcome);
        Assert.Empty(receiver.Messages);
    }

    [Fact]
    public async Task Where_the_own_network_is_allowed_what_clouds_tell_their_machines_is_not()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        Uri[] clouds =
            [new("http://169.254.169.254/"), new("http://[::ffff:169.254.169.254]/"), new("http://[fe80::1]/")];
        using var sender = Sender(Patience.Long, isPrivateAllowed: true, [receiver.Address, .. clouds]);

        Assert.Equal(WebhookOutcome.Delivered, await sender.SendAsync(receiver.Address, Message, CancellationToken.None));
        foreach (var address in clouds)
            Assert.Equal(WebhookOutcome.PrivateAddress, await sender.SendAsync(address, Message, CancellationToken.None));
    }

    [Fact]
    public async Task A_host_that_the_operator_took_off_the_list_is_not_told_any_more()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        using var other = Sender(Patience.Long, isPrivateAllowed: true, new Uri("http://hooks.example.org/"));
        using var none = Sender(Patience.Long, isPrivateAllowed: true);

        foreach (var sender in new[] { other, none })
            Assert.Equal(WebhookOutcome.NotListed, await sender.SendAsync(receiver.Address, Message, CancellationToken.None));
        Assert.Empty(receiver.Messages);
    }

    [Fact]
    public async Task One_that_is_slow_or_not_there_is_not_waited_for_and_no_answer_is_read_to_its_end()
    {
        var limit = TimeSpan.FromSeconds(1);
        await using var slow = await WebhookReceiver.StartAsync((context, _) =>
            Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default));
        await using var endless = await WebhookReceiver.StartAsync(async (context, _) =>
        {
            context.Response.StatusCode = StatusCodes.Status200OK;
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(Encoding.ASCII.GetBytes(new string('a', 1000)));
        });
        var nobody = new Uri($"http://127.0.0.1:{ServiceProcess.FreePort()}/");
        using var sender = Sender(limit, isPrivateAllowed: true, slow.Address, endless.Address, nobody);
        var start = Stopwatch.GetTimestamp();

        Assert.Equal(
            WebhookOutcome.TooSlow,
            await sender.SendAsync(slow.Address, Message, CancellationToken.None).WaitAsync(Patience.Long));
        Assert.True(Stopwatch.GetElapsedTime(start) >= limit - TimeSpan.FromMilliseconds(50));
        Assert.Equal(WebhookOutcome.Delivered, await sender.SendAsync(endless.Address, Message, CancellationToken.None));
        Assert.Equal(WebhookOutcome.Unreachable, await sender.SendAsync(nobody, Message, CancellationToken.None));
    }

    [Fact]
    public async Task A_receiver_without_TLS_is_not_told_what_is_for_TLS()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var address = new UriBuilder(receiver.Address) { Scheme = "https" }.Uri;
        using var sender = Sender(Patience.Long, isPrivateAllowed: true, address);

        var outcome = await sender.SendAsync(address, Message, CancellationToken.None);

        Assert.Equal(WebhookOutcome.Unreachable, outcome);
        Assert.Empty(receiver.Messages);
    }

    [Fact]
    public void A_table_of_an_earlier_version_goes_on_and_tells_of_new_jobs()
    {
        var folder = Directory.CreateTempSubdirectory("facedeid-table-");
        var file = Path.Combine(folder.FullName, "jobs.db");
        try
        {
            using (var database = new SqliteDatabase(file))
            {
                var table = new JobTable(database, TimeProvider.System);
                table.Add("old", "video", "owner", most: 10);
                table.Queue("old", 60, retryKey: null, webhook: null);
                table.Complete(table.Begin("old", "one")!);
            }

            using (var earlier = new SqliteConnection(SqliteDatabase.ConnectionString(file)))
            {
                earlier.Open();
                using var drop = earlier.CreateCommand();
                drop.CommandText = "ALTER TABLE jobs DROP COLUMN webhook; ALTER TABLE jobs DROP COLUMN notified";
                drop.ExecuteNonQuery();
            }

            using var reopened = new SqliteDatabase(file);
            var later = new JobTable(reopened, TimeProvider.System);
            Assert.Equal(JobState.Done, later.Find("old")!.State);
            Assert.Empty(later.Notices(id: null));
            later.Add("new", "video", "owner", most: 10);
            later.Queue("new", 60, retryKey: null, "https://hooks.example.org/");
            later.Complete(later.Begin("new", "one")!);
            Assert.Equal("new", Assert.Single(later.Notices(id: null)).Job);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public void Dispose() => _secrets.Dispose();

    private static WebhookSettings Settings() => new()
    {
        Hosts = ["hooks.example.org", "hooks.example.org:8443", "*.example.net", "b\u00fccher.example"],
    };

    private WebhookSender Sender(TimeSpan limit, bool isPrivateAllowed, params Uri[] addresses)
    {
        _secrets.Written();
        return new WebhookSender(
            Options.Create(new FaceDeidOptions
            {
                Webhooks = new WebhookSettings
                {
                    Hosts = [.. addresses.Select(address => address.Authority)],
                    SecretFile = _secrets.File,
                    AllowHttp = true,
                    AllowPrivate = isPrivateAllowed,
                },
            }),
            new WebhookPace(limit), TimeProvider.System);
    }
}

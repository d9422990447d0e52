using System.Security.Cryptography;
using System.Text.Json.Nodes;
using FaceDeid.Api.Jobs;
using FaceDeid.Api.Webhooks;
using FaceDeid.TestData;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using StandardWebhooks;
using StandardWebhooks.Diagnostics;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>Who is told of jobs, when, how often, and with which words.</summary>
public sealed class WebhookTests : IDisposable
{
    private static readonly byte[] Video = RandomNumberGenerator.GetBytes(1000);
    private static readonly TimeSpan AWhile = TimeSpan.FromMilliseconds(700);

    private readonly VideoFolder _folder = new();
    private readonly WebhookSecrets _secrets = new();

    [Fact]
    public async Task A_recording_that_is_done_is_told_once_and_signed_with_each_secret()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var service = Start(FakeVideoWork.Quick(), receiver);
        var id = await service.CreateVideoAsync(Video, To(receiver));
        var ended = (string)(await service.UntilAsync(id, "done"))["ended"]!;

        var message = Assert.Single(await receiver.UntilAsync(1));

        Assert.Equal(WebhookReceiver.Path, message.Path);
        var body = JsonNode.Parse(message.Body)!;
        Assert.Equal(DateTimeOffset.Parse(ended), DateTimeOffset.Parse((string)body["timestamp"]!));
        body["timestamp"] = null;
        Assert.Equal(
            $$$"""{"type":"video.done","timestamp":null,"data":{"id":"{{{id}}}","state":"done","warnings":["weakTracks"]}}""",
            body.ToJsonString());
        Assert.Equal(
            "Content-Length Content-Type Host User-Agent webhook-id webhook-signature webhook-timestamp",
            string.Join(' ', message.Headers.Keys.Order(StringComparer.OrdinalIgnoreCase)));
        Assert.Equal(2, Signatures(message).Count);
        foreach (var (secret, headers) in _secrets.All.Zip(Signatures(message)))
            new StandardWebhook(secret).Verify(message.Body, headers);
        var wrong = new StandardWebhook(WebhookSecrets.Create());
        foreach (var headers in Signatures(message))
            Assert.Throws<WebhookVerificationException>(() => wrong.Verify(message.Body, headers));
        await AssertNothingFollowsAsync(service, receiver, 1);
    }

    [Fact]
    public async Task A_receiver_that_fails_is_told_again_by_the_same_name_until_it_takes_it()
    {
        await using var receiver = await WebhookReceiver.AnsweringAsync(500, 302, 503);
        await using var service = Start(FakeVideoWork.Quick(), receiver);
        await service.CreateVideoAsync(Video, To(receiver));

        var messages = await receiver.UntilAsync(4);

        Assert.Single(messages.DistinctBy(message => message.Id, StringComparer.Ordinal));
        Assert.Single(messages.DistinctBy(message => message.Body, StringComparer.Ordinal));
        await AssertNothingFollowsAsync(service, receiver, 4);
    }

    [Fact]
    public async Task After_the_last_try_it_is_given_up_and_the_log_names_the_job_and_the_host_only()
    {
        var lines = new LoggedLines<JobEngine>();
        await using var receiver = await WebhookReceiver.AnsweringAsync(500, 500, 500, 500, 500);
        await using var service = Start(
            FakeVideoWork.Quick(), receiver, services => services.AddSingleton<ILogger<JobEngine>>(lines));
        var id = await service.CreateVideoAsync(Video, To(receiver));
        await receiver.UntilAsync(5);

        await Patience.UntilAsync(() => !lines.Written.IsEmpty);

        Assert.Equal(
            $"The webhook of the job {id} at 127.0.0.1 was given up after 5 tries, the last one of which was Rejected",
            Assert.Single(lines.Written));
        await AssertNothingFollowsAsync(service, receiver, 5);
    }

    [Fact]
    public async Task A_receiver_that_wants_no_more_is_told_no_more_of_it()
    {
        await using var receiver = await WebhookReceiver.AnsweringAsync(410);
        await using var service = Start(FakeVideoWork.Quick(), receiver);
        await service.CreateVideoAsync(Video, To(receiver));

        await receiver.UntilAsync(1);

        await AssertNothingFollowsAsync(service, receiver, 1);
    }

    [Fact]
    public async Task Nobody_is_led_elsewhere()
    {
        await using var target = await WebhookReceiver.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync((context, number) =>
        {
            if (number == 1)
            {
                context.Response.StatusCode = StatusCodes.Status308PermanentRedirect;
                context.Response.Headers.Location = target.Address.ToString();
            }

            return Task.CompletedTask;
        });
        await using var service = ServiceOf(FakeVideoWork.Quick(), _ => { }, [receiver, target]);
        await service.CreateVideoAsync(Video, To(receiver));

        await receiver.UntilAsync(2); // it counts as not taken

        Assert.Empty(target.Messages);
    }

    [Fact]
    public async Task A_job_that_fails_or_waits_for_a_person_is_told_too()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var isFirst = true;
        var work = new FakeVideoWork
        {
            Instead = (run, _) =>
            {
                run.SetState(JobState.Review);
                if (!isFirst)
                    throw new InvalidOperationException();
                return Task.CompletedTask;
            },
        };
        await using var service = Start(work, receiver);
        await service.CreateVideoAsync(Video, To(receiver));
        Assert.Equal("video.review", TypeOf((await receiver.UntilAsync(1))[0]));

        isFirst = false;
        await service.CreateVideoAsync(Video, To(receiver));

        Assert.Equal("video.failed", TypeOf((await receiver.UntilAsync(2))[1]));
    }

    [Fact]
    public async Task A_job_that_expires_is_told_by_another_name_than_its_end()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var service = Start(
            FakeVideoWork.Quick(), receiver, services => services.AddSingleton<TimeProvider>(time));
        var id = await service.CreateVideoAsync(Video, To(receiver), ("retention", "60"));
        await service.UntilAsync(id, "done");
        await receiver.UntilAsync(1);
        await Patience.UntilAsync(() => Pending(service).Count == 0);

        time.Advance(TimeSpan.FromSeconds(61));
        service.Services.GetRequiredService<JobEngine>().Sweep();
        await service.Services.GetRequiredService<JobEngine>().NotifyAsync();

        var messages = await receiver.UntilAsync(2);
        Assert.Equal(["video.done", "video.expired"], messages.Select(TypeOf), StringComparer.Ordinal);
        Assert.Equal(2, messages.DistinctBy(message => message.Id, StringComparer.Ordinal).Count());
        Assert.Equal("[\"weakTracks\"]", JsonNode.Parse(messages[1].Body)!["data"]!["warnings"]!.ToJsonString());
        await AssertNothingFollowsAsync(service, receiver, 2);
    }

    [Fact]
    public async Task Of_a_job_that_is_stopped_or_deleted_nothing_is_told()
    {
        await using var receiver = await WebhookReceiver.AnsweringAsync(500);
        var work = new FakeVideoWork();
        await using var service = Start(work, receiver);
        var stopped = await service.CreateVideoAsync(Video, To(receiver));
        await Patience.UntilAsync(() => work.Begun == 1);
        Assert.Equal("202", await service.OutcomeAsync(HttpMethod.Post, $"{VideoCalls.Path}/{stopped}/cancel"));
        work.Gate.SetResult();
        var deleted = await service.CreateVideoAsync(Video, To(receiver));
        await receiver.UntilAsync(1);

        Assert.Equal("204", await service.OutcomeAsync(HttpMethod.Delete, $"{VideoCalls.Path}/{deleted}"));

        var told = receiver.Messages.Count; // the next try may have been under way
        await AssertNothingFollowsAsync(service, receiver, told);
        Assert.All(receiver.Messages, message => Assert.Contains(deleted, message.Body, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_not_told_when_the_service_ended_is_told_when_it_is_there_again()
    {
        await using var receiver = await WebhookReceiver.AnsweringAsync(500);
        var rarely = new WebhookPace(Patience.Long, TimeSpan.FromHours(1));
        await using (var before = ServiceOf(
            FakeVideoWork.Quick(), services => services.AddSingleton(rarely), [receiver], _folder.KeptKeys()))
        {
            await before.CreateVideoAsync(Video, To(receiver));
            await receiver.UntilAsync(1);
        }

        // As if the process had ended before it was planned: only the table knows of it.
        foreach (var file in Directory.GetFiles(Path.Combine(_folder.Spool, "state"), "schedule.db*"))
            File.Delete(file);
        await using var after = ServiceOf(
            FakeVideoWork.Quick(), services => services.AddSingleton(rarely), [receiver], _folder.KeptKeys());
        _ = after.Client;

        var messages = await receiver.UntilAsync(2);
        Assert.Equal(messages[0].Id, messages[1].Id);
        Assert.Equal(messages[0].Body, messages[1].Body);
        await AssertNothingFollowsAsync(after, receiver, 2);
    }

    [Fact]
    public async Task What_a_process_was_telling_when_it_was_killed_is_told_again_by_the_next()
    {
        await using var receiver = await WebhookReceiver.StartAsync((context, number) => number > 1
            ? Task.CompletedTask
            : Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default));
        (string Key, string Value)[] settings =
            [("FaceDeid:Videos:Spool", _folder.Spool), _folder.KeptKeys(), .. _secrets.For(receiver)];
        (string Name, string Value)[] environment =
            [.. settings.Select(setting => (setting.Key.Replace(":", "__", StringComparison.Ordinal), setting.Value))];
        await using (var before = await ServiceProcess.StartAsync(environment))
        {
            using var client = before.Connect();
            using var form = Requests.Form(
                [("async", "true"), ("k", "2"), To(receiver), .. Collection.Parts(Collection.Pictures(2, 1))]);
            using var created = await client.PostAsync(new Uri(Jobs.Collections, UriKind.Relative), form);
            Assert.Equal(202, (int)created.StatusCode);
            await receiver.UntilAsync(1);
            await before.KillAsync();
        }

        await using var after = await ServiceProcess.StartAsync(environment);

        Assert.Single((await receiver.UntilAsync(2)).DistinctBy(message => message.Id, StringComparer.Ordinal));
        using var reader = after.Connect();
        var line = string.Empty;
        await Patience.UntilAsync(async () =>
        {
            line = (await reader.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Split('\n')
                .FirstOrDefault(line => line.StartsWith("facedeid_webhooks_total{", StringComparison.Ordinal));
            return line is not null;
        });
        Assert.Matches("outcome=\"delivered\"} 1( |$)", line);
        Assert.DoesNotContain("4711", after.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collection_that_is_a_job_is_told_too()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var service = Start(FakeVideoWork.Quick(), receiver);
        var id = await service.CreateJobAsync(
            Jobs.Collections, [("k", "2"), To(receiver), .. Collection.Parts(Collection.Pictures(2, 1))]);

        var message = (await receiver.UntilAsync(1))[0];

        Assert.Equal("collection.done", TypeOf(message));
        Assert.Equal(id, (string)JsonNode.Parse(message.Body)!["data"]!["id"]!);
    }

    [Fact]
    public async Task Another_address_is_another_request()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var service = Start(FakeVideoWork.Quick(), receiver);
        using var first = await service.SendVideoAsync(Video, "key", To(receiver));
        using var same = await service.SendVideoAsync(Video, "key", To(receiver));

        Assert.Equal((202, 200), ((int)first.StatusCode, (int)same.StatusCode));
        Assert.Equal(
            "409 idempotency_conflict",
            await AccessKeys.OutcomeAsync(service.SendVideoAsync(Video, "key", ("webhook", $"{receiver.Address}2"))));
    }

    public void Dispose()
    {
        _folder.Dispose();
        _secrets.Dispose();
    }

    /// <summary>The headers with one of the signatures each: the library never looks at the last of several.</summary>
    private static List<HeaderDictionary> Signatures(ReceivedMessage message) =>
    [
        .. message.Headers["webhook-signature"].ToString().Split(' ').Select(signature =>
            new HeaderDictionary(message.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase))
            {
                ["webhook-signature"] = signature,
            }),
    ];

    private static FormPart To(WebhookReceiver receiver) => ("webhook", $"{receiver.Address}");

    private static string TypeOf(ReceivedMessage message) => (string)JsonNode.Parse(message.Body)!["type"]!;

    private static IReadOnlyList<JobNotice> Pending(ServiceFixture service) =>
        service.Services.GetRequiredService<JobEngine>().Notices();

    private static async Task AssertNothingFollowsAsync(ServiceFixture service, WebhookReceiver receiver, int told)
    {
        await Patience.UntilAsync(() => Pending(service).Count == 0);
        await service.Services.GetRequiredService<JobEngine>().NotifyAsync();
        await Task.Delay(AWhile);
        Assert.Equal(told, receiver.Messages.Count);
    }

    private ServiceFixture Start(
        FakeVideoWork work, WebhookReceiver receiver, Action<IServiceCollection>? services = null) =>
        ServiceOf(work, services ?? (_ => { }), [receiver]);

    private ServiceFixture ServiceOf(
        FakeVideoWork work, Action<IServiceCollection> services, WebhookReceiver[] receivers,
        params (string Key, string Value)[] settings) => _folder.Start(
        work,
        all =>
        {
            var soon = TimeSpan.FromMilliseconds(50);
            all.AddSingleton(new WebhookPace(Patience.Long, soon, soon, soon, soon));
            services(all);
        },
        [.. _secrets.For(receivers), .. settings]);
}

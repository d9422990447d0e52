using System.Security.Cryptography;
using System.Text;
using FaceDeid.Api.Jobs;
using FaceDeid.TestData;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>How recordings end, and that nothing is left of them; what is done to them is another's work.</summary>
public sealed class VideoEndTests : IDisposable
{
    private static readonly byte[] Video = RandomNumberGenerator.GetBytes(700_000);

    private readonly VideoFolder _folder = new();

    [Fact]
    public async Task A_recording_that_is_cancelled_stops_and_leaves_nothing()
    {
        var work = new FakeVideoWork();
        await using var service = _folder.Start(work);
        var running = await service.CreateVideoAsync(Video);
        await Patience.UntilAsync(async () => (int?)(await service.VideoAsync(running))["progress"]?["done"] == 10);
        var waiting = await service.CreateVideoAsync(Video);
        Assert.Equal("queued", (string)(await service.VideoAsync(waiting))["state"]!);
        Assert.Equal("409 not_ready", await service.OutcomeAsync(HttpMethod.Get, $"{VideoCalls.Path}/{running}/result"));

        var start = TimeProvider.System.GetTimestamp();
        Assert.Equal("202", await service.OutcomeAsync(HttpMethod.Post, $"{VideoCalls.Path}/{waiting}/cancel"));
        Assert.Equal("202", await service.OutcomeAsync(HttpMethod.Post, $"{VideoCalls.Path}/{running}/cancel"));
        await Patience.UntilAsync(() => work.WasStopped);

        Assert.InRange(TimeProvider.System.GetElapsedTime(start).TotalSeconds, 0, 2);
        Assert.Equal("cancelled", (string)(await service.VideoAsync(running))["state"]!);
        Assert.Equal("cancelled", (string)(await service.VideoAsync(waiting))["state"]!);
        Assert.Equal("409 already_ended", await service.OutcomeAsync(HttpMethod.Post, $"{VideoCalls.Path}/{running}/cancel"));
        Assert.Equal("409 not_ready", await service.OutcomeAsync(HttpMethod.Get, $"{VideoCalls.Path}/{running}/result"));
        Assert.Equal(1, work.Begun);
        Assert.Empty(_folder.Objects());
    }

    [Fact]
    public async Task Of_a_recording_that_is_deleted_nothing_is_left_whatever_it_does()
    {
        var work = new FakeVideoWork();
        await using var service = _folder.Start(work, _folder.KeptKeys());
        var running = await service.CreateVideoAsync(Video);
        await Patience.UntilAsync(() => work.Begun == 1);

        foreach (var _ in new[] { 1, 2 })
            Assert.Equal("204", await service.OutcomeAsync(HttpMethod.Delete, $"{VideoCalls.Path}/{running}"));
        Assert.Equal("404 not_found", await service.OutcomeAsync(HttpMethod.Get, $"{VideoCalls.Path}/{running}"));
        await Patience.UntilAsync(() => work.WasStopped);
        work.Gate.SetResult();
        var done = await service.CreateVideoAsync(Video);
        await service.UntilAsync(done, "done");
        Assert.NotEmpty(_folder.Objects());
        Assert.Equal("204", await service.OutcomeAsync(HttpMethod.Delete, $"{VideoCalls.Path}/{done}"));

        Assert.Empty(_folder.Objects());
        Assert.Equal("404 not_found", await service.OutcomeAsync(HttpMethod.Get, $"{VideoCalls.Path}/{done}/result"));
        Assert.Equal("404 not_found", await service.OutcomeAsync(HttpMethod.Delete, $"{VideoCalls.Path}/{new string('0', 32)}"));
    }

    [Fact]
    public async Task When_its_time_is_over_a_recording_is_deleted_and_after_a_week_its_name()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var service = _folder.Start(
            FakeVideoWork.Quick(), services => services.AddSingleton<TimeProvider>(time),
            ("FaceDeid:Videos:RetentionSeconds", "600"));
        var engine = service.Services.GetRequiredService<JobEngine>();
        var id = await service.CreateVideoAsync(Video);
        await service.UntilAsync(id, "done");
        var path = $"{VideoCalls.Path}/{id}";

        time.Advance(TimeSpan.FromSeconds(599));
        engine.Sweep();
        Assert.Equal("200", await service.OutcomeAsync(HttpMethod.Get, $"{path}/result"));
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("410 expired", await service.OutcomeAsync(HttpMethod.Get, $"{path}/result")); // though nobody swept
        engine.Sweep();

        Assert.Empty(_folder.Objects());
        foreach (var what in new[] { "", "/events", "/result", "/report", "/tracks" })
            Assert.Equal("410 expired", await service.OutcomeAsync(HttpMethod.Get, path + what));
        Assert.Equal("410 expired", await service.OutcomeAsync(HttpMethod.Post, $"{path}/cancel"));
        Assert.Empty((await service.VideosAsync())["videos"]!.AsArray());
        time.Advance(TimeSpan.FromDays(7));
        engine.Sweep();
        Assert.Equal("404 not_found", await service.OutcomeAsync(HttpMethod.Get, path));
    }

    [Fact]
    public async Task One_that_waits_for_a_person_is_not_kept_for_ever()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var work = new FakeVideoWork
        {
            Instead = (run, _) =>
            {
                run.SetState(JobState.Review);
                return Task.CompletedTask;
            },
        };
        await using var service = _folder.Start(work, services => services.AddSingleton<TimeProvider>(time));
        var engine = service.Services.GetRequiredService<JobEngine>();
        var id = await service.CreateVideoAsync(Video, ("retention", "600"));
        var waiting = await service.UntilAsync(id, "review");
        Assert.Equal(
            time.GetUtcNow().AddSeconds(600), DateTimeOffset.Parse((string)waiting["expires"]!), TimeSpan.FromSeconds(1));

        time.Advance(TimeSpan.FromSeconds(598));
        engine.Sweep();
        Assert.Equal("review", (string)(await service.VideoAsync(id))["state"]!);
        time.Advance(TimeSpan.FromSeconds(3));
        engine.Sweep();

        Assert.Equal("410 expired", await service.OutcomeAsync(HttpMethod.Get, $"{VideoCalls.Path}/{id}"));
        Assert.Empty(_folder.Objects());
        Assert.Empty((await service.VideosAsync())["videos"]!.AsArray());
    }

    [Fact]
    public async Task More_than_may_wait_or_fit_on_the_disk_are_refused_and_leave_nothing()
    {
        var work = new FakeVideoWork();
        await using var service = _folder.Start(
            work, ("FaceDeid:Videos:MaxQueued", "1"), ("FaceDeid:Videos:MaxSpoolMegabytes", "2"));
        var running = await service.CreateVideoAsync(Video);
        await Patience.UntilAsync(() => work.Begun == 1);

        Assert.Equal("503 service_full", await AccessKeys.OutcomeAsync(service.SendVideoAsync(new byte[1_500_000])));
        Assert.All(_folder.Objects(), path => Assert.Contains(running, path, StringComparison.Ordinal));
        await service.CreateVideoAsync(Video);
        Assert.Equal("503 service_full", await AccessKeys.OutcomeAsync(service.SendVideoAsync(Video)));
    }

    [Fact]
    public async Task Nothing_that_was_sent_lies_in_clear_on_the_disk()
    {
        const string Marker = "SECRET-OF-THE-RECORDING-4711";
        var marked = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Marker, 40_000)));
        var work = new FakeVideoWork();
        await using var service = _folder.Start(work, _folder.KeptKeys());
        using var created = await service.SendVideoAsync(
            marked, Marker, ("pseudonymKey", Marker), ("keep", marked[..100], Marker));
        var id = (string)(await created.JsonAsync())["id"]!;
        await Patience.UntilAsync(() => work.Begun == 1);

        Assert.Contains(_folder.Objects(), path => new FileInfo(path).Length > 1_000_000);
        Assert.Empty(_folder.FilesWith(Marker));
        Assert.NotEmpty(_folder.FilesWith(id)); // so the database was looked into
        work.Gate.SetResult();
        await service.UntilAsync(id, "done");

        Assert.Empty(_folder.FilesWith(Marker));
    }

    public void Dispose() => _folder.Dispose();
}

using System.Net;
using System.Security.Cryptography;
using FaceDeid.TestData;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>What becomes of recordings when the service ends, and is there again.</summary>
public sealed class VideoRestartTests : IDisposable
{
    private static readonly byte[] Video = RandomNumberGenerator.GetBytes(300_000);

    private readonly VideoFolder _folder = new();

    [Fact]
    public async Task Work_goes_on_where_it_was_and_results_are_still_there()
    {
        string running, waiting, done;
        await using (var before = _folder.Start(FakeVideoWork.Quick(), _folder.KeptKeys()))
        {
            done = await before.CreateVideoAsync(Video);
            await before.UntilAsync(done, "done");
        }

        var stopped = new FakeVideoWork();
        await using (var before = _folder.Start(stopped, _folder.KeptKeys()))
        {
            running = await before.CreateVideoAsync(Video);
            await Patience.UntilAsync(async () => (int?)(await before.VideoAsync(running))["progress"]?["done"] == 10);
            waiting = await before.CreateVideoAsync(Video);
        }

        Assert.True(stopped.WasStopped);
        var work = FakeVideoWork.Quick();
        await using var after = _folder.Start(work, _folder.KeptKeys());
        foreach (var id in new[] { running, waiting, done })
        {
            await after.UntilAsync(id, "done");
            using var result = await after.Client.GetAsync(new Uri($"{VideoCalls.Path}/{id}/result", UriKind.Relative));
            Assert.Equal(Video, await result.BytesAsync());
        }

        Assert.Equal(2, work.Begun);
    }

    [Fact]
    public async Task Without_a_key_that_outlived_the_service_recordings_are_lost_and_say_so()
    {
        string running, done;
        var work = new FakeVideoWork();
        await using (var before = _folder.Start(work))
        {
            work.Gate.SetResult();
            done = await before.CreateVideoAsync(Video);
            await before.UntilAsync(done, "done");
        }

        await using (var before = _folder.Start(new FakeVideoWork()))
            running = await before.CreateVideoAsync(Video);

        var later = FakeVideoWork.Quick();
        await using var after = _folder.Start(later);
        foreach (var id in new[] { running, done })
        {
            var lost = await after.UntilAsync(id, "failed");
            Assert.Equal("lost_key", (string)lost["error"]!["code"]!);
            Assert.EndsWith(".", (string)lost["error"]!["detail"]!, StringComparison.Ordinal);
            Assert.Equal("409 not_ready", await after.OutcomeAsync(HttpMethod.Get, $"{VideoCalls.Path}/{id}/result"));
        }

        Assert.Equal(0, later.Begun);
        Assert.DoesNotContain(_folder.Objects(), path => path.EndsWith("/source", StringComparison.Ordinal)
            || path.EndsWith("/result", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_job_at_which_the_service_dies_is_begun_three_times_and_then_given_up()
    {
        string? id = null;
        var begun = 0;
        for (var i = 0; i < 3; i++)
        {
            // Deaf: as if the process had been killed, nothing of it is noted.
            var deaf = new FakeVideoWork { Instead = async (_, _) => await Task.Delay(Timeout.Infinite, CancellationToken.None) };
            await using var dying = _folder.Start(deaf, _folder.KeptKeys());
            id ??= await dying.CreateVideoAsync(Video);
            _ = dying.Client;
            await Patience.UntilAsync(() => deaf.Begun == 1);
            begun += deaf.Begun;
        }

        var work = FakeVideoWork.Quick();
        await using var last = _folder.Start(work, _folder.KeptKeys());
        var failed = await last.UntilAsync(id!, "failed");

        Assert.Equal("engine_failed", (string)failed["error"]!["code"]!);
        Assert.Equal((3, 0), (begun, work.Begun));
    }

    [Fact]
    public async Task A_failure_inside_is_told_without_its_reason_and_one_that_takes_too_long_by_its_own_name()
    {
        var slow = new FakeVideoWork();
        await using (var service = _folder.Start(slow, ("FaceDeid:Videos:TimeoutSeconds", "1")))
        {
            var timeout = await service.UntilAsync(await service.CreateVideoAsync(Video), "failed");
            Assert.Equal("timeout", (string)timeout["error"]!["code"]!);
            Assert.True(slow.WasStopped);
        }

        var broken = new FakeVideoWork { Instead = (_, _) => throw new InvalidOperationException("an inner detail") };
        await using (var service = _folder.Start(broken))
        {
            var failed = await service.UntilAsync(await service.CreateVideoAsync(Video), "failed");
            Assert.Equal("engine_failed", (string)failed["error"]!["code"]!);
            Assert.DoesNotContain("inner detail", failed.ToJsonString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_upload_that_breaks_off_leaves_nothing()
    {
        await using var service = _folder.Start(FakeVideoWork.Quick());
        using var content = new ByteArrayContent(
            [.. "--b\r\nContent-Disposition: form-data; name=\"video\"; filename=\"a\"\r\n\r\n"u8, .. Video]);
        content.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=b");
        using var answer = await service.Client.PostAsync(new Uri(VideoCalls.Path, UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Empty(_folder.Objects());
    }

    [Fact]
    public async Task A_spool_that_cannot_be_used_stops_the_start_and_says_why()
    {
        var (code, _, errors) = await ServiceProcess.RunAsync(
            argument: null, ("FaceDeid__Videos__Spool", "/proc/nowhere"));
        Assert.Equal(1, code);
        Assert.Contains("'/proc/nowhere' cannot be used for recordings", errors, StringComparison.Ordinal);

        await using var first = _folder.Start(FakeVideoWork.Quick());
        _ = first.Client;
        (code, _, errors) = await ServiceProcess.RunAsync(argument: null, ("FaceDeid__Videos__Spool", _folder.Spool));
        Assert.Equal(1, code);
        Assert.Contains("another service uses it", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Memory_stays_flat_while_a_large_recording_comes()
    {
        await using var service = await ServiceProcess.StartAsync(("FaceDeid__Videos__Spool", _folder.Spool));
        using var client = service.Connect();
        await SendAsync(1_000_000);
        service.ForgetPeak();
        var before = service.ResidentMemory();

        await SendAsync(600_000_000);

        Assert.InRange(service.PeakMemory() - before, 0, 120_000_000);

        async Task SendAsync(long length)
        {
            await using var video = new NoiseStream(length);
            using var form = new MultipartFormDataContent();
            using var part = new StreamContent(video);
            form.Add(part, "video", "a");
            using var answer = await client.PostAsync(new Uri(VideoCalls.Path, UriKind.Relative), form);
            Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode); // when all of it is there
        }
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>So many bytes, of which none is kept.</summary>
    private sealed class NoiseStream(long length) : Stream
    {
        private long _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position
        {
            get => _position;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = (int)Math.Min(count, length - _position);
            buffer.AsSpan(offset, read).Fill((byte)_position);
            _position += read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

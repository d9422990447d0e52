using System.Diagnostics;
using FaceDeid.TestData;
using FaceDeid.Video.Media;
using FaceDeid.Video.Spool;
using Xunit;

namespace FaceDeid.Tests.Video.Media;

/// <summary>How ffmpeg lives and ends in its cage.</summary>
public sealed class MediaProcessTests
{
    [Fact]
    public async Task It_works_here() => Assert.Null(await MediaProcess.FaultAsync(CancellationToken.None));

    [Fact]
    public async Task It_reads_no_file_and_no_network()
    {
        using var clip = Clip.Make("plain.mkv", "-f", "lavfi", "-i", "testsrc2=s=64x64:d=0.1", "-c:v", "ffv1");
        await using var door = new MediaDoor(_ => File.OpenRead(clip.Path));
        var url = MediaProcess.Url(door, "a");

        Assert.Equal(0, await EndAsync(door, "-f", "matroska", "-i", url, "-f", "null", "-"));
        Assert.NotEqual(0, await EndAsync(door, "-f", "matroska", "-i", clip.Path, "-f", "null", "-"));
        Assert.NotEqual(0, await EndAsync(door, "-f", "matroska", "-i", url, "-f", "matroska", "/tmp/out.mkv"));
        var elsewhere = url.Replace("8000", "8001", StringComparison.Ordinal);
        Assert.NotEqual(0, await EndAsync(door, "-f", "matroska", "-i", elsewhere, "-f", "null", "-"));
    }

    [Fact]
    public async Task It_ends_when_nobody_waits_any_more()
    {
        using var stop = new CancellationTokenSource();
        await using var door = new MediaDoor(_ => null);
        await using var program = MediaProcess.Start(MediaProcess.Ffmpeg, Endless, door, heard: null, stop.Token);
        var clock = Stopwatch.StartNew();

        await stop.CancelAsync();

        Assert.NotEqual(0, await program.EndAsync());
        Assert.True(program.WasEnded && clock.Elapsed < TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task It_ends_when_it_is_given_up_and_leaves_nothing_behind()
    {
        var door = new MediaDoor(_ => null);
        await using (MediaProcess.Start(MediaProcess.Ffmpeg, Endless, door, heard: null, CancellationToken.None))
            await Patience.UntilAsync(() => Running(door) > 0);

        await Patience.UntilAsync(() => Running(door) == 0);
        await door.DisposeAsync();
    }

    /// <summary>In a cage whose outer half was killed while it began, nothing else would end it.</summary>
    [Fact]
    public async Task The_relay_ends_with_the_program_whatever_becomes_of_the_cage()
    {
        var mark = $"FACEDEID_MARK={Guid.NewGuid():N}";
        string[] command =
        [
            "--unshare-user", "--unshare-net", "--dev-bind", "/", "/", "/usr/bin/env", mark,
            "/usr/bin/sh", "-c", MediaProcess.Relay, "sh", "/usr/bin/sleep", "0.3",
        ];
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/bwrap", command) { UseShellExecute = false })!;
        await Patience.UntilAsync(() => Marked("socat") == 1);

        await process.WaitForExitAsync();

        Assert.Equal(0, process.ExitCode);
        await Patience.UntilAsync(() => Marked("socat") == 0);

        int Marked(string program) => Process.GetProcessesByName(program).Count(other =>
        {
            using (other)
            {
                try
                {
                    return File.ReadAllText($"/proc/{other.Id}/environ").Contains(mark, StringComparison.Ordinal);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    return false; // it has ended meanwhile
                }
            }
        });
    }

    [Fact]
    public async Task What_does_not_move_is_ended()
    {
        await using var door = new MediaDoor(_ => null);
        await using var program = MediaProcess.Start(
            MediaProcess.Ffmpeg, Endless, door, heard: null, CancellationToken.None, patience: TimeSpan.FromSeconds(1));

        Assert.NotEqual(0, await program.EndAsync());
        Assert.True(program.WasEnded);
    }

    private static readonly string[] Endless =
        ["-v", "error", "-nostdin", "-re", "-f", "lavfi", "-i", "testsrc2=s=64x64", "-f", "null", "-"];

    /// <summary>Programs that know of the door: bubblewrap says its folder on its command line.</summary>
    private static int Running(MediaDoor door) => Directory.GetDirectories("/proc").Count(process =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Contains(door.Folder, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });

    private static async Task<int> EndAsync(MediaDoor door, params string[] arguments)
    {
        await using var program = MediaProcess.Start(
            MediaProcess.Ffmpeg, ["-v", "error", "-nostdin", .. arguments], door, heard: null, CancellationToken.None);
        await program.Output.CopyToAsync(Stream.Null);
        return await program.EndAsync();
    }
}

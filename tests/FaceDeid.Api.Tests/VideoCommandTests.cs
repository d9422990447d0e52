using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary><c>facedeid video</c>: that its result cannot be written is told before the work, not behind it.</summary>
public sealed class VideoCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("facedeid-command-");

    [Theory]
    [InlineData("missing/out.mp4", "cannot be written")]
    [InlineData("in.mp4/out.mp4", "cannot be written")]
    [InlineData("folder.mp4", "is a folder")]
    [InlineData("in.mp4", "would replace the recording")]
    [InlineData("link.mp4", "would replace the recording")]
    [InlineData("folder.mp4/../in.mp4", "would replace the recording")]
    public async Task A_place_where_nothing_can_be_written_is_refused_at_once(string output, string reason)
    {
        _folder.CreateSubdirectory("folder.mp4");
        byte[] recording = [1, 2, 3]; // refused as well, but later
        await File.WriteAllBytesAsync(In("in.mp4"), recording);
        File.CreateSymbolicLink(In("link.mp4"), In("in.mp4"));
        var before = Entries();

        var (exitCode, _, errors) = await ServiceProcess.RunAsync(
            "FaceDeid.Cli.dll", ["video", In("in.mp4"), "-o", In(output)]);

        Assert.Contains(reason, errors, StringComparison.Ordinal);
        Assert.Equal(2, exitCode);
        Assert.Equal(recording, await File.ReadAllBytesAsync(In("in.mp4")));
        Assert.Equal(before, Entries(), StringComparer.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private List<string> Entries() =>
        [.. Directory.GetFileSystemEntries(_folder.FullName, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private string In(string path) => Path.Combine(_folder.FullName, path);
}

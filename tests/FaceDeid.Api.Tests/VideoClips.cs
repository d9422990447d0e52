using System.Diagnostics;
using FaceDeid.TestData;

namespace FaceDeid.Api.Tests;

/// <summary>Recordings that ffmpeg makes for a test, outside of any cage.</summary>
internal static class VideoClips
{
    /// <summary>What the tags of <see cref="Walk"/> say.</summary>
    public const string Marker = "secret-marker-4711";

    /// <summary>A face that moves over a quiet background, for a second or longer, a tone, and tags.</summary>
    public static byte[] Walk(int frames = 25) => Make(
        "mp4", "-loop", "1", "-framerate", "25", "-i", TestFiles.Example("johns/John_Salley/000179_02159509.jpg"),
        "-f", "lavfi", "-i", "color=gray:s=480x270:r=25", "-f", "lavfi", "-i", "sine=f=440:r=48000",
        "-filter_complex", "[0]scale=-2:160[face];[1][face]overlay=x='100+n':y=50,format=yuv420p[v]",
        "-map", "[v]", "-map", "2:a", "-t", FormattableString.Invariant($"{frames / 25.0}"), "-metadata", $"title={Marker}",
        "-metadata:s:v", $"handler_name={Marker}", "-c:v", "libx264", "-preset", "veryfast", "-c:a", "aac");

    /// <summary>A picture of ffmpeg's own, and a tone.</summary>
    public static byte[] Plain(double seconds = 1, string size = "96x64") => Make(
        "mp4", "-f", "lavfi", "-i", FormattableString.Invariant($"testsrc2=s={size}:r=25:d={seconds}"),
        "-f", "lavfi", "-i", FormattableString.Invariant($"sine=d={seconds}"), "-pix_fmt", "yuv420p");

    /// <summary>Makes a file of a format with arguments that stand before its name.</summary>
    public static byte[] Make(string extension, params string[] arguments) => Run(input: null, extension, arguments);

    /// <summary>The luminance of each frame.</summary>
    public static List<byte[]> Gray(byte[] video, int pixels) =>
        [.. Run(video, "gray", "-map", "0:v", "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "gray").Chunk(pixels)];

    private static byte[] Run(byte[]? input, string extension, params string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("facedeid-clip-").FullName;
        try
        {
            var (from, to) = (Path.Combine(folder, "from"), Path.Combine(folder, "to." + extension));
            if (input is not null)
                File.WriteAllBytes(from, input);
            string[] read = input is null ? [] : ["-i", from];
            using var process = Process.Start(new ProcessStartInfo(
                "ffmpeg", ["-v", "error", "-nostdin", .. read, .. arguments, to])
            {
                UseShellExecute = false,
                RedirectStandardError = true,
            })!;
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? File.ReadAllBytes(to) : throw new InvalidOperationException(error);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

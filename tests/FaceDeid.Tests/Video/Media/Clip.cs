using System.Diagnostics;
using System.Globalization;
using FaceDeid.Tests.Donors;

namespace FaceDeid.Tests.Video.Media;

/// <summary>A recording that ffmpeg makes for a test, outside of any cage.</summary>
internal sealed class Clip : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private Clip(string name) => Path = _folder.File(name);

    public string Path { get; }

    /// <summary>Makes one; the arguments stand before the output's name.</summary>
    public static Clip Make(string name, params string[] arguments)
    {
        var clip = new Clip(name);
        Run("ffmpeg", ["-v", "error", "-y", "-nostdin", .. arguments, clip.Path]);
        return clip;
    }

    /// <summary>One with bytes of its own.</summary>
    public static Clip With(string name, byte[] bytes)
    {
        var clip = new Clip(name);
        File.WriteAllBytes(clip.Path, bytes);
        return clip;
    }

    /// <summary>A moving picture of ffmpeg's own and a tone.</summary>
    public static string[] Source(string size = "160x120", string rate = "25", double seconds = 2) =>
    [
        "-f", "lavfi", "-i", FormattableString.Invariant($"testsrc2=s={size}:r={rate}:d={seconds}"),
        "-f", "lavfi", "-i", FormattableString.Invariant($"sine=f=440:r=48000:d={seconds}"),
    ];

    /// <summary>The times of its frames in seconds as ffmpeg decodes them, and their durations.</summary>
    public (double Time, double Duration)[] Frames() => Times(Path);

    /// <summary>When its sound begins and ends, in seconds; null: there is none.</summary>
    public (double First, double Last)? Sound() => Sound(Path);

    public static (double Time, double Duration)[] Times(string path)
    {
        var lines = Run(
            "ffmpeg",
            ["-v", "error", "-nostdin", "-copyts", "-i", path, "-map", "0:V:0", "-fps_mode", "passthrough", "-enc_time_base", "-1",
                "-f", "framecrc", "-"]).Split('\n');
        var tick = lines.Single(line => line.StartsWith("#tb 0: ", StringComparison.Ordinal))[7..].Split('/');
        var second = Number(tick[0]) / Number(tick[1]);
        return
        [
            .. lines.Where(line => line.StartsWith("0,", StringComparison.Ordinal)).Select(line => line.Split(','))
                .Select(frame => (Number(frame[2]) * second, Number(frame[3]) * second)),
        ];
    }

    public static (double First, double Last)? Sound(string path)
    {
        var times = Run("ffprobe", ["-v", "error", "-select_streams", "a:0", "-show_entries", "packet=pts_time", "-of", "csv=p=0", path])
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Number(line.Split(',')[0])).ToArray();
        return times.Length == 0 ? null : (times[0], times[^1]);
    }

    /// <summary>What a program of ffmpeg says.</summary>
    public static string Run(string program, IReadOnlyList<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? text : throw new InvalidOperationException(program + " failed");
    }

    public void Dispose() => _folder.Dispose();

    private static double Number(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
}

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

    /// <summary>A moving picture of ffmpeg's own and a tone, which begins 0.3 s later and ends 0.3 s earlier.</summary>
    public static string[] Source(string size = "160x120", string rate = "25", double seconds = 2) =>
    [
        "-f", "lavfi", "-i", FormattableString.Invariant($"testsrc2=s={size}:r={rate}:d={seconds}"),
        "-f", "lavfi", "-i",
        FormattableString.Invariant($"sine=f=440:r=48000:d={seconds},volume=0:enable='not(between(t,0.3,{seconds - 0.3}))'"),
    ];

    /// <summary>The times of its frames in seconds as ffmpeg decodes them, and their durations.</summary>
    public (double Time, double Duration)[] Frames()
    {
        var lines = Run(
            "ffmpeg",
            ["-v", "error", "-nostdin", "-copyts", "-i", Path, "-map", "0:V:0", "-fps_mode", "passthrough",
                "-enc_time_base", "-1", "-f", "framecrc", "-"]).Split('\n');
        var tick = lines.Single(line => line.StartsWith("#tb 0: ", StringComparison.Ordinal))[7..].Split('/');
        var second = Number(tick[0]) / Number(tick[1]);
        return
        [
            .. lines.Where(line => line.StartsWith("0,", StringComparison.Ordinal)).Select(line => line.Split(','))
                .Select(frame => (Number(frame[2]) * second, Number(frame[3]) * second)),
        ];
    }

    /// <summary>When its tone begins and ends, in seconds from its first frame, and its pitch; null: there is no sound.</summary>
    public (double First, double Last, double Pitch)? Sound()
    {
        string[] about = ["-v", "error", "-select_streams", "a:0", "-show_entries", "stream=index", "-of", "csv=p=0", Path];
        if (Run("ffprobe", about).Length == 0)
            return null;
        using var wave = Make(
            "wave.wav", "-copyts", "-itsoffset", Number(-Frames()[0].Time), "-i", Path, "-map", "0:a:0", "-ac", "1",
            "-af", "aresample=48000:async=1:first_pts=0", "-c:a", "pcm_s16le", "-f", "wav");
        var samples = File.ReadAllBytes(wave.Path)[44..].Chunk(2).Select(pair => (int)BitConverter.ToInt16(pair)).ToArray();
        const int Loud = 1500; // the tone has 4096
        var (first, last) = (Array.FindIndex(samples, IsLoud), Array.FindLastIndex(samples, IsLoud));
        var crossings = samples[first..last].Zip(samples[(first + 1)..last]).Count(pair => pair.First < 0 != pair.Second < 0);
        return (first / 48000.0, last / 48000.0, crossings * 24000.0 / (last - first));

        static bool IsLoud(int sample) => Math.Abs(sample) > Loud;
    }

    /// <summary>What a program of ffmpeg says.</summary>
    public static string Run(string program, IReadOnlyList<string> arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? text : throw new InvalidOperationException(program + " failed");
    }

    public void Dispose() => _folder.Dispose();

    private static string Number(double number) => number.ToString("F6", CultureInfo.InvariantCulture);

    private static double Number(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
}

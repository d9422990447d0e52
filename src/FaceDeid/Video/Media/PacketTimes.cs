using System.Globalization;
using FaceDeid.Video.Spool;

namespace FaceDeid.Video.Media;

/// <summary>When a frame is shown.</summary>
/// <param name="Ticks">In ticks of its stream.</param>
/// <param name="Seconds">The same in seconds, to the microsecond.</param>
internal readonly record struct PacketTime(long Ticks, double Seconds);

/// <summary>When the frames of a file are shown, as its container says it, without decoding them.</summary>
internal static class PacketTimes
{
    /// <summary>The times of a video stream's packets, in the order in which they are shown.</summary>
    /// <param name="door">Gives the file.</param>
    /// <param name="name">Its name behind the door.</param>
    /// <param name="info">What it is.</param>
    /// <param name="limits">What it may be.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.CorruptVideo"/>.</exception>
    public static async Task<IReadOnlyList<PacketTime>> ReadAsync(
        MediaDoor door, string name, MediaInfo info, MediaLimits limits, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            "-hide_banner", "-v", "error", "-select_streams", MediaArguments.Text(info.StreamIndex),
            "-show_entries", "packet=pts,pts_time", "-of", "csv=p=0",
            .. MediaArguments.Door(door, name, info.Demuxer, limits),
        ];
        await using var program = MediaProcess.Start(MediaProcess.Ffprobe, arguments, door, heard: null, cancellationToken);
        List<PacketTime> times = [];
        using var lines = new StreamReader(program.Output);
        while (await NextAsync(program, lines, cancellationToken) is { } line)
        {
            if (times.Count > limits.MaxFrames || line.Split(',') is not [var ticks, var seconds, ..]
                || !long.TryParse(ticks, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var tick)
                || !double.TryParse(seconds, CultureInfo.InvariantCulture, out var time))
                throw MediaRefusals.Corrupt();
            times.Add(new PacketTime(tick, time));
        }

        var code = await program.EndAsync();
        if (code != 0)
            throw program.Fault(code) ?? MediaRefusals.Corrupt();
        times.Sort((one, other) => one.Ticks.CompareTo(other.Ticks));
        return times;
    }

    private static async Task<string?> NextAsync(MediaProcess program, StreamReader lines, CancellationToken cancellationToken)
    {
        using var watch = program.Watch();
        return await lines.ReadLineAsync(cancellationToken);
    }
}

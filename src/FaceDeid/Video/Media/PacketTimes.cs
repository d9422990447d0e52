using System.Globalization;
using FaceDeid.Video.Spool;

namespace FaceDeid.Video.Media;

/// <summary>When the frames of a file are shown, as its container says it, without decoding them.</summary>
internal static class PacketTimes
{
    /// <summary>The times of the first video stream's packets, in seconds and in the order in which they are shown.</summary>
    /// <param name="door">Gives the file.</param>
    /// <param name="name">Its name behind the door.</param>
    /// <param name="demuxer">ffmpeg's name of what reads it.</param>
    /// <param name="limits">What it may be.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.CorruptVideo"/>.</exception>
    public static async Task<IReadOnlyList<double>> ReadAsync(
        MediaDoor door, string name, string demuxer, MediaLimits limits, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            "-hide_banner", "-v", "error", "-select_streams", "v:0", "-show_entries", "packet=pts_time", "-of", "csv=p=0",
            .. MediaArguments.Door(door, name, demuxer, limits),
        ];
        await using var program = MediaProcess.Start(MediaProcess.Ffprobe, arguments, door, heard: null, cancellationToken);
        List<double> times = [];
        using var lines = new StreamReader(program.Output);
        while (await NextAsync(program, lines, cancellationToken) is { } line)
        {
            if (times.Count > limits.MaxFrames || !double.TryParse(line.TrimEnd(','), CultureInfo.InvariantCulture, out var time))
                throw MediaRefusals.Corrupt();
            times.Add(time);
        }

        var code = await program.EndAsync();
        if (code != 0)
            throw program.Fault(code) ?? MediaRefusals.Corrupt();
        times.Sort();
        return times;
    }

    private static async Task<string?> NextAsync(MediaProcess program, StreamReader lines, CancellationToken cancellationToken)
    {
        using var watch = program.Watch();
        return await lines.ReadLineAsync(cancellationToken);
    }
}

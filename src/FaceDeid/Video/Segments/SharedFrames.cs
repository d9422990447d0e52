using FaceDeid.Video.Media;
using FaceDeid.Video.Spool;

namespace FaceDeid.Video.Segments;

/// <summary>
/// The frames of a recording as its container announces them, by which machines that share it know where a segment begins
/// before anybody has decoded what is before it. That holds where every packet is a frame, which is checked frame by frame.
/// </summary>
/// <param name="Ticks">When each is shown, in ticks.</param>
/// <param name="Seconds">The same in seconds.</param>
internal sealed record SharedFrames(IReadOnlyList<long> Ticks, IReadOnlyList<double> Seconds)
{
    /// <summary>How many there are.</summary>
    public int Count => Ticks.Count;

    /// <summary>Asks the container; null: it does not say it well enough.</summary>
    public static async Task<SharedFrames?> ReadAsync(OpenRecording recording, CancellationToken cancellationToken)
    {
        try
        {
            var packets = await PacketTimes.ReadAsync(
                recording.Door, VideoObjects.Source, recording.Info, recording.Limits, cancellationToken);
            var isIncreasing = packets.Zip(packets.Skip(1), (a, b) => a.Ticks < b.Ticks).All(isBefore => isBefore);
            return packets.Count > 0 && isIncreasing
                ? new SharedFrames([.. packets.Select(packet => packet.Ticks)], [.. packets.Select(packet => packet.Seconds)])
                : null;
        }
        catch (FaceDeidException e) when (e.Code == FaceDeidError.CorruptVideo)
        {
            return null;
        }
    }

    /// <summary>Whether a frame that was decoded is the one that was announced.</summary>
    public bool Has(VideoFrame frame) => frame.Number < Count && Ticks[frame.Number] == frame.Time;
}

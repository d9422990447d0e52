using System.Numerics;

namespace FaceDeid.Video.Rendering;

/// <summary>The landmarks of a track in the frames around the one that is treated.</summary>
/// <param name="around">Frames, before and after, over which points are averaged.</param>
/// <param name="shortest">Frames one after the other in which there must be points for any of them to count.</param>
internal sealed class LandmarkRun(int around, int shortest)
{
    // Frames wait for those ahead, for others that are treated with them, and at a segment's end for those behind it.
    private const int Kept = 32;

    private readonly Dictionary<int, Complex[]> _points = [];

    /// <summary>Adds a frame's points; null: they cannot be trusted.</summary>
    public void Add(int frame, Complex[]? points)
    {
        if (points is not null)
            _points[frame] = points;
        _points.Remove(frame - Kept);
    }

    /// <summary>The points in a frame, averaged; null: they cannot be trusted there, or for too short a time.</summary>
    public Complex[]? At(int frame)
    {
        if (!_points.ContainsKey(frame))
            return null;
        var (first, last) = (frame, frame);
        while (first > frame - shortest && _points.ContainsKey(first - 1))
            first--;
        while (last < frame + shortest && _points.ContainsKey(last + 1))
            last++;
        if (last - first + 1 < shortest)
            return null;
        // As many before as after: else the mean would lie behind a face that moves.
        var reach = Math.Min(around, Math.Min(frame - first, last - frame));
        var near = Enumerable.Range(frame - reach, (2 * reach) + 1).Select(i => _points[i]).ToList();
        return [.. Enumerable.Range(0, near[0].Length)
            .Select(i => near.Aggregate(Complex.Zero, (sum, points) => sum + points[i]) / near.Count)];
    }
}

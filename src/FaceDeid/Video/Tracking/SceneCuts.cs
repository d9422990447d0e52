using OpenCvSharp;

namespace FaceDeid.Video.Tracking;

/// <summary>
/// Says where a new shot begins: brightness or its distribution jumps, and almost nothing can be followed from one frame to the
/// next. The second half is for cameras that shake and lamps that flash: they fool every rule without it.
/// </summary>
internal sealed class SceneCuts : IDisposable
{
    private const double MeanJump = 6; // levels
    private const double HistogramJump = 0.25; // Bhattacharyya's distance
    private const double LeastFollowed = 0.4; // of the points
    private const double MaxError = 1; // pixels of the reduced frame
    private const int Columns = 10;
    private const int Rows = 8;
    private const int Margin = 7; // pixels of the reduced frame
    private static readonly Size Reduced = new(160, 90);
    private static readonly Size Small = new(64, 36);
    private static readonly Point2f[] Grid = [.. MakeGrid()];

    private Mat? _reduced;
    private Mat? _small;
    private double _lastDifference;

    /// <summary>Whether a new shot begins with this frame, the one after the last that was shown; <c>CV_8UC1</c>.</summary>
    public bool IsCut(Mat luma)
    {
        var reduced = luma.Resize(Reduced, 0, 0, InterpolationFlags.Area);
        var small = reduced.Resize(Small, 0, 0, InterpolationFlags.Area);
        var isCut = _reduced is not null && Jumps(small) && Followed(_reduced, reduced) < LeastFollowed;
        Dispose();
        (_reduced, _small) = (reduced, small);
        return isCut;
    }

    public void Dispose()
    {
        _reduced?.Dispose();
        _small?.Dispose();
    }

    private bool Jumps(Mat small)
    {
        var difference = Cv2.Norm(small, _small!, NormTypes.L1) / (Small.Width * Small.Height);
        var jump = Math.Min(difference, Math.Abs(difference - _lastDifference));
        _lastDifference = difference;
        if (jump > MeanJump)
            return true;
        using var before = Histogram(_small!);
        using var after = Histogram(small);
        return Cv2.CompareHist(before, after, HistCompMethods.Bhattacharyya) > HistogramJump;
    }

    private static Mat Histogram(Mat small)
    {
        var histogram = new Mat();
        Cv2.CalcHist([small], [0], null, histogram, 1, [32], [new Rangef(0, 256)]);
        return histogram;
    }

    private static double Followed(Mat before, Mat after) =>
        PointFlow.Follow(before, after, Grid).Count(step => step.Error < MaxError) / (double)Grid.Length;

    private static IEnumerable<Point2f> MakeGrid()
    {
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < Columns; column++)
            {
                yield return new Point2f(
                    Margin + (column * (Reduced.Width - (2f * Margin)) / (Columns - 1)),
                    Margin + (row * (Reduced.Height - (2f * Margin)) / (Rows - 1)));
            }
        }
    }
}

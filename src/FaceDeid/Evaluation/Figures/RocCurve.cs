namespace FaceDeid.Evaluation.Figures;

/// <summary>
/// A receiver operating characteristic, read while it is drawn from the strictest threshold to the laxest. Between two thresholds
/// it is a straight line: whoever accepts some of the pairs that are equally alike must draw lots.
/// </summary>
internal sealed class RocCurve(long genuine, long impostors)
{
    private const int PointsPerDecade = 10;
    private const int Decades = 3;

    /// <summary>The false accept rates at which the curve is read: 0.001 to 1, evenly on a logarithmic axis.</summary>
    public static readonly double[] Fars = [.. Enumerable.Range(0, (Decades * PointsPerDecade) + 1)
        .Select(i => Math.Pow(10, ((double)i / PointsPerDecade) - Decades))];

    private readonly double[] _tars = Enumerable.Repeat(1.0, Fars.Length).ToArray(); // at a rate of 1 everybody is accepted
    private int _read;
    private long _accepted;
    private long _falselyAccepted;

    /// <summary>Area under the curve.</summary>
    public double Auc { get; private set; }

    /// <summary>Where as many are falsely accepted as are falsely rejected.</summary>
    public double Eer { get; private set; } = double.NaN;

    /// <summary>The next threshold lets in so many more.</summary>
    public void Add(int right, int wrong)
    {
        var (far, tar) = ((double)_falselyAccepted / impostors, (double)_accepted / genuine);
        _accepted += right;
        _falselyAccepted += wrong;
        var (nextFar, nextTar) = ((double)_falselyAccepted / impostors, (double)_accepted / genuine);

        Auc += (nextFar - far) * (nextTar + tar) / 2;
        // Of several points at one false accept rate the highest counts, so a rate is read when the next one is passed.
        for (; _read < Fars.Length && Fars[_read] < nextFar; _read++)
            _tars[_read] = tar + ((nextTar - tar) * (Fars[_read] - far) / (nextFar - far));

        // On the line to the next point the two errors meet where far + tar passes 1.
        if (double.IsNaN(Eer) && nextFar + nextTar >= 1)
        {
            var part = (1 - far - tar) / (nextFar + nextTar - far - tar);
            Eer = far + (part * (nextFar - far));
        }
    }

    /// <summary>True accept rate at a false accept rate of the list; a power of ten.</summary>
    public double TarAt(double far) => _tars[Array.FindIndex(Fars, known => Math.Abs(known - far) < 1e-9)];

    public IReadOnlyList<RocPoint> Points() => [.. Fars.Zip(_tars, (far, tar) => new RocPoint(far, tar))];
}

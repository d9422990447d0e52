using System.Numerics;

namespace FaceDeid.Geometry;

/// <summary>A shift, a turn and one scale, as arithmetic in the complex plane: <c>z -> Turn * z + Shift</c>.</summary>
/// <param name="Turn">The turn; its magnitude is the scale.</param>
/// <param name="Shift">The shift, in pixels of the target.</param>
internal readonly record struct SimilarityTransform(Complex Turn, Complex Shift)
{
    /// <summary>
    /// The transform that brings <paramref name="from"/> closest to <paramref name="to"/> in the sense of least squares. In the
    /// complex plane Umeyama's (1991) solution is one quotient.
    /// </summary>
    public static SimilarityTransform Between(IReadOnlyList<Complex> from, IReadOnlyList<Complex> to)
    {
        var fromMean = from.Aggregate(Complex.Add) / from.Count;
        var toMean = to.Aggregate(Complex.Add) / to.Count;
        var turn = Complex.Zero;
        var spread = 0.0;
        for (var i = 0; i < from.Count; i++)
        {
            turn += Complex.Conjugate(from[i] - fromMean) * (to[i] - toMean);
            spread += Math.Pow((from[i] - fromMean).Magnitude, 2);
        }

        turn /= Math.Max(spread, double.Epsilon);
        return new SimilarityTransform(turn, toMean - (turn * fromMean));
    }

    /// <summary>The transform that brings a square of a picture, perhaps turned there, upright to another size.</summary>
    /// <param name="centre">Its centre, in pixels of the picture.</param>
    /// <param name="side">Its side.</param>
    /// <param name="turn">Its right side's direction in the picture, a number of magnitude 1.</param>
    /// <param name="size">Its side afterwards.</param>
    public static SimilarityTransform ToSquare(Complex centre, double side, Complex turn, int size)
    {
        var scale = size / side / turn;
        return new SimilarityTransform(scale, new Complex(size / 2.0, size / 2.0) - (scale * centre));
    }

    public double Scale => Turn.Magnitude;

    public SimilarityTransform Inverse => new(1 / Turn, -Shift / Turn);

    public Complex Apply(Complex point) => (Turn * point) + Shift;

    public Complex[] Apply(IReadOnlyList<Complex> points)
    {
        var moved = new Complex[points.Count];
        for (var i = 0; i < moved.Length; i++)
            moved[i] = Apply(points[i]);
        return moved;
    }
}

using System.Numerics;

namespace FaceDeid.Imaging.Colour;

/// <summary>How light becomes samples.</summary>
internal enum TransferFunction
{
    /// <summary>IEC 61966-2-1. That of BT.709 and its kin counts as this, as viewers have it.</summary>
    Srgb,

    /// <summary>A power, see <see cref="ColourSpace.Gamma"/>.</summary>
    Power,

    /// <summary>Perceptual quantizer, SMPTE ST 2084: nits, up to 10,000.</summary>
    Pq,

    /// <summary>Hybrid log-gamma, ARIB STD-B67: as a display of 1,000 nits shows it.</summary>
    Hlg,
}

/// <summary>Where in the CIE 1931 diagram the primaries and white lie.</summary>
internal readonly record struct Chromaticities(Vector2 Red, Vector2 Green, Vector2 Blue, Vector2 White)
{
    private const float Least = 1e-3f;

    private static readonly Vector2 D65 = new(0.3127f, 0.3290f);

    /// <summary>BT.709 and sRGB.</summary>
    public static readonly Chromaticities Srgb = new(new(0.640f, 0.330f), new(0.300f, 0.600f), new(0.150f, 0.060f), D65);

    /// <summary>Whether they span a triangle around their white, as those of a display do.</summary>
    public bool IsPossible =>
        Cross(Red, Green, White) > Least && Cross(Green, Blue, White) > Least && Cross(Blue, Red, White) > Least
        && Math.Min(Math.Min(Red.Y, Green.Y), Math.Min(Blue.Y, White.Y)) > Least;

    /// <summary>Whether others are so close that nobody sees a difference.</summary>
    public bool IsNear(Chromaticities other)
    {
        const float unseen = 0.005f;
        return Vector2.Distance(Red, other.Red) < unseen && Vector2.Distance(Green, other.Green) < unseen
            && Vector2.Distance(Blue, other.Blue) < unseen && Vector2.Distance(White, other.White) < unseen;
    }

    /// <summary>By its number in ITU-T H.273, table 2; those that are not there count as sRGB.</summary>
    public static Chromaticities OfCodePoint(int code) => code switch
    {
        4 => new(new(0.67f, 0.33f), new(0.21f, 0.71f), new(0.14f, 0.08f), new(0.310f, 0.316f)),
        5 => new(new(0.64f, 0.33f), new(0.29f, 0.60f), new(0.15f, 0.06f), D65),
        6 or 7 => new(new(0.630f, 0.340f), new(0.310f, 0.595f), new(0.155f, 0.070f), D65),
        8 => new(new(0.681f, 0.319f), new(0.243f, 0.692f), new(0.145f, 0.049f), new(0.310f, 0.316f)),
        9 => new(new(0.708f, 0.292f), new(0.170f, 0.797f), new(0.131f, 0.046f), D65),
        11 => new(new(0.680f, 0.320f), new(0.265f, 0.690f), new(0.150f, 0.060f), new(0.314f, 0.351f)),
        12 => new(new(0.680f, 0.320f), new(0.265f, 0.690f), new(0.150f, 0.060f), D65),
        22 => new(new(0.630f, 0.340f), new(0.295f, 0.605f), new(0.155f, 0.077f), D65),
        _ => Srgb,
    };

    /// <summary>
    /// Linear light of these primaries to linear light of sRGB's, white to white (SMPTE RP 177; adapted after von Kries and
    /// Bradford).
    /// </summary>
    public Matrix3 ToSrgb() => Srgb.ToXyz().Inverse() * Adaptation(White, D65) * ToXyz();

    private Matrix3 ToXyz()
    {
        var primaries = Matrix3.OfColumns(Xyz(Red), Xyz(Green), Xyz(Blue));
        var shares = primaries.Inverse() * Xyz(White);
        return primaries * Matrix3.Diagonal(shares);
    }

    private static Matrix3 Adaptation(Vector2 from, Vector2 to)
    {
        var cone = new Matrix3(new(0.8951f, 0.2664f, -0.1614f), new(-0.7502f, 1.7135f, 0.0367f), new(0.0389f, -0.0685f, 1.0296f));
        return cone.Inverse() * Matrix3.Diagonal((cone * Xyz(to)) / (cone * Xyz(from))) * cone;
    }

    private static float Cross(Vector2 a, Vector2 b, Vector2 c) => ((b.X - a.X) * (c.Y - a.Y)) - ((b.Y - a.Y) * (c.X - a.X));

    private static Vector3 Xyz(Vector2 xy) => new(xy.X / xy.Y, 1, (1 - xy.X - xy.Y) / xy.Y);
}

/// <summary>What the samples of a picture mean where that is told in another way than by an ICC profile.</summary>
/// <param name="Primaries">Its primaries.</param>
/// <param name="Transfer">Its transfer function.</param>
/// <param name="Gamma">With <see cref="TransferFunction.Power"/>: the power by which samples become light.</param>
internal sealed record ColourSpace(Chromaticities Primaries, TransferFunction Transfer, double Gamma = 1)
{
    /// <summary>Whether it is made for displays brighter than a page.</summary>
    public bool IsHdr => Transfer is TransferFunction.Pq or TransferFunction.Hlg;

    /// <summary>Whether samples may be taken as sRGB as they stand.</summary>
    public bool IsSrgb => Primaries == Chromaticities.Srgb && Transfer == TransferFunction.Srgb;

    /// <summary>
    /// By code points of ITU-T H.273, tables 2 and 3. Transfer functions that are not there, or for film scans, count as sRGB's.
    /// </summary>
    public static ColourSpace OfCodePoints(int primaries, int transfer) => transfer switch
    {
        4 => new(Chromaticities.OfCodePoint(primaries), TransferFunction.Power, 2.2),
        5 => new(Chromaticities.OfCodePoint(primaries), TransferFunction.Power, 2.8),
        8 => new(Chromaticities.OfCodePoint(primaries), TransferFunction.Power, 1),
        16 => new(Chromaticities.OfCodePoint(primaries), TransferFunction.Pq),
        17 => new(Chromaticities.OfCodePoint(primaries), TransferFunction.Power, 2.6),
        18 => new(Chromaticities.OfCodePoint(primaries), TransferFunction.Hlg),
        _ => new(Chromaticities.OfCodePoint(primaries), TransferFunction.Srgb),
    };
}

/// <summary>Three rows of three numbers.</summary>
internal readonly record struct Matrix3(Vector3 Row0, Vector3 Row1, Vector3 Row2)
{
    public static Matrix3 OfColumns(Vector3 a, Vector3 b, Vector3 c) =>
        new(new(a.X, b.X, c.X), new(a.Y, b.Y, c.Y), new(a.Z, b.Z, c.Z));

    public static Matrix3 Diagonal(Vector3 v) => new(new(v.X, 0, 0), new(0, v.Y, 0), new(0, 0, v.Z));

    public static Vector3 operator *(Matrix3 m, Vector3 v) =>
        new(Vector3.Dot(m.Row0, v), Vector3.Dot(m.Row1, v), Vector3.Dot(m.Row2, v));

    public static Matrix3 operator *(Matrix3 a, Matrix3 b) =>
        OfColumns(
            a * new Vector3(b.Row0.X, b.Row1.X, b.Row2.X),
            a * new Vector3(b.Row0.Y, b.Row1.Y, b.Row2.Y),
            a * new Vector3(b.Row0.Z, b.Row1.Z, b.Row2.Z));

    public Matrix3 Inverse()
    {
        var (a, b, c) = (Vector3.Cross(Row1, Row2), Vector3.Cross(Row2, Row0), Vector3.Cross(Row0, Row1));
        var determinant = Vector3.Dot(Row0, a);
        return OfColumns(a / determinant, b / determinant, c / determinant);
    }
}

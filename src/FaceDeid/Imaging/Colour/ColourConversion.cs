using System.Numerics;
using OpenCvSharp;

namespace FaceDeid.Imaging.Colour;

/// <summary>
/// Brings samples that are told by code points or chromaticities to 8-bit sRGB. Wide gamut is clipped to what sRGB has. High
/// dynamic range is tone-mapped: its reference white of 203 nits (ITU-R BT.2408) becomes white, and what is brighter is rolled
/// off as in ITU-R BT.2390, section 5.4.1, up to the brightest of the picture, so that a picture without highlights keeps all its
/// tones. Thread-safe.
/// </summary>
internal static class ColourConversion
{
    private const float ReferenceWhite = 203; // nits
    private const float MostNits = 10_000;
    private const float HlgPeak = 1000; // nits of the display that HLG is shown on, whose system gamma is 1.2
    private const float HlgGamma = 1.2f;
    private const double WithoutSparks = 0.999; // the part of the pixels that is not brighter than what counts as the brightest
    private const int Levels = 4096;

    private static readonly Vector3 Luminance2020 = new(0.2627f, 0.6780f, 0.0593f);
    private static readonly byte[] Encoding = [.. Enumerable.Range(0, 65536).Select(i => ToSrgbSample(i / 65535.0))];

    /// <summary>The same picture in 8-bit sRGB, <c>CV_8UC3</c> or <c>CV_8UC4</c>; the caller owns it.</summary>
    /// <param name="samples">Red, green, blue and perhaps alpha, with 8 or 16 bits.</param>
    /// <param name="space">What they mean.</param>
    /// <param name="most">The sample that stands for 1.</param>
    public static Mat ToSrgb(Mat samples, ColourSpace space, int most)
    {
        var bands = samples.Channels();
        var light = Light(space, most);
        var rollOff = space.IsHdr ? RollOff(Brightest(samples, light, space)) : null;
        var matrix = space.Primaries.ToSrgb();
        var srgb = new Mat(samples.Size(), MatType.CV_8UC(bands));
        var row = new ushort[samples.Width * bands];
        var height = samples.Height;
        for (var y = 0; y < height; y++)
        {
            Read(samples, y, row);
            var written = srgb.Row<byte>(y);
            for (var i = 0; i < row.Length; i += bands)
            {
                var linear = Linear(row, i, light, space);
                if (rollOff is not null)
                    linear *= rollOff[Level(linear)];
                linear = matrix * linear;
                (written[i], written[i + 1], written[i + 2]) = (Encoded(linear.X), Encoded(linear.Y), Encoded(linear.Z));
                if (bands == 4)
                    written[i + 3] = (byte)((Math.Min((int)row[i + 3], most) * 255 + (most / 2)) / most);
            }
        }

        return srgb;
    }

    /// <summary>Linear light of each sample; 1 is white.</summary>
    private static float[] Light(ColourSpace space, int most)
    {
        var light = new float[ushort.MaxValue + 1];
        for (var i = 0; i < light.Length; i++)
        {
            var sample = Math.Min(1, i / (double)most);
            light[i] = (float)(space.Transfer switch
            {
                TransferFunction.Pq => PqToNits(sample) / ReferenceWhite,
                TransferFunction.Hlg => HlgToScene(sample),
                TransferFunction.Power => Math.Pow(sample, space.Gamma),
                _ => sample <= 0.04045 ? sample / 12.92 : Math.Pow((sample + 0.055) / 1.055, 2.4),
            });
        }

        return light;
    }

    private static Vector3 Linear(ReadOnlySpan<ushort> row, int at, float[] light, ColourSpace space)
    {
        var linear = new Vector3(light[row[at]], light[row[at + 1]], light[row[at + 2]]);
        if (space.Transfer != TransferFunction.Hlg)
            return linear;
        var luminance = Vector3.Dot(Luminance2020, linear);
        return linear * (HlgPeak / ReferenceWhite * MathF.Pow(luminance, HlgGamma - 1));
    }

    /// <summary>The largest channel of the brightest pixels, in whites.</summary>
    private static float Brightest(Mat samples, float[] light, ColourSpace space)
    {
        var bands = samples.Channels();
        var histogram = new long[Levels];
        var row = new ushort[samples.Width * bands];
        var height = samples.Height;
        for (var y = 0; y < height; y++)
        {
            Read(samples, y, row);
            for (var i = 0; i < row.Length; i += bands)
                histogram[Level(Linear(row, i, light, space))]++;
        }

        var (level, left) = (0, (long)(samples.Total() * WithoutSparks));
        while (level < Levels - 1 && (left -= histogram[level]) > 0)
            level++;
        return OfLevel(level);
    }

    /// <summary>How much darker a pixel becomes, by its level; null: nothing is too bright.</summary>
    private static float[]? RollOff(float brightest)
    {
        if (brightest <= 1)
            return null;
        var peak = NitsToPq(brightest * ReferenceWhite);
        var white = NitsToPq(ReferenceWhite) / peak;
        var knee = (1.5 * white) - 0.5;
        var factors = new float[Levels];
        for (var level = 0; level < Levels; level++)
        {
            var linear = OfLevel(level);
            var relative = Math.Min(1, NitsToPq(linear * ReferenceWhite) / peak);
            var mapped = relative <= knee ? linear : PqToNits(Hermite(relative, knee, white) * peak) / ReferenceWhite;
            factors[level] = linear == 0 ? 1 : (float)(mapped / linear);
        }

        return factors;
    }

    private static double Hermite(double relative, double knee, double white)
    {
        var t = (relative - knee) / (1 - knee);
        var (square, cube) = (t * t, t * t * t);
        return (((2 * cube) - (3 * square) + 1) * knee) + ((cube - (2 * square) + t) * (1 - knee))
            + (((-2 * cube) + (3 * square)) * white);
    }

    /// <summary>Levels lie closer to each other where it is dark.</summary>
    private static int Level(Vector3 linear)
    {
        var most = Math.Max(linear.X, Math.Max(linear.Y, linear.Z));
        return Math.Min(Levels - 1, (int)(MathF.Sqrt(most * ReferenceWhite / MostNits) * (Levels - 1)));
    }

    private static float OfLevel(int level)
    {
        var root = level / (float)(Levels - 1);
        return root * root * MostNits / ReferenceWhite;
    }

    // SMPTE ST 2084
    private const double M1 = 0.1593017578125, M2 = 78.84375, C1 = 0.8359375, C2 = 18.8515625, C3 = 18.6875;

    private static double PqToNits(double sample)
    {
        var power = Math.Pow(sample, 1 / M2);
        return MostNits * Math.Pow(Math.Max(power - C1, 0) / (C2 - (C3 * power)), 1 / M1);
    }

    private static double NitsToPq(double nits)
    {
        var power = Math.Pow(nits / MostNits, M1);
        return Math.Pow((C1 + (C2 * power)) / (1 + (C3 * power)), M2);
    }

    /// <summary>ITU-R BT.2100, table 5: the inverse of the opto-electronic transfer function.</summary>
    private static double HlgToScene(double sample)
    {
        const double A = 0.17883277, B = 1 - (4 * A), C = 0.55991073;
        return sample <= 0.5 ? sample * sample / 3 : (Math.Exp((sample - C) / A) + B) / 12;
    }

    private static byte Encoded(float linear) => Encoding[(int)((Math.Clamp(linear, 0, 1) * 65535) + 0.5f)];

    private static byte ToSrgbSample(double linear) =>
        (byte)Math.Round(255 * (linear <= 0.0031308 ? linear * 12.92 : (1.055 * Math.Pow(linear, 1 / 2.4)) - 0.055));

    private static void Read(Mat samples, int y, Span<ushort> row)
    {
        if (samples.ElemSize1() == sizeof(ushort))
        {
            samples.Row<ushort>(y).CopyTo(row);
            return;
        }

        var bytes = samples.Row<byte>(y);
        for (var i = 0; i < row.Length; i++)
            row[i] = bytes[i];
    }
}

using FaceDeid.Donors;
using OpenCvSharp;

namespace FaceDeid.Protection.Replacement;

/// <summary>
/// Gives a worn face the subject's skin. Lightness goes through a curve that takes shadows, median and highlights of the one skin
/// to those of the other, black to black and white to white: pupils stay dark, and nothing is burnt out.
/// </summary>
internal sealed class SkinTone
{
    private const int Steps = 4; // of the curve, a unit of L*
    private const float White = 100;
    private const double FairestBrows = 0.65; // of how dark they were: eyes have the same curve, and must not fade

    private readonly float[] _curve = new float[((int)White * Steps) + 2];
    private readonly Tint _a;
    private readonly Tint _b;

    private SkinTone(IReadOnlyList<(float From, float To)> knots, SkinColours worn, SkinColours subject)
    {
        for (var i = 0; i < _curve.Length; i++)
            _curve[i] = Between(knots, (float)i / Steps);
        _a = Tint.Between(worn, subject, 1);
        _b = Tint.Between(worn, subject, 2);
    }

    /// <summary>What brings the worn skin to the subject's.</summary>
    /// <param name="worn">The skin of the worn face.</param>
    /// <param name="subject">The skin of the subject.</param>
    /// <param name="brows">How dark the subject's brows are, in parts of how dark the worn ones are.</param>
    public static SkinTone Between(SkinColours worn, SkinColours subject, double brows)
    {
        if (Math.Min(worn.Count, subject.Count) < SkinColours.Enough)
            return new SkinTone([(0, 0), (White, White)], worn, worn);
        var median = (From: worn.Tone.Item0, To: subject.Tone.Item0);
        var dark = Contrast(median.From - worn.Dark, median.To - subject.Dark);
        var bright = Contrast(worn.Bright - median.From, subject.Bright - median.To);
        // What is much darker than skin, brows and pupils, stays about as it is.
        var shadow = Math.Max(1, median.To - dark);
        var darkest = (
            From: worn.Dark * 0.6f,
            To: Math.Min(0.9f * shadow, worn.Dark * 0.6f * Math.Clamp(shadow / Math.Max(1, worn.Dark), 0.7f, 1.1f)));
        // Dark brows on somebody fair look painted.
        darkest.To = shadow - ((shadow - darkest.To) * (float)Math.Clamp(brows, FairestBrows, 1));
        return new SkinTone(
            [
                (0, 0), darkest, (worn.Dark, shadow), median,
                (worn.Bright, Math.Max(median.To, Math.Min(White - 2, median.To + bright))), (White, White),
            ],
            worn, subject);

        // How far shadows or highlights are from the median: the donor's, brought towards the subject's.
        static float Contrast(float worn, float subject) => worn * Math.Clamp(subject / Math.Max(worn, 1), 0.6f, 1.1f);
    }

    /// <summary>Changes pixels (<c>CV_32FC3</c>, CIE L*a*b*) in place.</summary>
    public unsafe void Apply(Mat lab)
    {
        var (rows, columns) = (lab.Rows, lab.Cols);
        for (var y = 0; y < rows; y++)
        {
            var p = (float*)lab.Ptr(y);
            for (var x = 0; x < columns; x++, p += 3)
            {
                var at = Math.Clamp(p[0], 0, White) * Steps;
                var step = (int)at;
                p[0] = _curve[step] + ((at - step) * (_curve[step + 1] - _curve[step]));
                p[1] = _a.Of(p[1]);
                p[2] = _b.Of(p[2]);
            }
        }
    }

    /// <summary>Takes back what would be burnt out in a picture of such skin, in place.</summary>
    public static unsafe void SpareHighlights(Mat lab, SkinColours skin)
    {
        var most = Math.Clamp(skin.Bright + 3, 88, 97);
        var (rows, columns) = (lab.Rows, lab.Cols);
        for (var y = 0; y < rows; y++)
        {
            var p = (float*)lab.Ptr(y);
            for (var x = 0; x < columns; x++, p += 3)
            {
                if (p[0] > most)
                    p[0] = most + (0.25f * (p[0] - most));
            }
        }
    }

    private static float Between(IReadOnlyList<(float From, float To)> knots, float value)
    {
        for (var i = 1; i < knots.Count; i++)
        {
            if (value > knots[i].From && i < knots.Count - 1)
                continue;
            var (a, b) = (knots[i - 1], knots[i]);
            return a.To + ((value - a.From) / Math.Max(b.From - a.From, 0.01f) * (b.To - a.To));
        }

        return value;
    }

    /// <summary>
    /// A colour axis. What has less of a colour than skin, brows and the white of the eye, has as much less of it afterwards, and
    /// what has none gets none; what has more, lips and cheeks, is as far from skin as it was, or less far.
    /// </summary>
    private readonly record struct Tint(float From, float To, float Gain)
    {
        private const float Least = 2; // of a colour that says what it is

        public static Tint Between(SkinColours worn, SkinColours subject, int axis) => new(
            worn.Tone[axis], subject.Tone[axis], Math.Clamp(subject.Spread[axis] / worn.Spread[axis], 0.7f, 1.1f));

        public float Of(float value) => value < From && From > Least && To > 0
            ? value * (value < 0 ? 1 : To / From)
            : ((value - From) * Gain) + To;
    }
}

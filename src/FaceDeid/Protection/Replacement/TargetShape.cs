using System.Numerics;
using FaceDeid.Donors;

namespace FaceDeid.Protection.Replacement;

/// <summary>The shape that a worn face has: whose it is from the donor, its pose and expression from the subject.</summary>
internal static class TargetShape
{
    private const int JawPoints = 17;
    private const double JawShare = 0.6; // of the inner face's: hair, ears and neck outside of the outline stay the subject's

    private static readonly (int Corner, int[] Upper, int[] Lower)[] Eyes = [(36, [37, 38], [41, 40]), (42, [43, 44], [47, 46])];
    private static readonly (int Upper, int Lower, int OuterUpper, int OuterLower)[] Lips =
        [(61, 67, 50, 58), (62, 66, 51, 57), (63, 65, 52, 56)];

    /// <summary>68 points in pixels of the picture.</summary>
    /// <param name="model">The shape model.</param>
    /// <param name="subject">The subject's landmarks.</param>
    /// <param name="donor">The donor's, anywhere.</param>
    /// <param name="share">The donor's share of the inner face's shape, 0 to 1.</param>
    public static Complex[] Of(ShapeModel model, Complex[] subject, Complex[] donor, double share)
    {
        var toFrame = SimilarityTransform.Between(subject, model.Mean);
        var own = toFrame.Apply(subject);
        var other = SimilarityTransform.Between(donor, model.Mean).Apply(donor);
        var (ownExpression, otherExpression) = (model.ExpressionOf(own), model.ExpressionOf(other));
        var worn = new Complex[own.Length];
        for (var i = 0; i < worn.Length; i++)
        {
            var donorShare = i < JawPoints ? share * JawShare : share;
            worn[i] = (donorShare * (other[i] - otherExpression[i] + ownExpression[i])) + ((1 - donorShare) * own[i]);
        }

        OpenAs(worn, own);
        return toFrame.Inverse.Apply(worn);
    }

    /// <summary>Opens eyelids and lips as far as the subject's: whose face it is must not change what it does.</summary>
    private static void OpenAs(Complex[] p, Complex[] subject)
    {
        foreach (var (corner, upper, lower) in Eyes)
        {
            var factor = Math.Clamp(Opening(subject) / Math.Max(Opening(p), 1e-3), 0.3, 2.2);
            foreach (var (u, l) in upper.Zip(lower))
            {
                var middle = (p[u] + p[l]) / 2;
                (p[u], p[l]) = (middle + ((p[u] - middle) * factor), middle + ((p[l] - middle) * factor));
            }

            double Opening(Complex[] of) =>
                upper.Zip(lower, (u, l) => (of[u] - of[l]).Magnitude).Average() / (of[corner] - of[corner + 3]).Magnitude;
        }

        var width = (p[64] - p[60]).Magnitude;
        var down = (p[8] - p[27]) / (p[8] - p[27]).Magnitude;
        foreach (var (upper, lower, outerUpper, outerLower) in Lips)
        {
            var wider = Math.Clamp(Gap(subject) - Gap(p), -0.25, 0.30) * width / 2;
            var apart = p[lower] - p[upper];
            var direction = apart.Magnitude > 0.5 ? apart / apart.Magnitude : down;
            p[upper] -= direction * wider;
            p[outerUpper] -= direction * wider;
            p[lower] += direction * wider;
            p[outerLower] += direction * wider;

            double Gap(Complex[] of) => (of[upper] - of[lower]).Magnitude / (of[64] - of[60]).Magnitude;
        }
    }
}

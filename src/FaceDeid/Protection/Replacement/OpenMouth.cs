using System.Numerics;
using FaceDeid.Donors;
using OpenCvSharp;

namespace FaceDeid.Protection.Replacement;

/// <summary>
/// The inside of an open mouth. Where teeth, tongue and dark are is the subject's expression and not the donor's: it stays, as
/// soft as a face of 200 pixels shows it. Owns its pixels.
/// </summary>
internal sealed class OpenMouth : IDisposable
{
    private const double Coarse = 0.009; // of the face's width: what is finer is not kept
    private const double Edge = 0.006; // of the face's width: how softly it passes into the lips
    private const double Around = 0.05; // of the face's width
    private const double Unseen = 0.3; // share of a pixel's surroundings that are inside of the mouth

    private readonly FaceView _subject;
    private readonly Rect _bounds; // in the view
    private readonly Mat _inside; // CIE L*a*b*, CV_32FC3
    private readonly Mat _share; // 0 to 1, CV_32FC1

    /// <summary>The subject's, moved to where the worn lips are.</summary>
    /// <param name="subject">The subject.</param>
    /// <param name="shapes">The shape model.</param>
    /// <param name="target">79 points of the worn face in the view.</param>
    public OpenMouth(FaceView subject, ShapeModel shapes, Complex[] target)
    {
        _subject = subject;
        var width = subject.FaceWidth;
        var around = Cv2.BoundingRect([.. SureSkin.Points(subject.Points, 60..68), .. SureSkin.Points(target, 60..68)]);
        var margin = 2 + (int)(Around * width);
        around.Inflate(margin, margin);
        _bounds = around.Intersect(new Rect(default, subject.Lab.Size()));
        if (_bounds.Width <= 0 || _bounds.Height <= 0 || FaceMeasures.MouthOf(subject.Points) < FaceMeasures.OpenMouth)
        {
            (_bounds, _inside, _share) = (default, new Mat(), new Mat());
            return;
        }

        var corner = new Complex(_bounds.X, _bounds.Y);
        Complex[] from = Array.ConvertAll(subject.Points, p => p - corner);
        Complex[] to = Array.ConvertAll(target, p => p - corner);
        using var weight = Filled(from);
        using var weights = weight.CvtColor(ColorConversionCodes.GRAY2BGR);
        using var own = subject.Lab.SubMat(_bounds);
        using var sum = new Mat();
        Cv2.Multiply(own, weights, sum);
        // Lips are left out of the average, or their red would be in it.
        using var smooth = sum.Smooth(Coarse * width);
        using var total = weights.Smooth(Coarse * width);
        Cv2.Add(total, Scalar.All(1e-4), total);
        Cv2.Divide(smooth, total, smooth);
        using var map = shapes.Warp.Map(from, to, _bounds.Size);
        using var none = new Mat();
        _inside = smooth.Remap(map, none, InterpolationFlags.Linear, BorderTypes.Replicate);
        using var outline = Filled(to);
        _share = outline.Smooth(Edge * width);
        // Of a mouth that the picture's edge cuts off, a part was never seen.
        using var seen = total.ExtractChannel(0);
        Cv2.Threshold(seen, seen, Unseen, 1, ThresholdTypes.Binary);
        using var known = seen.Remap(map, none, InterpolationFlags.Linear, BorderTypes.Replicate);
        Cv2.Multiply(_share, known, _share);
    }

    /// <summary>Puts it between the lips of a part of the worn face.</summary>
    /// <param name="worn">CIE L*a*b*, <c>CV_32FC3</c>.</param>
    /// <param name="part">Where that is in the picture.</param>
    public void PutInto(Mat worn, Rect part)
    {
        if (_bounds == default) // the lips are closed
            return;
        var place = _subject.InPicture(_bounds).Intersect(part);
        if (place.Width <= 0 || place.Height <= 0)
            return;
        using var inside = _subject.ToPicture(_inside, _bounds.TopLeft, place);
        using var share = _subject.ToPicture(_share, _bounds.TopLeft, place);
        using var mouth = worn.SubMat(new Rect(place.TopLeft - part.TopLeft, place.Size));
        Mix(mouth, inside, share);
    }

    /// <summary>Puts it between the lips of the worn face in the view; CIE L*a*b*, <c>CV_32FC3</c>.</summary>
    public void PutIntoView(Mat worn)
    {
        if (_bounds == default)
            return;
        using var mouth = worn.SubMat(_bounds);
        Mix(mouth, _inside, _share);
    }

    public void Dispose()
    {
        _inside.Dispose();
        _share.Dispose();
    }

    private static unsafe void Mix(Mat worn, Mat inside, Mat share)
    {
        var (rows, columns) = (worn.Rows, worn.Cols);
        for (var y = 0; y < rows; y++)
        {
            var p = (float*)worn.Ptr(y);
            var own = (float*)inside.Ptr(y);
            var s = (float*)share.Ptr(y);
            for (var x = 0; x < columns; x++, p += 3, own += 3)
            {
                if (s[x] <= 0)
                    continue;
                for (var channel = 0; channel < 3; channel++)
                    p[channel] += s[x] * (own[channel] - p[channel]);
            }
        }
    }

    private Mat Filled(Complex[] points)
    {
        var mask = new Mat(_bounds.Size, MatType.CV_32FC1, Scalar.Black);
        Cv2.FillPoly(mask, [SureSkin.Points(points, 60..68)], Scalar.All(1));
        return mask;
    }
}

using OpenCvSharp;

namespace FaceDeid.Benchmarks.Videos;

/// <summary>
/// Judges what is covered in the frames of a recording by the faces that another detector finds in it. Regions are ellipses, a
/// fifth larger than the boxes to each side, as they are covered.
/// </summary>
/// <param name="size">Of a frame.</param>
/// <param name="faces">What the other detector found, frame by frame.</param>
internal sealed class CoverageJudge(ImageSize size, IReadOnlyList<IReadOnlyList<Box>> faces)
{
    private const double Scale = 0.25; // of the masks
    private const double Covering = 0.2; // padding
    private const double Around = 0.5; // padding of what still counts as the face
    private const double Least = 0.7; // of a face, to be covered
    private const double Partner = 0.3; // intersection over union

    /// <summary>Faces in frames, all together.</summary>
    public int Faces => faces.Sum(frame => frame.Count);

    /// <summary>
    /// Faces of which too little is covered, the share of frames' area that is covered beside faces, and of regions that blink.
    /// </summary>
    /// <param name="covered">The boxes that are covered, frame by frame.</param>
    public (int Bare, double Beside, double Blinking) Judge(IReadOnlyList<IReadOnlyList<Box>> covered)
    {
        var (bare, beside, blinks, regions) = (0, 0.0, 0, 0);
        for (var frame = 0; frame < faces.Count; frame++)
        {
            using var mask = Mask(covered[frame], Covering);
            foreach (var face in faces[frame])
            {
                using var own = Mask([face], padding: 0);
                using var both = new Mat();
                Cv2.BitwiseAnd(mask, own, both);
                bare += Cv2.CountNonZero(both) < Least * Cv2.CountNonZero(own) ? 1 : 0;
            }

            using var near = Mask(faces[frame], Around);
            using var away = new Mat();
            Cv2.BitwiseNot(near, away);
            Cv2.BitwiseAnd(away, mask, away);
            beside += Cv2.CountNonZero(away) / (double)away.Total();
            regions += covered[frame].Count;
            blinks += covered[frame].Count(box => !Has(frame - 1, box) && !Has(frame + 1, box));
        }

        return (bare, beside / faces.Count, blinks / (double)Math.Max(1, regions));

        bool Has(int frame, Box box) =>
            frame < 0 || frame >= covered.Count || covered[frame].Any(other => Overlap(other, box) > Partner);
    }

    private static double Overlap(Box a, Box b)
    {
        var (one, other) = (new Rect(a.X, a.Y, a.Width, a.Height), new Rect(b.X, b.Y, b.Width, b.Height));
        var both = one.Intersect(other);
        var common = (double)both.Width * both.Height;
        return common / (((double)a.Width * a.Height) + ((double)b.Width * b.Height) - common);
    }

    private Mat Mask(IReadOnlyList<Box> boxes, double padding)
    {
        var mask = new Mat((int)(size.Height * Scale), (int)(size.Width * Scale), MatType.CV_8UC1, Scalar.Black);
        foreach (var box in boxes)
        {
            var centre = new Point2f((float)((box.X + (box.Width / 2.0)) * Scale), (float)((box.Y + (box.Height / 2.0)) * Scale));
            var sides = new Size2f(
                (float)(box.Width * (1 + (2 * padding)) * Scale), (float)(box.Height * (1 + (2 * padding)) * Scale));
            Cv2.Ellipse(mask, new RotatedRect(centre, sides, 0), Scalar.White, thickness: -1);
        }

        return mask;
    }
}

using System.Numerics;
using FaceDeid.Protection.Subjects;
using OpenCvSharp;

namespace FaceDeid.Protection.Methods;

/// <summary>A black bar over both eyes, turned with the face. Weak: most people are still recognised.</summary>
internal sealed class EyeBar : IFaceTransform
{
    public DeidentificationMethod Method => DeidentificationMethod.Eyebar;

    public void Apply(Canvas canvas, Subject subject, Treatment treatment)
    {
        const double reach = 1.0; // beyond each eye's centre, in distances between the eyes
        const double halfHeight = 0.35;
        var eyes = subject.Landmarks.FivePoints();
        var across = eyes[1] - eyes[0];
        var down = across * Complex.ImaginaryOne * halfHeight;
        Complex[] corners =
        [
            eyes[0] - (across * reach) - down, eyes[1] + (across * reach) - down,
            eyes[1] + (across * reach) + down, eyes[0] - (across * reach) + down,
        ];
        Cv2.FillConvexPoly(canvas.Bgr, corners.Select(c => new Point(c.Real, c.Imaginary)), Scalar.Black);
    }
}

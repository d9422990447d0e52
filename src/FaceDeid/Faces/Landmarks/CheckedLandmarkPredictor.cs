using System.Numerics;
using FaceDeid.Faces.Detection;
using FaceDeid.Faces.Networks;
using OpenCvSharp;

namespace FaceDeid.Faces.Landmarks;

/// <summary>
/// Places the 68 points and says whether they can be trusted with the geometry of a face: the eyes are far enough apart, the face
/// does not look away, and a network that learned from other pictures (64 x 64 pixels, gray) puts the points to about the same
/// places. Thread-safe.
/// </summary>
internal sealed class CheckedLandmarkPredictor(LandmarkPredictor predictor, LandmarkNetwork network)
{
    private const double MinInterocular = 8; // pixels, below which 68 points mean nothing
    private const double MaxAsymmetry = 0.88; // of the nose between the ends of the jaw: beyond, half of the face is not seen
    private const double MaxDisagreement = 0.16; // mean distance of the two opinions, in distances between the eyes

    /// <summary>
    /// The points of a face in this gray picture (<c>CV_8UC1</c>), and whether they can be trusted; a turned face's never are.
    /// </summary>
    public (Landmarks68 Landmarks, bool AreReliable) Predict(Mat gray, FoundFace face)
    {
        WorkerGate.Checkpoint();
        var landmarks = predictor.Predict(gray, face);
        if (face.Roll != 0)
            return (landmarks, AreReliable: false);

        // The predictor goes astray when its box is a little off: where the network disagrees, it gets a box around the network's
        // points.
        var opinion = network.Points(gray, face.Box);
        if (landmarks.DistanceTo(opinion) > MaxDisagreement)
            landmarks = predictor.Predict(gray, face with { LandmarkBox = BoxAround(opinion) });
        var areReliable = landmarks.InterocularDistance() >= MinInterocular
            && Asymmetry(landmarks) <= MaxAsymmetry
            && landmarks.DistanceTo(opinion) <= MaxDisagreement;
        return (landmarks, areReliable);
    }

    /// <summary>
    /// How much nearer the tip of the nose is to one end of the jaw than to the other, 0 (frontal) to 1 (profile).
    /// </summary>
    internal static double Asymmetry(Landmarks68 face)
    {
        var p = face.ToComplex();
        var left = (p[30] - p[2]).Magnitude;
        var right = (p[14] - p[30]).Magnitude;
        return Math.Abs(left - right) / (left + right);
    }

    // As HOG would draw it: from above the brows to the chin.
    private static Box BoxAround(Complex[] points)
    {
        var (left, right) = (points.Min(p => p.Real), points.Max(p => p.Real));
        var (top, bottom) = (points.Min(p => p.Imaginary), points.Max(p => p.Imaginary));
        var side = (right - left + bottom - top) / 2;
        return Boxes.Around((left + right) / 2, (top + bottom) / 2, side, side);
    }
}

using System.Numerics;
using FaceDeid.Faces.Detection;
using FaceDeid.Models;
using OpenCvSharp;
using OpenCvSharp.Dnn;

namespace FaceDeid.Faces.Landmarks;

/// <summary>
/// Places the 68 points and says whether they can be trusted with the geometry of a face: the eyes are far enough apart, the face
/// does not look away, and a network that learned from other pictures (64 x 64 pixels, gray) puts the points to about the same
/// places. Thread-safe.
/// </summary>
internal sealed class CheckedLandmarkPredictor : IKeepsMemory, IDisposable
{
    private const int Side = 64;
    private const double MinInterocular = 8; // pixels, below which 68 points mean nothing
    private const double MaxAsymmetry = 0.88; // of the nose between the ends of the jaw: beyond, half of the face is not seen
    private const double MaxDisagreement = 0.16; // mean distance of the two opinions, in distances between the eyes

    private readonly LandmarkPredictor _predictor;
    private readonly ResourcePool<Net> _nets;

    public CheckedLandmarkPredictor(LandmarkPredictor predictor, string modelFile)
    {
        _predictor = predictor;
        _nets = DeepModels.Pool(modelFile);
    }

    /// <summary>
    /// The points of a face in this gray picture (<c>CV_8UC1</c>), and whether they can be trusted; a turned face's never are.
    /// </summary>
    public (Landmarks68 Landmarks, bool AreReliable) Predict(Mat gray, FoundFace face)
    {
        WorkerGate.Checkpoint();
        var landmarks = _predictor.Predict(gray, face);
        if (face.Roll != 0)
            return (landmarks, AreReliable: false);

        // The predictor goes astray when its box is a little off: where the network disagrees, it gets a box around the network's
        // points.
        var opinion = SecondOpinion(gray, face.Box);
        if (landmarks.DistanceTo(opinion) > MaxDisagreement)
            landmarks = _predictor.Predict(gray, face with { LandmarkBox = BoxAround(opinion) });
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

    public void GiveBack() => _nets.GiveBack();

    public void Dispose() => _nets.Dispose();

    // As HOG would draw it: from above the brows to the chin.
    private static Box BoxAround(Complex[] points)
    {
        var (left, right) = (points.Min(p => p.Real), points.Max(p => p.Real));
        var (top, bottom) = (points.Min(p => p.Imaginary), points.Max(p => p.Imaginary));
        var side = (right - left + bottom - top) / 2;
        return Boxes.Around((left + right) / 2, (top + bottom) / 2, side, side);
    }

    private Complex[] SecondOpinion(Mat gray, Box box)
    {
        using var face = Cut(gray, box);
        using var blob = CvDnn.BlobFromImage(face, 1.0 / 256, new Size(Side, Side));
        var values = _nets.Use(net =>
        {
            net.SetInput(blob);
            using var output = net.Forward();
            output.GetArray(out float[] values);
            return values;
        });
        return [.. Enumerable.Range(0, Landmarks68.Count).Select(i =>
            new Complex(box.X + (values[2 * i] * box.Width), box.Y + (values[(2 * i) + 1] * box.Height)))];
    }

    // What of the box lies outside of the picture repeats the picture's edge.
    private static Mat Cut(Mat gray, Box box)
    {
        var wanted = new Rect(box.X, box.Y, box.Width, box.Height);
        var inside = wanted.Intersect(new Rect(0, 0, gray.Width, gray.Height));
        if (inside.Width <= 0 || inside.Height <= 0)
            return new Mat(Side, Side, MatType.CV_8UC1, Scalar.Black);

        // Reduced before it is padded: a box can be far larger than the picture.
        var (perX, perY) = (Side / (double)box.Width, Side / (double)box.Height);
        var (left, top) = ((int)((inside.X - wanted.X) * perX), (int)((inside.Y - wanted.Y) * perY));
        var size = new Size(
            Math.Clamp((int)Math.Round(inside.Width * perX), 1, Side - left),
            Math.Clamp((int)Math.Round(inside.Height * perY), 1, Side - top));
        using var part = gray.SubMat(inside);
        using var reduced = part.Resize(size, 0, 0, InterpolationFlags.Area);
        var face = new Mat();
        Cv2.CopyMakeBorder(reduced, face, top, Side - top - size.Height, left, Side - left - size.Width, BorderTypes.Replicate);
        return face;
    }
}

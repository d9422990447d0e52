using System.Numerics;
using FaceDeid.Detection;
using FaceDeid.Models;
using OpenCvSharp;
using OpenCvSharp.Dnn;

namespace FaceDeid.Landmarks;

/// <summary>
/// Whether landmarks can be trusted with the geometry of a face: the eyes are far enough apart, the face does not look away, and a
/// network that learned from other pictures (64 x 64 pixels, gray) puts the points to about the same places. Thread-safe.
/// </summary>
internal sealed class LandmarkCheck : IDisposable
{
    private const int Side = 64;
    private const double MinInterocular = 8; // pixels, below which 68 points mean nothing
    private const double MaxAsymmetry = 0.6; // of the nose between the ends of the jaw: about 45 degrees of yaw
    private const double MaxDisagreement = 0.16; // mean distance of the two opinions, in distances between the eyes

    private readonly ResourcePool<Net> _nets;

    public LandmarkCheck(string modelFile)
    {
        _nets = new ResourcePool<Net>(() => DeepModels.Load(modelFile));
    }

    /// <summary>Whether the landmarks of a face in this gray picture (<c>CV_8UC1</c>) can be trusted. A turned face's never are.</summary>
    public bool IsReliable(Mat gray, DetectedFace face, Landmarks68 landmarks) =>
        face.Roll == 0
        && landmarks.InterocularDistance() >= MinInterocular
        && Asymmetry(landmarks) <= MaxAsymmetry
        && Disagreement(gray, face.Box, landmarks) <= MaxDisagreement;

    /// <summary>How much nearer the tip of the nose is to one end of the jaw than to the other, 0 (frontal) to 1 (profile).</summary>
    internal static double Asymmetry(Landmarks68 face)
    {
        var p = face.ToComplex();
        var left = (p[30] - p[2]).Magnitude;
        var right = (p[14] - p[30]).Magnitude;
        return Math.Abs(left - right) / (left + right);
    }

    /// <summary>Mean distance of the landmarks to the network's, in distances between the eyes.</summary>
    /// <param name="gray">The picture.</param>
    /// <param name="box">The face in the common meaning.</param>
    /// <param name="landmarks">The landmarks.</param>
    internal double Disagreement(Mat gray, Box box, Landmarks68 landmarks)
    {
        using var face = Cut(gray, box);
        using var blob = CvDnn.BlobFromImage(face, 1.0 / 256, new Size(Side, Side));
        var other = _nets.Use(net =>
        {
            net.SetInput(blob);
            using var output = net.Forward();
            output.GetArray(out float[] values);
            return values;
        });
        var points = landmarks.ToComplex();
        var sum = 0.0;
        for (var i = 0; i < points.Length; i++)
            sum += (points[i] - new Complex(box.X + (other[2 * i] * box.Width), box.Y + (other[(2 * i) + 1] * box.Height))).Magnitude;
        return sum / points.Length / landmarks.InterocularDistance();
    }

    public void Dispose() => _nets.Dispose();

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
        var size = new Size(Math.Clamp((int)Math.Round(inside.Width * perX), 1, Side - left), Math.Clamp((int)Math.Round(inside.Height * perY), 1, Side - top));
        using var part = gray.SubMat(inside);
        using var reduced = part.Resize(size, 0, 0, InterpolationFlags.Area);
        var face = new Mat();
        Cv2.CopyMakeBorder(reduced, face, top, Side - top - size.Height, left, Side - left - size.Width, BorderTypes.Replicate);
        return face;
    }
}

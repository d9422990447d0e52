using System.Numerics;
using System.Runtime.InteropServices;
using FaceDeid.Donors;
using FaceDeid.Imaging;
using FaceDeid.Landmarks;
using OpenCvSharp;

namespace FaceDeid.KSame;

/// <summary>
/// The frame of chips: the mean shape with a margin in which hair, ears and neck have room, so that detectors still see a face. Thread-safe.
/// </summary>
internal sealed class ChipFrame
{
    /// <summary>Side of the square in pixels.</summary>
    public const int Side = 256;

    /// <summary>How many bytes a chip has.</summary>
    public const int Bytes = Side * Side * 3;

    private const double Interocular = 60;
    private const double Last = Side - 1;
    private static readonly Complex Eyes = new(Last / 2, 108); // half-way between the eyes

    private readonly Complex[] _mesh;
    private readonly PiecewiseAffineWarp _warp;

    public ChipFrame(ShapeModel model)
    {
        var left = model.Mean[36..42].Aggregate(Complex.Add) / 6;
        var right = model.Mean[42..48].Aggregate(Complex.Add) / 6;
        Mean = [.. model.Mean.Select(p => ((p - ((left + right) / 2)) * (Interocular / (right - left))) + Eyes)];
        _mesh = WithSurroundings(Mean);
        _warp = new PiecewiseAffineWarp(_mesh);
        FaceArea = Cv2.BoundingRect(FaceOutline.WithForehead(Mean).Select(p => new Point(p.Real, p.Imaginary))).Intersect(new Rect(0, 0, Side, Side));
    }

    /// <summary>The mean shape, 68 points in the frame.</summary>
    public Complex[] Mean { get; }

    /// <summary>The part of the frame that the mean face covers, from forehead to chin.</summary>
    public Rect FaceArea { get; }

    /// <summary>A face moved, turned and scaled into the frame (least squares over 68 points): its pixels, blue-green-red, and its landmarks there.</summary>
    public (byte[] Pixels, Complex[] Shape) Align(Mat bgr, Landmarks68 landmarks)
    {
        var points = landmarks.ToComplex();
        var toFrame = SimilarityTransform.Between(points, Mean);
        using var chip = bgr.WarpReduced(toFrame, new Size(Side, Side));
        return (ToBytes(chip), toFrame.Apply(points));
    }

    /// <summary>A chip with its landmarks moved to the mean shape: what is left is texture. The caller owns it.</summary>
    public Mat ToMean(Mat chip, Complex[] shape) => _warp.Apply(chip, WithSurroundings(shape), _mesh, new Size(Side, Side));

    /// <summary>A texture given a shape; the caller owns it.</summary>
    public Mat FromMean(Mat texture, Complex[] shape) => _warp.Apply(texture, _mesh, WithSurroundings(shape), new Size(Side, Side));

    /// <summary>A view of a chip's bytes, which must stay where they are; the caller disposes it.</summary>
    public static Mat View(byte[] pixels) => Mat.FromPixelData(Side, Side, MatType.CV_8UC3, pixels);

    public static byte[] ToBytes(Mat chip)
    {
        chip.GetArray(out Vec3b[] pixels);
        return MemoryMarshal.AsBytes(pixels.AsSpan()).ToArray();
    }

    // The frame's border stays where it is, so that the warp covers the whole chip.
    private static Complex[] WithSurroundings(Complex[] shape)
    {
        const int steps = 4;
        var border = Enumerable.Range(0, steps).Select(i => Last * i / steps).SelectMany(
            t => new Complex[] { new(t, 0), new(Last, t), new(Last - t, Last), new(0, Last - t) });
        return [.. FaceOutline.WithForehead(shape), .. border];
    }
}

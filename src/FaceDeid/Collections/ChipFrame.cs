using System.Numerics;
using System.Runtime.InteropServices;
using FaceDeid.Donors;
using FaceDeid.Faces.Landmarks;
using OpenCvSharp;

namespace FaceDeid.Collections;

/// <summary>
/// The frame of chips: the mean shape with a margin in which hair, ears and neck have room, so that detectors still see a face.
/// Thread-safe.
/// </summary>
internal sealed class ChipFrame : IDisposable
{
    /// <summary>Side of the square in pixels.</summary>
    public const int Side = 256;

    /// <summary>How many bytes a chip has.</summary>
    public const int Bytes = Side * Side * 3;

    private const double Interocular = 60;
    private const double Last = Side - 1;
    private const double Edge = 20; // pixels over which the mean face passes into its surroundings
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
        Face = FaceShare();
        Surroundings = new Mat();
        Cv2.Subtract(Scalar.All(1), Face, Surroundings);
        FaceArea = Cv2.BoundingRect(FaceOutline.WithForehead(Mean).Select(p => new Point(p.Real, p.Imaginary)))
            .Intersect(new Rect(0, 0, Side, Side));
    }

    /// <summary>The mean shape, 68 points in the frame.</summary>
    public Complex[] Mean { get; }

    /// <summary>The part of the frame that the mean face covers, from forehead to chin.</summary>
    public Rect FaceArea { get; }

    /// <summary>1 inside of the mean face, falling to 0 around it, <c>CV_32FC1</c>; owned by this object.</summary>
    public Mat Face { get; }

    /// <summary>The rest to 1.</summary>
    public Mat Surroundings { get; }

    /// <summary>
    /// A face moved, turned and scaled into the frame (least squares over 68 points): its pixels, blue-green-red, and its
    /// landmarks there.
    /// </summary>
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
    public Mat FromMean(Mat texture, Complex[] shape) =>
        _warp.Apply(texture, _mesh, WithSurroundings(shape), new Size(Side, Side));

    /// <summary>A chip of its bytes; the caller owns it.</summary>
    public static Mat FromBytes(byte[] pixels) => pixels.ToMat(Side, Side, MatType.CV_8UC3);

    public static byte[] ToBytes(Mat chip)
    {
        chip.GetArray(out Vec3b[] pixels);
        return MemoryMarshal.AsBytes(pixels.AsSpan()).ToArray();
    }

    public void Dispose()
    {
        Face.Dispose();
        Surroundings.Dispose();
    }

    private Mat FaceShare()
    {
        using var outside = new Mat(Side, Side, MatType.CV_8UC1, Scalar.White);
        Cv2.FillConvexPoly(
            outside,
            Cv2.ConvexHull(FaceOutline.WithForehead(Mean).Select(p => new Point(Math.Round(p.Real), Math.Round(p.Imaginary)))),
            Scalar.Black);
        using var distance = outside.DistanceTransform(DistanceTypes.L2, DistanceTransformMasks.Precise);
        using var share = new Mat();
        distance.ConvertTo(share, MatType.CV_32FC1, -1 / Edge, 1);
        var face = new Mat();
        Cv2.Max(share, 0, face);
        return face;
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

using System.Numerics;
using System.Runtime.InteropServices;
using FaceDeid.Faces.Recognition;
using OpenCvSharp;

namespace FaceDeid.Collections;

/// <summary>A face that people share.</summary>
/// <param name="Pixels">Its chip, blue-green-red.</param>
/// <param name="Shape">Its 68 landmarks in the chip.</param>
/// <param name="Centre">Where the faces that it is made of lie in the embedding's space.</param>
internal sealed record SharedFace(byte[] Pixels, Complex[] Shape, FaceEmbedding Centre);

/// <summary>How several faces become one. Implementations are thread-safe.</summary>
internal interface IFaceAverage
{
    SharedFace Of(FaceMixture mixture);
}

/// <summary>k-Same-Pixel's: the arithmetic mean of aligned pixels.</summary>
internal sealed class PixelAverage : IFaceAverage
{
    public SharedFace Of(FaceMixture mixture)
    {
        using var mean = mixture.Pixels((chip, _) => chip.Share());
        using var pixels = new Mat();
        mean.ConvertTo(pixels, MatType.CV_8UC3);
        return new SharedFace(ChipFrame.ToBytes(pixels), mixture.Shape(), mixture.Centre());
    }
}

/// <summary>
/// k-Same-Eigen's: the mean of principal-component coefficients, reconstructed. Projection is linear, so the mean is taken first.
/// </summary>
internal sealed class EigenAverage(PrincipalComponents components) : IFaceAverage
{
    /// <summary>How many components there are.</summary>
    public int Components => components.Count;

    public SharedFace Of(FaceMixture mixture)
    {
        using var mean = mixture.Pixels((chip, _) => chip.Share());
        mean.GetArray(out Vec3f[] numbers);
        var reconstructed = components.Reconstruct(components.Project(MemoryMarshal.Cast<Vec3f, float>(numbers)));
        return new SharedFace(
            [.. reconstructed.Select(v => (byte)Math.Clamp(Math.Round(v), 0, 255))], mixture.Shape(), mixture.Centre());
    }
}

/// <summary>
/// k-Same-M's: shape and texture averaged apart. Eyes lie on eyes and mouths on mouths, so that nothing is seen twice; around the
/// face, where nothing lies on its like, only what is coarse is kept.
/// </summary>
internal sealed class ModelAverage(ChipFrame frame) : IFaceAverage
{
    private const double SurroundingsSigma = 9; // pixels of the frame

    public SharedFace Of(FaceMixture mixture)
    {
        using var texture = mixture.Pixels((chip, face) => frame.ToMean(chip, face.Shape));
        using var coarse = texture.GaussianBlur(default, SurroundingsSigma, SurroundingsSigma);
        using var softened = new Mat();
        Cv2.BlendLinear(texture, coarse, frame.Face, frame.Surroundings, softened);
        using var bytes = new Mat();
        softened.ConvertTo(bytes, MatType.CV_8UC3);
        var shape = mixture.Shape();
        using var pixels = frame.FromMean(bytes, shape);
        return new SharedFace(ChipFrame.ToBytes(pixels), shape, mixture.Centre());
    }
}

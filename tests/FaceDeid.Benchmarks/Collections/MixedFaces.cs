using FaceDeid.Collections;
using FaceDeid.Faces.Recognition;
using OpenCvSharp;

namespace FaceDeid.Benchmarks.Collections;

/// <summary>
/// Any number of different people: two real faces mixed, somewhat brighter or darker. Their embeddings are mixed and then moved
/// so far that nobody seems to be anybody else: the service's search for one person under several names then takes its longest.
/// </summary>
internal static class MixedFaces
{
    private const double Own = 1.5; // length of what is somebody's own in an embedding, where the rest has at most 1

    public static IReadOnlyList<AlignedFace> Of(IReadOnlyList<AlignedFace> real, int count)
    {
        var faces = new AlignedFace[count];
        Parallel.For(0, count, i => faces[i] = Mix(i, real));
        return faces;
    }

    private static AlignedFace Mix(int index, IReadOnlyList<AlignedFace> real)
    {
        var random = new Random(index);
        var (first, second) = (real[random.Next(real.Count)], real[random.Next(real.Count)]);
        var share = 0.2 + (0.6 * random.NextDouble());
        using var a = ChipFrame.FromBytes(first.Pixels);
        using var b = ChipFrame.FromBytes(second.Pixels);
        using var mixed = new Mat();
        Cv2.AddWeighted(a, 1 - share, b, share, gamma: random.Next(-15, 16), mixed);
        return new AlignedFace(
            index, Number: 0, ChipFrame.ToBytes(mixed),
            [.. first.Shape.Zip(second.Shape, (p, q) => ((1 - share) * p) + (share * q))],
            Mix(first.Embedding, second.Embedding, share, random));
    }

    private static FaceEmbedding Mix(FaceEmbedding first, FaceEmbedding second, double share, Random random)
    {
        var (a, b) = (first.Values.ToArray(), second.Values.ToArray());
        var range = Own * Math.Sqrt(3.0 / a.Length); // of even numbers whose vector has this length
        return FaceEmbedding.FromDirection(
            [.. a.Zip(b, (p, q) => (float)(((1 - share) * p) + (share * q) + (range * ((2 * random.NextDouble()) - 1))))]);
    }
}

using System.Numerics.Tensors;
using FaceDeid.Evaluation.Examined;
using FaceDeid.Faces.Recognition;

namespace FaceDeid.Evaluation.Recognisers;

/// <summary>
/// Eigenfaces (Turk and Pentland 1991): the distance of two faces' coefficients, with every principal component that the gallery,
/// or of a large one a sample, has.
/// </summary>
internal sealed class Eigenfaces : IRecogniser
{
    public Recogniser Kind => Recogniser.Eigenfaces;

    public float[][] Compare(IReadOnlyList<ComparedFace> gallery, IReadOnlyList<ComparedFace> probes)
    {
        var components = PrincipalComponents.Learn([.. gallery.Select(known => known.Chip)], gallery.Count - 1);
        var known = Project(gallery);
        return [.. Project(probes).Select(probe =>
            Array.ConvertAll(known, face => components.Count == 0 ? 0 : -TensorPrimitives.Distance<float>(probe, face)))];

        float[][] Project(IReadOnlyList<ComparedFace> faces) => [.. faces.Select(face =>
        {
            var pixels = new float[face.Chip.Length];
            TensorPrimitives.ConvertTruncating<byte, float>(face.Chip, pixels);
            return components.Project(pixels);
        })];
    }
}

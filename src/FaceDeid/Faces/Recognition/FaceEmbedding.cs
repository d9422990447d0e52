using System.Numerics.Tensors;

namespace FaceDeid.Faces.Recognition;

/// <summary>
/// Where a face lies in the space of the embedding network: 512 numbers of unit length. Never leaves the process.
/// </summary>
internal sealed class FaceEmbedding(float[] unit)
{
    public ReadOnlySpan<float> Values => unit;

    /// <summary>Cosine similarity, -1 to 1; about 0 for different people, about 0.7 for two photos of one.</summary>
    public double SimilarityTo(FaceEmbedding other) => TensorPrimitives.Dot(unit, other.Values);

    /// <summary>The point of unit length in a direction.</summary>
    public static FaceEmbedding FromDirection(IReadOnlyCollection<float> direction)
    {
        var length = Math.Max(Math.Sqrt(direction.Sum(v => (double)v * v)), 1e-12);
        return new FaceEmbedding([.. direction.Select(v => (float)(v / length))]);
    }

    /// <summary>The direction in which several faces lie on average.</summary>
    public static FaceEmbedding Centre(IReadOnlyList<FaceEmbedding> faces)
    {
        var sum = new float[faces[0].Values.Length];
        foreach (var face in faces)
        {
            for (var i = 0; i < sum.Length; i++)
                sum[i] += face.Values[i];
        }

        return FromDirection(sum);
    }
}

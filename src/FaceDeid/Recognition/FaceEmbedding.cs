namespace FaceDeid.Recognition;

/// <summary>Where a face lies in the space of the embedding network: 512 numbers of unit length. Never leaves the process.</summary>
internal sealed class FaceEmbedding(float[] unit)
{
    public ReadOnlySpan<float> Values => unit;

    /// <summary>Cosine similarity, -1 to 1; about 0 for different people, about 0.7 for two photos of one.</summary>
    public double SimilarityTo(FaceEmbedding other)
    {
        var sum = 0.0;
        for (var i = 0; i < unit.Length; i++)
            sum += unit[i] * other.Values[i];
        return sum;
    }
}

using FaceDeid.Recognition;

namespace FaceDeid.Benchmarks.Privacy;

/// <summary>What attackers compare of a face.</summary>
/// <param name="Embedding">For the network.</param>
/// <param name="Chip">
/// For those that compare pixels: <see cref="Side"/> rows of as many, aligned, gray, histogram equalised, blank outside of the face.
/// </param>
internal sealed record Likeness(FaceEmbedding Embedding, byte[] Chip)
{
    public const int Side = 128;
}

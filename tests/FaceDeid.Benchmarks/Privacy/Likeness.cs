using FaceDeid.Recognition;

namespace FaceDeid.Benchmarks.Privacy;

/// <summary>What attackers compare of a face.</summary>
/// <param name="Embedding">For the network.</param>
/// <param name="Chip">
/// For those that compare pixels: <see cref="Side"/> rows of as many, aligned, gray, histogram equalised. Its corners show hair and
/// background, which no method changes: they help against the same photo.
/// </param>
internal sealed record Likeness(FaceEmbedding Embedding, byte[] Chip)
{
    public const int Side = 128;
}

using FaceDeid.Faces.Recognition;

namespace FaceDeid.Evaluation.Examined;

/// <summary>What attackers compare of a face.</summary>
/// <param name="Embedding">For the network.</param>
/// <param name="Chip">
/// For those that compare pixels: <see cref="Side"/> rows of as many, aligned, gray, histogram equalised, blank outside of the
/// face.
/// </param>
internal sealed record ComparedFace(FaceEmbedding Embedding, byte[] Chip)
{
    public const int Side = 128;
}

/// <summary>Somebody's face in a gallery.</summary>
/// <param name="Person">Number of the person.</param>
/// <param name="Face">Their face.</param>
internal sealed record KnownFace(int Person, ComparedFace Face);

/// <summary>A face that attackers want to name.</summary>
/// <param name="Row">The row it comes from, as a place in the list of rows.</param>
/// <param name="Person">Whose it is.</param>
/// <param name="Face">The face.</param>
internal sealed record Probe(int Row, int Person, ComparedFace Face);

using FaceDeid.Evaluation.Examined;

namespace FaceDeid.Evaluation.Recognisers;

/// <summary>Cosine similarity of the service's own face embedding.</summary>
internal sealed class DeepEmbedding : IRecogniser
{
    public Recogniser Kind => Recogniser.Embedding;

    public float[][] Compare(IReadOnlyList<ComparedFace> gallery, IReadOnlyList<ComparedFace> probes) =>
        [.. probes.Select(probe => gallery.Select(known => (float)known.Embedding.SimilarityTo(probe.Embedding)).ToArray())];
}

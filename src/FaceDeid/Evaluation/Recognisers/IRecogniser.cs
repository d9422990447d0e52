using FaceDeid.Evaluation.Examined;

namespace FaceDeid.Evaluation.Recognisers;

/// <summary>Says how alike faces are. Implementations are thread-safe.</summary>
internal interface IRecogniser
{
    Recogniser Kind { get; }

    /// <summary>
    /// How alike each probe is to each face of the gallery, more is more alike: a row for each probe. Equal faces get equal
    /// values.
    /// </summary>
    float[][] Compare(IReadOnlyList<ComparedFace> gallery, IReadOnlyList<ComparedFace> probes);
}

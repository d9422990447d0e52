using OpenCvSharp;
using OpenCvSharp.Face;

namespace FaceDeid.Benchmarks.Privacy;

/// <summary>Somebody who has a gallery with one photo of each person and says whose a face is.</summary>
internal interface IAttacker
{
    /// <summary>The number of the person in the gallery.</summary>
    int Guess(Likeness face);
}

/// <summary>The service's own network.</summary>
internal sealed class EmbeddingAttacker(IReadOnlyList<Likeness> gallery) : IAttacker
{
    public int Guess(Likeness face) => gallery.Index().MaxBy(known => known.Item.Embedding.SimilarityTo(face.Embedding)).Index;
}

/// <summary>A recogniser of before the networks, out of OpenCV, that learned the gallery.</summary>
internal sealed class PixelAttacker : IAttacker, IDisposable
{
    private readonly FaceRecognizer _recognizer;

    private PixelAttacker(FaceRecognizer recognizer, IReadOnlyList<Likeness> gallery)
    {
        _recognizer = recognizer;
        var chips = gallery.Select(Pixels).ToArray();
        _recognizer.Train(chips, Enumerable.Range(0, chips.Length));
        foreach (var chip in chips)
            chip.Dispose();
    }

    /// <summary>Turk and Pentland 1991, with every component that the gallery has: its mean takes one away.</summary>
    public static PixelAttacker Eigenfaces(IReadOnlyList<Likeness> gallery) => new(EigenFaceRecognizer.Create(gallery.Count - 1), gallery);

    /// <summary>Histograms of local binary patterns (Ahonen, Hadid and Pietikäinen 2004).</summary>
    public static PixelAttacker Lbph(IReadOnlyList<Likeness> gallery) => new(LBPHFaceRecognizer.Create(), gallery);

    public int Guess(Likeness face)
    {
        using var chip = Pixels(face);
        return _recognizer.Predict(chip);
    }

    public void Dispose() => _recognizer.Dispose();

    private static Mat Pixels(Likeness face) => Mat.FromPixelData(Likeness.Side, Likeness.Side, MatType.CV_8UC1, face.Chip);
}

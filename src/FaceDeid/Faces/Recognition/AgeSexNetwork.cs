using FaceDeid.Faces.Landmarks;
using FaceDeid.Models;
using OpenCvSharp;

namespace FaceDeid.Faces.Recognition;

/// <summary>What a face looks like, which nobody is told: donors are chosen, and evaluations count, by it.</summary>
/// <param name="Age">The age in years.</param>
/// <param name="Male">The probability of a man, 0 to 1. Of children it says little.</param>
internal readonly record struct AgeAndSex(double Age, double Male)
{
    /// <summary>Years below which a face is a child's, which tells no sex.</summary>
    public const int GrownUp = 13;

    /// <summary>Whether it is a child.</summary>
    public bool IsChild => Age < GrownUp;

    /// <summary>Whether it is a man rather than a woman.</summary>
    public bool IsMale => Male > 0.5;
}

/// <summary>Age and sex of a face by a small network (<see cref="AgeSexGraph"/>). Thread-safe.</summary>
internal sealed class AgeSexNetwork(string weightsFile, string listFile) : IDisposable
{
    /// <summary>Side in pixels of what the network is shown.</summary>
    public const int Side = 112;

    // The square around the face, in distances between the eyes: of many, those that were right most often.
    private const double Sides = 3;
    private const double BelowEyes = 0.25;

    // One look is enough beyond these.
    private const double SureOdds = 1.4; // log-odds of 0.2 and 0.8
    private const double SureYears = 3; // from a child's age

    private readonly Network _network = Network.Converted(
        weightsFile, weights => AgeSexGraph.ToOnnx(new TensorFlowWeights(File.ReadAllBytes(listFile), weights)));

    /// <summary>What the face with these landmarks looks like in a picture (<c>CV_8UC3</c>).</summary>
    public AgeAndSex Look(Mat bgr, Landmarks68 landmarks)
    {
        WorkerGate.Checkpoint();
        using var face = bgr.WarpReduced(Crop(landmarks), new Size(Side, Side));
        var first = Look(face)[0];
        if (IsSure(first.Age, first.Odds))
            return Answer(first.Age, first.Odds);
        using var mirrored = face.Flip(FlipMode.Y);
        var second = Look(mirrored)[0]; // a face and its mirror image are as old; the mean errs less
        return Answer((first.Age + second.Age) / 2, (first.Odds + second.Odds) / 2);
    }

    /// <summary>What brings the face to what the network is shown.</summary>
    internal static SimilarityTransform Crop(Landmarks68 landmarks) => FaceApiCrop.Of(landmarks, Sides, BelowEyes, Side);

    // Far enough from where a face would count as of another kind.
    private static bool IsSure(double age, double odds) =>
        Math.Abs(odds) > SureOdds && Math.Abs(age - AgeAndSex.GrownUp) > SureYears;

    private static AgeAndSex Answer(double age, double odds) => new(Math.Max(0, age), 1 / (1 + Math.Exp(-odds)));

    /// <summary>Age in years and the log-odds of a man, for faces of 112 x 112 pixels (<c>CV_8UC3</c>).</summary>
    public IReadOnlyList<(double Age, double Odds)> Look(params IReadOnlyList<Mat> faces)
    {
        using var input = new NetworkInput(faces.Count, 3, new Size(Side, Side));
        foreach (var (i, face) in faces.Index())
            input.Put(i, face, 1 / 255.0, 0);
        using var answer = _network.Run(input);
        var (ages, logits) = (answer[0].ToArray(), answer[1].ToArray()); // a man's and a woman's by turns
        return [.. ages.Select((age, i) => ((double)age, (double)logits[2 * i] - logits[(2 * i) + 1]))];
    }

    public void Dispose() => _network.Dispose();
}

using FaceDeid.Faces.Landmarks;
using FaceDeid.Models;
using OpenCvSharp;

namespace FaceDeid.Faces.Recognition;

/// <summary>What a face expresses, which nobody is told: donors are chosen by it.</summary>
/// <param name="Shares">
/// The probabilities of <see cref="ExpressionNetwork.Classes"/> classes: neutral, happy, sad, angry, fearful, disgusted and
/// surprised.
/// </param>
internal readonly record struct FacialExpression(IReadOnlyList<double> Shares)
{
    /// <summary>How much alike two are, 0 to 1: Bhattacharyya's coefficient.</summary>
    public double LikenessTo(FacialExpression other) => Shares.Zip(other.Shares, (a, b) => Math.Sqrt(a * b)).Sum();
}

/// <summary>The expression of a face by a small network (<see cref="ExpressionGraph"/>). Thread-safe.</summary>
internal sealed class ExpressionNetwork(string weightsFile, string listFile) : IDisposable
{
    /// <summary>Side in pixels of what the network is shown.</summary>
    public const int Side = 112;

    /// <summary>How many classes there are.</summary>
    public const int Classes = 7;

    // The network was trained to be sure: half a smile is none to it, or a whole one. Of donors chosen at this temperature, more
    // express the subject's to another network.
    private const double Temperature = 2;

    // The square around the face, in distances between the eyes.
    private const double Sides = 3;
    private const double BelowEyes = 0.5;

    private readonly Network _network = Network.Converted(
        weightsFile, weights => ExpressionGraph.ToOnnx(new TensorFlowWeights(File.ReadAllBytes(listFile), weights)));

    /// <summary>What the face with these landmarks expresses in a picture (<c>CV_8UC3</c>).</summary>
    public FacialExpression Look(Mat bgr, Landmarks68 landmarks)
    {
        WorkerGate.Checkpoint();
        using var face = bgr.WarpReduced(FaceApiCrop.Of(landmarks, Sides, BelowEyes, Side), new Size(Side, Side));
        using var mirrored = face.Flip(FlipMode.Y);
        var both = Look(face, mirrored); // the mean errs less
        return new FacialExpression([.. both[0].Shares.Zip(both[1].Shares, (a, b) => (a + b) / 2)]);
    }

    /// <summary>The expressions of faces of 112 x 112 pixels (<c>CV_8UC3</c>).</summary>
    public IReadOnlyList<FacialExpression> Look(params IReadOnlyList<Mat> faces)
    {
        using var input = new NetworkInput(faces.Count, 3, new Size(Side, Side));
        foreach (var (i, face) in faces.Index())
            input.Put(i, face, 1 / 255.0, 0);
        using var answer = _network.Run(input);
        return [.. answer[0].ToArray().Chunk(Classes).Select(logits => new FacialExpression(Probabilities(logits)))];
    }

    public void Dispose() => _network.Dispose();

    // Softmax of logits that are less sure of themselves.
    private static double[] Probabilities(float[] logits)
    {
        var most = logits.Max();
        var weights = Array.ConvertAll(logits, logit => Math.Exp((logit - most) / Temperature));
        return Array.ConvertAll(weights, weight => weight / weights.Sum());
    }
}

using System.Numerics;
using FaceDeid.Faces.Landmarks;
using FaceDeid.Models;
using OpenCvSharp;

namespace FaceDeid.Faces.Recognition;

/// <summary>
/// The deep face embedding (a MobileFaceNet-sized network with an ArcFace-style crop of 112 x 112 pixels). Thread-safe.
/// </summary>
internal sealed class FaceEmbedder(string modelFile) : IDisposable
{
    private const int Side = 112;

    // Where the network's training put both eyes, the nose's tip and the corners of the mouth.
    private static readonly Complex[] Reference =
    [
        new(38.29459953, 51.69630051), new(73.53179932, 51.50139999), new(56.02519989, 71.73660278),
        new(41.54930115, 92.3655014), new(70.72990036, 92.20410156),
    ];

    private readonly Network _network = new(modelFile);

    /// <summary>The embedding of the face with these landmarks in a picture (<c>CV_8UC3</c>).</summary>
    public FaceEmbedding Embed(Mat bgr, Landmarks68 landmarks)
    {
        WorkerGate.Checkpoint();
        var crop = SimilarityTransform.Between(landmarks.FivePoints(), Reference);
        using var aligned = bgr.WarpReduced(crop, new Size(Side, Side));
        using var input = new NetworkInput(1, 3, aligned.Size()).Put(0, aligned, 1 / 128.0, 127);
        using var answer = _network.Run(input);
        return FaceEmbedding.FromDirection(answer[0].ToArray());
    }

    public void Dispose() => _network.Dispose();
}

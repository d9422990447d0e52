using System.Numerics;
using FaceDeid.Faces.Landmarks;
using FaceDeid.Models;
using OpenCvSharp;
using OpenCvSharp.Dnn;

namespace FaceDeid.Faces.Recognition;

/// <summary>
/// The deep face embedding (a MobileFaceNet-sized network with an ArcFace-style crop of 112 x 112 pixels). A <see cref="Net"/>
/// must not be shared by threads, so they are pooled; this class is thread-safe.
/// </summary>
internal sealed class FaceEmbedder : IKeepsMemory, IDisposable
{
    private const int Side = 112;

    // Where the network's training put both eyes, the nose's tip and the corners of the mouth.
    private static readonly Complex[] Reference =
    [
        new(38.29459953, 51.69630051), new(73.53179932, 51.50139999), new(56.02519989, 71.73660278),
        new(41.54930115, 92.3655014), new(70.72990036, 92.20410156),
    ];

    private readonly ResourcePool<Net> _nets;

    public FaceEmbedder(string modelFile)
    {
        _nets = DeepModels.Pool(modelFile);
    }

    /// <summary>The embedding of the face with these landmarks in a picture (<c>CV_8UC3</c>).</summary>
    public FaceEmbedding Embed(Mat bgr, Landmarks68 landmarks)
    {
        WorkerGate.Checkpoint();
        var crop = SimilarityTransform.Between(landmarks.FivePoints(), Reference);
        using var aligned = bgr.WarpReduced(crop, new Size(Side, Side));
        using var blob = CvDnn.BlobFromImage(
            aligned, 1.0 / 128, new Size(Side, Side), Scalar.All(127), swapRB: true, crop: false);
        return _nets.Use(net =>
        {
            net.SetInput(blob);
            using var output = net.Forward();
            output.GetArray(out float[] values);
            return FaceEmbedding.FromDirection(values);
        });
    }

    public void GiveBack() => _nets.GiveBack();

    public void Dispose() => _nets.Dispose();
}

using FaceDeid.Evaluation.Examined;
using OpenCvSharp;
using OpenCvSharp.Face;

namespace FaceDeid.Evaluation.Recognisers;

/// <summary>
/// Histograms of local binary patterns in a grid of cells (LBPH: Ahonen, Hadid and Pietikäinen 2004), those of OpenCV's face module with its
/// defaults. That module says only who is nearest; here all its distances are needed.
/// </summary>
internal sealed class LocalBinaryPatterns : IRecogniser
{
    public Recogniser Kind => Recogniser.Lbph;

    public float[][] Compare(IReadOnlyList<ComparedFace> gallery, IReadOnlyList<ComparedFace> probes)
    {
        using var known = new ResourcesTracker();
        var histograms = Histograms(gallery, known);
        return [.. probes.Select(probe =>
        {
            WorkerGate.Checkpoint();
            using var sought = new ResourcesTracker();
            var histogram = Histograms([probe], sought)[0];
            return histograms.ConvertAll(other => (float)-Cv2.CompareHist(other, histogram, HistCompMethods.ChisqrAlt)).ToArray();
        })];
    }

    private static List<InputArray> Histograms(IReadOnlyList<ComparedFace> faces, ResourcesTracker owner)
    {
#pragma warning disable IDISP004 // the tracker's
        var chips = faces.Select(face => owner.T(face.Chip.ToMat(ComparedFace.Side, ComparedFace.Side, MatType.CV_8UC1)));
        using var recogniser = LBPHFaceRecognizer.Create();
        recogniser.Train(chips, Enumerable.Range(0, faces.Count));
        return [.. recogniser.GetHistograms().Select(histogram => owner.T(InputArray.Create(owner.T(histogram))))];
#pragma warning restore IDISP004
    }
}

using FaceDeid.Benchmarks.Measuring;
using FaceDeid.Evaluation;

namespace FaceDeid.Benchmarks.Privacy;

/// <summary>Reports below each other: who is still recognised after each treatment, and what the faces are still good for.</summary>
internal sealed class ReportTables
{
    private readonly Table _privacy = new(
        "treatment", "verdict", "embedding, same photo (95 %)", "embedding, another photo (95 %)", "Eigenfaces, same", "Eigenfaces, another", "LBPH, same", "LBPH, another",
        "reverse", "parrot", "reconstruction", "TAR at FAR 1 %, another");

    private readonly Table _utility = new(
        "treatment", "HOG finds", "Haar finds", "UltraFace finds", "landmark NME, mean", "median", "expression kept", "yaw", "pitch", "SSIM inside", "bytes changed outside");

    private (int People, int Skipped) _of;

    public void Add(string name, EvaluationReport report)
    {
        _of = (report.People, report.Skipped.Count);
        _privacy.Add(
            name,
            $"{report.Verdict}",
            WithInterval(Attack(Threat.SamePhoto, Recogniser.Embedding)),
            WithInterval(Attack(Threat.Naive, Recogniser.Embedding)),
            Percent(Attack(Threat.SamePhoto, Recogniser.Eigenfaces)?.Rank1),
            Percent(Attack(Threat.Naive, Recogniser.Eigenfaces)?.Rank1),
            Percent(Attack(Threat.SamePhoto, Recogniser.Lbph)?.Rank1),
            Percent(Attack(Threat.Naive, Recogniser.Lbph)?.Rank1),
            Strongest(Threat.Reverse),
            Strongest(Threat.Parrot),
            Strongest(Threat.Reconstruction),
            Percent(Attack(Threat.Naive, Recogniser.Embedding)?.TarAtFar001));

        var utility = report.Utility;
        _utility.Add(
        [
            name,
            .. new[] { Detection.DetectorKind.Hog, Detection.DetectorKind.Haar, Detection.DetectorKind.UltraFace }
                .Select(kind => Percent(utility.Detection.Single(detector => detector.Detector == kind).Kept.Share)),
            $"{utility.Landmarks?.Mean:0.000}", $"{utility.Landmarks?.Median:0.000}",
            Percent(utility.Expression.Share),
            $"{utility.Pose?.Yaw:0.0}", $"{utility.Pose?.Pitch:0.0}",
            $"{utility.Inside?.Ssim:0.000}", Percent(utility.BytesOutside?.Share),
        ]);

        AttackResult? Attack(Threat threat, Recogniser recogniser) =>
            report.Attacks.FirstOrDefault(attack => attack.Threat == threat && attack.Recogniser == recogniser);

        string Strongest(Threat threat) => Percent(report.Attacks.Where(attack => attack.Threat == threat).Max(attack => (double?)attack.Rank1));
    }

    public void Print(string title)
    {
        _privacy.Print($"{title}, privacy: people recognised at rank 1, {_of.People} people, {_of.Skipped} pictures left out; reverse, parrot and reconstruction: the strongest recogniser");
        _utility.Print($"{title}, utility: part of what was so before; NME in distances between the eyes, angles in degrees");
    }

    private static string WithInterval(AttackResult? attack) =>
        attack is null ? "-" : $"{Percent(attack.Rank1)} ({100 * attack.Low:0.0} to {100 * attack.High:0.0})";

    private static string Percent(double? share) => share is { } value ? $"{100 * value:0.0} %" : "-";
}

using System.Globalization;
using FaceDeid.Benchmarks.Measuring;

namespace FaceDeid.Benchmarks.Privacy;

/// <summary>
/// Reports below each other: who is still recognised after each treatment, and what the faces are still good for.
/// </summary>
internal sealed class ReportTables
{
    private static readonly DetectorKind[] Detectors = [DetectorKind.Hog, DetectorKind.Haar, DetectorKind.UltraFace];

    private readonly Table _privacy =
        new("treatment", "verdict", "naive", "same photo", "reverse", "parrot", "reconstruction", "TAR at FAR 1 %, naive");

    private readonly Table _utility = new(
        "treatment", "HOG / Haar / UltraFace find", "landmark NME, mean / median", "expression kept", "yaw / pitch",
        "SSIM inside", "bytes changed outside");

    private readonly Table _looks = new(
        "treatment", "sex / age class kept", "gaze", "sharpness", "skin, lightness / colour", "step at the rim");

    private EvaluationReport? _last;

    public void Add(string name, EvaluationReport report)
    {
        _last = report;
        _privacy.Add(
            [
                name,
                $"{report.Verdict}",
                .. Enum.GetValues<Threat>().Select(threat => Rank1(report, threat)),
                Of(report, Threat.Naive, attack => attack.TarAtFar001),
            ]);

        var utility = report.Utility;
        _utility.Add(
            name,
            string.Join(
                " / ",
                Detectors.Select(kind => Percent(utility.Detection.Single(detector => detector.Detector == kind).Kept.Share))),
            utility.Landmarks is { } landmarks ? $"{landmarks.Mean:0.000} / {landmarks.Median:0.000}" : "-",
            Percent(utility.Expression.Share),
            utility.Pose is { } pose ? $"{pose.Yaw:0.0} / {pose.Pitch:0.0}" : "-",
            utility.Inside is { } inside ? $"{inside.Ssim:0.000}" : "-",
            Percent(utility.BytesOutside?.Share));
        _looks.Add(
            name,
            $"{Percent(utility.SexKept.Share)} / {Percent(utility.AgeClassKept.Share)}",
            Figure(utility.Gaze?.Median, "0.000"),
            Figure(utility.Sharpness?.Median, "0.00"),
            $"{Figure(utility.SkinDifference?.Lightness, "0.0")} / {Figure(utility.SkinDifference?.Colour, "0.0")}",
            Figure(utility.RimStep?.Mean, "0.0"));
    }

    public void Print(string title)
    {
        if (_last is not { } report)
            return;
        _privacy.Print(
            $"{title}, privacy: people named rightly at rank 1 in %, by Eigenfaces / LBPH / embedding, {report.People} people, "
            + $"{report.Skipped.Count} pictures left out, chance {100.0 / report.People:0.0}");
        _utility.Print($"{title}, utility: in % of what was so before; NME in distances between the eyes, angles in degrees");
        _looks.Print($"{title}, looks: kept in %; gaze in widths of an eye, sharpness after / before, skin and rim in L*a*b*");
    }

    /// <summary>Of several reconstructions the one by which most are named.</summary>
    private static string Rank1(EvaluationReport report, Threat threat) => Of(report, threat, attack => attack.Rank1);

    private static string Of(EvaluationReport report, Threat threat, Func<AttackResult, double?> figure)
    {
        var best = report.Attacks.Where(attack => attack.Threat == threat).GroupBy(attack => attack.Inversion)
            .MaxBy(attacks => attacks.Max(attack => attack.Rank1));
        return best is null ? "-" : string.Join(" / ", Enum.GetValues<Recogniser>().Select(
            recogniser => Percent(figure(best.Single(attack => attack.Recogniser == recogniser)))));
    }

    private static string Figure(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "-";

    private static string Percent(double? share) => share is { } value ? $"{100 * value:0.0}" : "-";
}

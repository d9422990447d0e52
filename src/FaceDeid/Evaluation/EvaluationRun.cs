using System.Text.Json;
using FaceDeid.Evaluation.Attacks;
using FaceDeid.Evaluation.Datasets;
using FaceDeid.Evaluation.Examined;
using FaceDeid.Evaluation.Utility;
using FaceDeid.Faces;
using FaceDeid.Faces.Detection;
using FaceDeid.Imaging;
using OpenCvSharp;

namespace FaceDeid.Evaluation;

/// <summary>One evaluation: look at every picture once, attack, judge.</summary>
internal sealed class EvaluationRun(
    EvaluationParts parts, EvaluationDataset dataset, EvaluationOptions options, DatasetTreatment treatment,
    SideBySide work, CancellationToken cancellationToken)
{
    private const int MostExpressions = 100; // the network for expressions takes longer than everything else together

    private readonly Dictionary<string, int> _people = dataset.Rows.Select(row => row.Subject)
        .Concat(dataset.Gallery.Concat(dataset.TreatedGallery).Select(picture => picture.Subject))
        .Distinct(StringComparer.Ordinal).Index()
        .ToDictionary(person => person.Item, person => person.Index, StringComparer.Ordinal);

    private readonly DatasetFaults _faults = new();

    public async Task<EvaluationResult> RunAsync()
    {
        var bound = dataset.Certificate is { } certificate ? BoundOf(certificate) : null;
        var areChips = bound is not null || options.Algorithm is not null;
        var treated = treatment.IsAsked
            ? await treatment.OfAsync(
                [.. dataset.Rows.Select(row => row.Original)],
                [.. dataset.Rows.Select(row => _people[row.Subject])], cancellationToken)
            : null;
        bound ??= treated?.Bound;

        var rows = await work.EachAsync(
            "examine", [.. dataset.Rows.Index()], row => RowAsync(row.Index, row.Item, treated, areChips));
        var gallery = await work.EachAsync("gallery", dataset.Gallery, picture => KnownAsync(picture, needsFace: true));
        var parrots = await ParrotsAsync(areChips);
        if (options.OnBadImage == BadImagePolicy.Fail)
            _faults.ThrowIfAny();

        var examined = Usable(rows, gallery, parrots);
        DatasetRules.RequirePeople(examined.Rows.Select(row => row.Person));
        var outcomes = await parts.Attacks.RunAsync(examined, bound, work);
        return Report(examined, outcomes, bound);
    }

    private Task<ExaminedRow?> RowAsync(
        int index, EvaluationRow row, ITreatedSet? treated, bool areChips) => TriedAsync(row.Part, row.Number, async () =>
        {
            var original = await row.Original.ReadAsync(cancellationToken);
            var view = new RowView(areChips, IsTaken(index, dataset.Rows.Count, MostExpressions));
            return treated is null
                ? await parts.Reader.LookAsync(
                    original, await row.Deidentified!.ReadAsync(cancellationToken), options.OnDamage, Examine, cancellationToken)
                : await treated.LookAsync(index, original, Examine, cancellationToken);

            ExaminedRow Examine(Reading reading, UprightImage before, UprightImage after) =>
                parts.Examiner.Row(reading, row, _people[row.Subject], before, after, view);
        });

    /// <summary>Of many rows only so many are taken, evenly.</summary>
    internal static bool IsTaken(int index, int rows, int most) =>
        (index + 1) * Math.Min(most, rows) / rows > index * Math.Min(most, rows) / rows;

    private Task<KnownFace?> KnownAsync(GalleryPicture picture, bool needsFace) =>
        TriedAsync(picture.Part, picture.Number, async () =>
        {
            var file = await picture.File.ReadAsync(cancellationToken);
            return await parts.Reader.RunAsync([file], reading =>
            {
                using var photo = reading.Decode(file, new DetectionOptions { OnDamage = options.OnDamage });
                return new KnownFace(_people[picture.Subject], parts.Examiner.Known(reading, photo, needsFace));
            }, cancellationToken);
        });

    /// <summary>
    /// The other photos, de-identified as the pictures were: given, or made. The very originals would not do in their place:
    /// in the same photo even masks are told apart, by what is around them.
    /// </summary>
    private async Task<IReadOnlyList<KnownFace?>> ParrotsAsync(bool areChips)
    {
        if (!treatment.IsAsked || dataset.Gallery.Count == 0)
            return await work.EachAsync("parrot", dataset.TreatedGallery, picture => KnownAsync(picture, needsFace: false));
        var treated = await treatment.OfAsync(
            [.. dataset.Gallery.Select(picture => picture.File)],
            [.. dataset.Gallery.Select(picture => _people[picture.Subject])], cancellationToken);
        return await work.EachAsync(
            "parrot", [.. dataset.Gallery.Index()], photo => ParrotAsync(treated, photo.Index, photo.Item, areChips));
    }

    /// <summary>A photo that is de-identified by a call of its own: what is drawn by chance is drawn anew.</summary>
    private Task<KnownFace?> ParrotAsync(ITreatedSet treated, int index, GalleryPicture photo, bool areChips) =>
        TriedAsync(photo.Part, photo.Number, async () => await treated.LookAsync(
            index, await photo.File.ReadAsync(cancellationToken), (reading, before, after) => new KnownFace(
                _people[photo.Subject], parts.Examiner.Treated(reading, before, after, areChips)), cancellationToken));

    /// <summary>A picture that cannot be used is a fault of its row.</summary>
    private async Task<T?> TriedAsync<T>(string part, int number, Func<Task<T>> look)
        where T : class
    {
        try
        {
            return await look();
        }
        catch (FaceDeidException e) when (e.Code is not (FaceDeidError.ModelUnavailable or FaceDeidError.InvalidOption))
        {
            _faults.Add(part, number, $"cannot be used: {e.Message}");
            return null;
        }
    }

    /// <summary>What is left without faults: a row whose person is not in a gallery any more goes too.</summary>
    private ExaminedDataset Usable(
        IReadOnlyList<ExaminedRow?> rows, IReadOnlyList<KnownFace?> gallery, IReadOnlyList<KnownFace?> parrots)
    {
        var (known, treated) = (gallery.OfType<KnownFace>().ToList(), parrots.OfType<KnownFace>().ToList());
        var (knownPeople, treatedPeople) =
            (known.Select(face => face.Person).ToHashSet(), treated.Select(face => face.Person).ToHashSet());
        var usable = new List<ExaminedRow>();
        foreach (var row in rows.OfType<ExaminedRow>())
        {
            if ((gallery.Count == 0 || knownPeople.Contains(row.Person))
                && (parrots.Count == 0 || treatedPeople.Contains(row.Person)))
                usable.Add(row);
            else
                _faults.Add(row.Part, row.Number, "has nobody of its person left in a gallery.");
        }

        return new ExaminedDataset(usable, known, treated);
    }

    private EvaluationResult Report(ExaminedDataset examined, AttackOutcomes outcomes, double? bound)
    {
        var people = examined.Rows.Select(row => row.Person).Distinct().Count();
        AttackResult[] attacks = [.. outcomes.Attacks.Select(attack => attack.Result)];
        var (verdict, explanation) = VerdictRule.Judge(attacks, outcomes.Controls, people, bound);
        var leaks = LeakList.Find(examined.Rows, outcomes.Attacks);
        var report = new EvaluationReport(
            EvaluationReport.CurrentSchema, verdict, explanation, ByThreat(), VerdictRule.Thresholds, people, examined.Rows.Count,
            bound, attacks, outcomes.NotRun, outcomes.Controls,
            UtilitySummary.Compute([.. examined.Rows.Select(row => row.Utility)], parts.Detectors),
            leaks, _faults.All, Warnings(examined, attacks.Any(attack => attack.Threat == Threat.Parrot)));
        return new EvaluationResult(
            report,
            options.LeakPictures ? [.. leaks.Select(leak => PictureOf(examined.Rows.First(row => row.Number == leak.Row)))] : []);

        ThreatVerdict[] ByThreat() =>
        [
            .. attacks.GroupBy(attack => attack.Threat).Select(threat =>
            {
                var (own, why) = VerdictRule.Judge([.. threat], outcomes.Controls, people, bound);
                return new ThreatVerdict(threat.Key, own, why);
            }),
        ];
    }

    private List<string> Warnings(ExaminedDataset examined, bool hasParrots)
    {
        List<string> warnings = ["The embedding is the network by which FaceDeid chooses and verifies its own replacements: on "
            + "method replace it sees less than a network that FaceDeid does not know."];
        if (examined.Gallery.Count == 0)
        {
            warnings.Add(
                "Without other photos in gallery/ it is not measured what the recognisers can do, nor who is recognised by "
                + "another photo.");
        }

        if (!hasParrots)
        {
            warnings.Add(
                "It is not measured who is recognised by other photos that were de-identified in the same way (parrot), by which "
                + "methods fail that always do the same to a person.");
        }

        if (_faults.All.Count > 0)
        {
            warnings.Add(
                $"{_faults.All.Count} parts of the dataset were left out; pictures that cannot be used may be those that are "
                + "hard to protect.");
        }

        return warnings;
    }

    private static LeakPicture PictureOf(ExaminedRow row) => new(row.Number, Png(row.Original), Png(row.Deidentified));

    private static byte[] Png(ComparedFace face)
    {
        using var chip = face.Chip.ToMat(ComparedFace.Side, ComparedFace.Side, MatType.CV_8UC1);
        return ImageEncoder.Encode(chip, alpha: null, new ImageOutput(ImageFormat.Png));
    }

    private static double? BoundOf(byte[] certificate)
    {
        try
        {
            return Certificate.Parse(certificate).Bound?.Value;
        }
        catch (JsonException)
        {
            throw new FaceDeidException(
                FaceDeidError.BadDataset,
                "certificate.json is no certificate of a collection. Put it in as it came from /v1/collections, "
                + "or leave it out.");
        }
    }
}

using FaceDeid.Collections;
using FaceDeid.Evaluation;
using FaceDeid.Evaluation.Datasets;
using FaceDeid.Protection.Subjects;
using FaceDeid.Tests.Collections;
using Xunit;

namespace FaceDeid.Tests.Evaluation;

public sealed class EvaluationPipelineTests
{
    [Fact]
    public async Task Untouched_pictures_are_unsafe_and_everybody_is_named()
    {
        var report = (await Datasets.EvaluateAsync(Datasets.Of(file => file))).Report;

        Assert.Equal(Verdict.Unsafe, report.Verdict);
        Assert.Equal((5, 5), (report.People, report.Pictures));
        Assert.Equal(9, report.Attacks.Count); // three threats, three recognisers
        Assert.All(report.By(Threat.SamePhoto).Concat(report.By(Threat.Reverse)), attack =>
            Assert.Equal((1, 1, 0), (attack.Rank1, attack.Auc, attack.Eer)));
        Assert.Equal(1, report.By(Threat.Naive).Single(attack => attack.Recogniser == Recogniser.Embedding).Rank1);
        Assert.Equal(report.Controls.Select(control => control.Rank1), report.By(Threat.Naive).Select(attack => attack.Rank1));
        Assert.Equal(
            [Threat.Parrot, Threat.Reconstruction, Threat.Reconstruction, Threat.Reconstruction],
            report.NotRun.Select(attack => attack.Threat));
        Assert.Equal(5, report.Leaks.Count);
        Assert.All(report.Leaks, leak => Assert.Equal(9, leak.Of));
    }

    [Fact]
    public async Task Untouched_pictures_keep_everything()
    {
        var utility = (await Datasets.EvaluateAsync(Datasets.Of(file => file))).Report.Utility;

        Assert.Contains(utility.Detection, detector => detector.Kept is { Share: 1, N: 5 });
        Assert.All(utility.Detection, detector => Assert.Equal(1, detector.Kept.Share ?? 1));
        Assert.Equal((0, 0, 5), (utility.Landmarks!.Mean, utility.Landmarks.Median, utility.Landmarks.N));
        Assert.Equal(1, utility.Expression.Share);
        Assert.Equal((0, 0, 0), (utility.Pose!.Yaw, utility.Pose.Pitch, utility.Pose.Roll));
        Assert.Equal(new PixelLikeness(1, Psnr: null, 5), utility.Inside);
        Assert.Equal(new PixelLikeness(1, Psnr: null, 5), utility.Outside);
        Assert.Equal(new ChangedBytes(0, 0, 5), utility.BytesOutside);
        Assert.Equal((1, 1, 5), (utility.SexKept.Share, utility.AgeClassKept.Share, utility.AgeClassKept.N));
        Assert.Equal(new SharpnessRatio(1, 5), utility.Sharpness);
        Assert.Equal(new SkinDifference(0, 0, 5), utility.SkinDifference);
        Assert.Equal(new RimStepMean(0, 5), utility.RimStep);
        Assert.Equal(0, utility.Gaze!.Median);
    }

    [Fact]
    public async Task A_blur_keeps_the_colour_of_skin_and_not_its_sharpness()
    {
        var options = new EvaluationOptions { Method = new DeidentificationOptions { Method = DeidentificationMethod.Blur } };
        var utility = (await Datasets.EvaluateAsync(Datasets.Of(_ => null), options)).Report.Utility;

        Assert.InRange(utility.Sharpness!.Median, 0, 0.2);
        Assert.InRange(utility.SkinDifference!.Lightness, 0.2, 15);
        Assert.True(utility.RimStep!.Mean > 0);
    }

    [Theory]
    [InlineData(DeidentificationMethod.Mask, null, true, 5)]
    [InlineData(null, KSameAlgorithm.KSameM, true, 5)]
    [InlineData(DeidentificationMethod.Mask, null, false, 0)] // nobody has another photo
    public async Task Parrots_are_measured_wherever_there_are_other_photos(
        DeidentificationMethod? method, KSameAlgorithm? algorithm, bool withGallery, int probes)
    {
        var options = EvaluationOptions.Create(method, null, null, algorithm, algorithm is null ? null : 2, null);
        var report = (await Datasets.EvaluateAsync(Datasets.Of(_ => null, withGallery), options)).Report;

        Assert.Equal(probes > 0 ? 3 : 0, report.By(Threat.Parrot).Count());
        Assert.All(report.By(Threat.Parrot), attack => Assert.Equal((probes, probes), (attack.N, attack.Gallery)));
        Assert.Equal(probes == 0, report.NotRun.Any(attack => attack.Threat == Threat.Parrot));
        Assert.Equal(
            probes == 0, report.Warnings.Any(warning => warning.Contains("(parrot)", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_constant_picture_is_chance_and_no_error()
    {
        var report = (await Datasets.EvaluateAsync(Datasets.Of(Datasets.Constant))).Report;

        Assert.All(report.Attacks, attack => Assert.Equal((0.2, 1, 0.2), (attack.Rank1, attack.Rank5, attack.Chance)));
        Assert.All(report.By(Threat.Reverse), attack => Assert.Equal((0.5, 0.5), (attack.Auc, attack.Eer)));
        Assert.Equal(Verdict.NotEnoughData, report.Verdict);
        Assert.All(report.Utility.Detection, detector => Assert.Equal(0, detector.Kept.Share ?? 0));
        Assert.DoesNotContain(report.Leaks, leak => leak.Ranks.Any(rank => rank is { Threat: Threat.Reverse, Rank: < 5 }));
    }

    [Theory]
    [InlineData(DeidentificationMethod.Mask, 0.4, 0.0)]
    [InlineData(DeidentificationMethod.Replace, 0.4, 1.0)]
    public async Task A_method_is_applied_and_measured(DeidentificationMethod method, double mostNamed, double leastFound)
    {
        // With a key: which donors chance gives is not what is tried here.
        var options = new EvaluationOptions { Method = new DeidentificationOptions { Method = method, PseudonymKey = "a key" } };
        var report = (await Datasets.EvaluateAsync(Datasets.Of(_ => null), options)).Report;

        Assert.InRange(report.By(Threat.Naive).Single(attack => attack.Recogniser == Recogniser.Embedding).Rank1, 0, mostNamed);
        Assert.NotEmpty(report.By(Threat.Parrot)); // the gallery is treated too
        Assert.All(
            report.Utility.Detection, detector => Assert.True((detector.Kept.Share ?? 1) >= leastFound, $"{detector.Detector}"));
        Assert.True(report.Utility.Inside!.Ssim < 0.95);
        Assert.Equal(new ChangedBytes(0, 0, 5), report.Utility.BytesOutside);
        Assert.Equal(1, report.Controls.Single(control => control.Recogniser == Recogniser.Embedding).Rank1);
    }

    [Theory]
    [InlineData(DeidentificationMethod.Blur, Inversion.Deconvolution)]
    [InlineData(DeidentificationMethod.Pixelate, Inversion.Upsampling)]
    public async Task What_was_done_is_undone(DeidentificationMethod method, Inversion inversion)
    {
        var options = new EvaluationOptions
        {
            Method = new DeidentificationOptions { Method = method, Strength = 0.08, AllowWeak = true },
        };
        var report = (await Datasets.EvaluateAsync(Datasets.Of(_ => null), options)).Report;

        var undone = report.By(Threat.Reconstruction).Where(attack => attack.Inversion == inversion).ToList();
        Assert.Equal(3, undone.Count);
        Assert.All(undone, attack => Assert.Equal((5, 5, 5), (attack.Undone, attack.N, attack.Gallery)));
        Assert.True(undone.Max(attack => attack.Rank1) >= report.By(Threat.SamePhoto).Max(attack => attack.Rank1));
        Assert.Contains(report.NotRun, attack => attack.Inversion == Inversion.Unscrambling);
    }

    [Fact]
    public async Task Nothing_changes_outside_of_any_of_several_faces()
    {
        var (two, one) = (Collected.Photo("faces/2009_004587.jpg"), Collected.Johns[0].File);
        EvaluationRow[] rows =
            [new(1, "a", Datasets.File(two), Deidentified: null), new(2, "b", Datasets.File(one), Deidentified: null)];
        var options = new EvaluationOptions { Method = new DeidentificationOptions { Method = DeidentificationMethod.Mask } };

        var report = (await Datasets.EvaluateAsync(new EvaluationDataset(rows, [], []), options)).Report;

        Assert.Equal(new ChangedBytes(0, 0, 2), report.Utility.BytesOutside);
    }

    [Theory]
    [InlineData(10, 200)]
    [InlineData(200, 200)]
    [InlineData(201, 200)]
    [InlineData(1000, 200)]
    public void Of_many_rows_so_many_are_taken_evenly(int rows, int most)
    {
        int[] taken = [.. Enumerable.Range(0, rows).Where(index => EvaluationRun.IsTaken(index, rows, most))];

        Assert.Equal(Math.Min(rows, most), taken.Length);
        Assert.All(taken.Zip(taken.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, 1, ((rows - 1) / most) + 1));
    }

    [Fact]
    public async Task Chips_of_a_collection_keep_their_promise()
    {
        var options = new EvaluationOptions { Algorithm = new CollectionOptions { K = 2, Algorithm = KSameAlgorithm.KSameM } };
        var report = (await Datasets.EvaluateAsync(Datasets.Of(_ => null), options)).Report;

        Assert.Equal(0.5, report.Bound);
        Assert.All(report.Attacks, attack => Assert.True(attack.WithinBound));
        Assert.All(report.By(Threat.Reverse), attack => Assert.InRange(attack.Rank1, 0, 0.5));
        Assert.Contains("no attack exceeds", report.Explanation, StringComparison.Ordinal);
        Assert.Null(report.Utility.Landmarks);
        Assert.Null(report.Utility.Inside);
        Assert.Null(report.Utility.BytesOutside);
        Assert.NotNull(report.Utility.Pose);
        Assert.Null(report.Utility.Pose.Roll);
        Assert.Null(report.Utility.Sharpness);
        Assert.Null(report.Utility.SkinDifference);
        Assert.Null(report.Utility.RimStep);
        Assert.Equal(5, report.Utility.AgeClassKept.N);
    }

    [Fact]
    public async Task A_certificate_that_is_given_sets_the_bound()
    {
        var collection = await Collected.JohnsAsync(new CollectionOptions { K = 5 });
        var certificate = collection.FileOf(Certificate.FileName);

        var report = (await Datasets.EvaluateAsync(Datasets.Of(file => file, certificate: certificate))).Report;

        Assert.Equal(0.2, report.Bound);
        Assert.Contains(report.Attacks, attack => attack.WithinBound == false);
        Assert.Contains("is EXCEEDED", report.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public async Task People_with_several_rows_are_one_person()
    {
        var report = (await Datasets.EvaluateAsync(Datasets.Rows(3, file => file))).Report;

        Assert.Equal((5, 15), (report.People, report.Pictures));
        Assert.All(report.By(Threat.SamePhoto), attack =>
            Assert.Equal((15, 5, 0.2, 1), (attack.N, attack.Gallery, attack.Chance, attack.Rank1)));
        // The first row of each is known.
        Assert.All(report.By(Threat.Parrot), attack => Assert.Equal((10, 5), (attack.N, attack.Gallery)));
        Assert.Empty(report.Controls);
        Assert.Contains(report.NotRun, attack => attack.Threat == Threat.Naive);
    }

    [Fact]
    public async Task A_given_treated_gallery_is_what_parrots_know()
    {
        var dataset = Datasets.Of(file => file);
        var report = (await Datasets.EvaluateAsync(dataset with { TreatedGallery = dataset.Gallery })).Report;

        Assert.Equal(
            report.By(Threat.Naive).Select(attack => attack.Rank1), report.By(Threat.Parrot).Select(attack => attack.Rank1));
    }

    [Fact]
    public async Task Pictures_of_another_size_are_compared_by_their_faces()
    {
        var report = (await Datasets.EvaluateAsync(Datasets.Of(file => Collected.Shrunk(file, 1.5)))).Report;

        Assert.All(report.By(Threat.SamePhoto), attack => Assert.Equal(1, attack.Rank1));
        Assert.Null(report.Utility.Landmarks);
    }

    [Fact]
    public async Task Leaks_come_with_pictures_when_they_are_asked_for()
    {
        var result = await Datasets.EvaluateAsync(Datasets.Of(file => file), new EvaluationOptions { LeakPictures = true });

        Assert.Equal(result.Report.Leaks.Select(leak => leak.Row), result.LeakPictures.Select(picture => picture.Row));
        Assert.All(result.LeakPictures, picture =>
            Assert.Equal(Picture.Raw(picture.Original).Bytes, Picture.Raw(picture.Deidentified).Bytes));
        Assert.Empty((await Datasets.EvaluateAsync(Datasets.Of(file => file))).LeakPictures);
    }

    [Fact]
    public async Task How_far_it_is_is_told()
    {
        var told = new System.Collections.Concurrent.ConcurrentBag<StageProgress>();

        await Datasets.EvaluateAsync(Datasets.Of(file => file), progress: new Told(told.Add));

        Assert.Equal("attack examine gallery", string.Join(
            ' ', told.Select(progress => progress.Stage).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)));
        Assert.All(told.GroupBy(progress => progress.Stage, StringComparer.Ordinal), stage =>
            Assert.Contains(stage, progress => progress.Done == progress.Total));
    }

    [Fact]
    public async Task It_stops_when_nobody_waits_any_more()
    {
        using var stop = new CancellationTokenSource();
        var progress = new Told(_ => stop.Cancel());

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Engine.Evaluation.EvaluateAsync(Datasets.Of(file => file), new EvaluationOptions(), progress, stop.Token));
    }

    private sealed class Told(Action<StageProgress> tell) : IProgress<StageProgress>
    {
        public void Report(StageProgress value) => tell(value);
    }
}

using FaceDeid.Collections;
using FaceDeid.Evaluation;
using FaceDeid.Evaluation.Datasets;
using FaceDeid.Protection.Subjects;
using FaceDeid.Tests.Collections;
using Xunit;

namespace FaceDeid.Tests.Evaluation;

public sealed class DatasetFaultTests
{
    private static readonly EvaluationDataset Untouched = Datasets.Of(file => file);

    [Fact]
    public async Task Every_wrong_row_is_named_with_its_fault()
    {
        var rows = Untouched.Rows.ToArray();
        rows[1] = rows[1] with { Original = Datasets.File(Collected.Nobody) };
        rows[3] = rows[3] with { Deidentified = Datasets.File([1, 2, 3]) };
        var gallery = Untouched.Gallery.ToArray();
        gallery[4] = gallery[4] with { File = Datasets.File(Collected.Nobody) };

        var refusal = await Collected.RefusedAsync(
            FaceDeidError.BadDataset, () => Datasets.EvaluateAsync(new EvaluationDataset(rows, gallery, [])));

        Assert.Equal("gallery/5 originals/2 originals/4", Parts(refusal));
        Assert.Contains("No face", refusal.Options!["originals/2"], StringComparison.Ordinal);
        Assert.Contains("3 fault(s)", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_rows_are_left_out_on_request_and_the_report_says_so()
    {
        var rows = Untouched.Rows.ToArray();
        rows[1] = rows[1] with { Original = Datasets.File(Collected.Nobody) };
        var gallery = Untouched.Gallery.ToArray();
        gallery[4] = gallery[4] with { File = Datasets.File(Collected.Nobody) };

        var report = (await Datasets.EvaluateAsync(
            new EvaluationDataset(rows, gallery, []), new EvaluationOptions { OnBadImage = BadImagePolicy.Skip })).Report;

        Assert.Equal(3, report.Pictures);
        // The person of the fifth row has no other photo any more.
        Assert.Equal(
            "originals/2 originals/5 gallery/5", string.Join(' ', report.Skipped.Select(part => $"{part.Part}/{part.Row}")));
        Assert.Contains(report.Warnings, warning => warning.Contains("3 parts", StringComparison.Ordinal));
        Assert.All(report.By(Threat.SamePhoto), attack => Assert.Equal((3, 3), (attack.N, attack.Gallery)));
        Assert.All(report.By(Threat.Naive), attack => Assert.Equal((3, 4), (attack.N, attack.Gallery)));
    }

    [Fact]
    public async Task A_method_that_fails_on_a_picture_is_that_rows_fault()
    {
        var rows = Datasets.Of(_ => null).Rows.ToArray();
        rows[2] = rows[2] with { Original = Datasets.File(Collected.Nobody) };
        var options = new EvaluationOptions { Method = new DeidentificationOptions { Method = DeidentificationMethod.Blur } };

        var refusal = await Collected.RefusedAsync(
            FaceDeidError.BadDataset, () => Datasets.EvaluateAsync(new EvaluationDataset(rows, [], []), options));

        Assert.Equal("originals/3", Parts(refusal));
    }

    [Fact]
    public async Task A_picture_that_no_collection_takes_is_that_rows_fault()
    {
        var rows = Datasets.Of(_ => null).Rows.ToArray();
        rows[2] = rows[2] with { Original = Datasets.File(Collected.Nobody) };
        var options = new EvaluationOptions { Algorithm = new CollectionOptions { K = 2 } };

        var refusal = await Collected.RefusedAsync(
            FaceDeidError.BadDataset, () => Datasets.EvaluateAsync(new EvaluationDataset(rows, [], []), options));

        Assert.Equal("originals/3", Parts(refusal));
    }

    [Fact]
    public async Task Pairs_and_photos_must_be_complete()
    {
        var rows = Untouched.Rows.ToArray();
        rows[0] = rows[0] with { Deidentified = null };
        var dataset = new EvaluationDataset(rows, [.. Untouched.Gallery.Skip(1)], [.. Untouched.Gallery.Skip(2)]);

        var refusal = await Collected.RefusedAsync(FaceDeidError.BadDataset, () => Datasets.EvaluateAsync(dataset));

        Assert.Equal("originals/1 originals/2", Parts(refusal));
        Assert.Contains("deidentified/", refusal.Options!["originals/1"], StringComparison.Ordinal);
        Assert.Contains("gallery/", refusal.Options!["originals/1"], StringComparison.Ordinal);
        Assert.Contains("gallery-deidentified/", refusal.Options!["originals/2"], StringComparison.Ordinal);
    }

    [Fact]
    public Task One_person_cannot_be_confused()
    {
        var dataset = new EvaluationDataset([.. Untouched.Rows.Select(row => row with { Subject = "one" })], [], []);

        return Collected.RefusedAsync(FaceDeidError.TooFewPeople, () => Datasets.EvaluateAsync(dataset));
    }

    [Fact]
    public Task Nobody_cannot_either() =>
        Collected.RefusedAsync(FaceDeidError.TooFewPeople, () => Datasets.EvaluateAsync(new EvaluationDataset([], [], [])));

    [Fact]
    public Task Nor_the_one_who_is_left()
    {
        var rows = Untouched.Rows.Take(2).ToArray();
        rows[1] = rows[1] with { Original = Datasets.File(Collected.Nobody) };

        return Collected.RefusedAsync(
            FaceDeidError.TooFewPeople, () => Datasets.EvaluateAsync(
                new EvaluationDataset(rows, [], []), new EvaluationOptions { OnBadImage = BadImagePolicy.Skip }));
    }

    [Fact]
    public Task There_may_be_too_many_rows()
    {
        var row = Untouched.Rows[0];
        var dataset = new EvaluationDataset(
            [.. Enumerable.Range(1, Engine.Evaluation.MaxRows + 1).Select(i => row with { Number = i, Subject = $"{i}" })],
            [], []);

        return Collected.RefusedAsync(FaceDeidError.TooManyPictures, () => Datasets.EvaluateAsync(dataset));
    }

    [Fact]
    public async Task Options_that_contradict_each_other_are_refused_before_a_picture_is_read()
    {
        var dataset = new EvaluationDataset(
            [.. Untouched.Rows.Select(row =>
                row with { Original = new DatasetFile("x", _ => throw new InvalidOperationException()) })],
            [], []);
        var weak = new DeidentificationOptions { Method = DeidentificationMethod.Eyebar };

        var both = await Collected.RefusedAsync(
            FaceDeidError.InvalidOption, () => Datasets.EvaluateAsync(
                dataset, new EvaluationOptions { Method = new DeidentificationOptions(), Algorithm = new CollectionOptions() }));
        Assert.Equal("algorithm", Parts(both));
        await Collected.RefusedAsync(
            FaceDeidError.InvalidOption, () => Datasets.EvaluateAsync(dataset, new EvaluationOptions { Method = weak }));
    }

    [Fact]
    public Task Nonsense_is_no_certificate() => Collected.RefusedAsync(
        FaceDeidError.BadDataset, () => Datasets.EvaluateAsync(Untouched with { Certificate = [1, 2, 3] }));

    [Fact]
    public async Task Of_many_faults_a_hundred_are_told()
    {
        var row = Untouched.Rows[0] with { Deidentified = null };
        var dataset = new EvaluationDataset(
            [.. Enumerable.Range(1, 150).Select(i => row with { Number = i, Subject = $"{i}" })], [], []);

        var refusal = await Collected.RefusedAsync(FaceDeidError.BadDataset, () => Datasets.EvaluateAsync(dataset));

        Assert.Equal(100, refusal.Options!.Count);
        Assert.Contains("150 fault(s)", refusal.Message, StringComparison.Ordinal);
    }

    private static string Parts(FaceDeidException refusal) =>
        string.Join(' ', refusal.Options!.Keys.Order(StringComparer.Ordinal));
}

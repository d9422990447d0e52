using FaceDeid.Collections;
using Xunit;

namespace FaceDeid.Tests.Collections;

/// <summary>What a collection may not ask for, and how it ends early.</summary>
public sealed class CollectionOptionsTests
{
    private static readonly CollectionOptions Select = new() { K = 2, Algorithm = KSameAlgorithm.KSameSelect };

    public static TheoryData<string, CollectionOptions> OutOfRange => new()
    {
        { "k", new() { K = 1 } },
        { "k", new() { K = 0 } },
        { "k", new() { K = 101 } },
        { "components", new() { K = 2, Components = 0 } },
        { "components", new() { K = 2, Components = 129 } },
        { "output", new() { K = 2, Chips = false } },
        { "select", new() { K = 2, Select = SelectBy.Expression } },
        { "select", new() { K = 2, Select = SelectBy.Label } },
        { "subjects", Select with { Select = SelectBy.Label } },
        { "components k output", new() { K = 1, Components = 0, Chips = false } },
    };

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public async Task Options_out_of_range_are_named(string options, CollectionOptions wrong)
    {
        var refusal = await Collected.RefusedAsync(FaceDeidError.InvalidOption, () => Collected.JohnsAsync(wrong));

        Assert.Equal(options, string.Join(' ', refusal.Options!.Keys));
    }

    [Theory]
    [InlineData(KSameAlgorithm.KSamePixel, 6, "6 are needed.")]
    [InlineData(KSameAlgorithm.KSameM, 100, "100 are needed.")]
    [InlineData(KSameAlgorithm.KSameSelect, 6, "6 are needed.")]
    [InlineData(KSameAlgorithm.KSameFurthest, 3, "6 are needed: two groups")]
    [InlineData(KSameAlgorithm.KDiffFurthest, 3, "6 are needed: two groups")]
    public async Task Too_few_people_get_nothing(KSameAlgorithm algorithm, int k, string says)
    {
        var refusal = await Collected.RefusedAsync(
            FaceDeidError.TooFewPeople, () => Collected.JohnsAsync(new CollectionOptions { K = k, Algorithm = algorithm }));

        Assert.StartsWith("There are 5 people", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
        Assert.Null(refusal.Options);
    }

    [Fact]
    public async Task Exactly_as_many_people_as_k_are_enough() =>
        Assert.Single((await Collected.JohnsAsync(new CollectionOptions { K = 5 })).Certificate.Groups);

    [Fact]
    public async Task Labels_are_kept_apart_and_too_small_ones_put_together()
    {
        var labels = Labels(john =>
            john.Contains("Sal", StringComparison.Ordinal) || john.Contains("Sav", StringComparison.Ordinal) ? "two" : john);

        var result = await Collected.JohnsAsync(Select, labels);

        Collected.AssertValid(result);
        Assert.Equal(SelectBy.Label, result.Certificate.Parameters.Select);
        Assert.Equal(2, result.Certificate.Groups.Count);
        Assert.All(result.Certificate.Groups, group =>
            Assert.All(group.Members, member => Assert.Equal(group.Class is "two", labels[member.Index]!.Label is "two")));
        var warning = result.Certificate.Warnings.Single(warning => warning.Code is "class_not_kept");
        Assert.Equal(Enumerable.Range(0, 15).Where(i => labels[i]!.Label is not "two"), warning.Indexes);
    }

    [Fact]
    public async Task Expressions_are_kept_apart_where_there_are_no_labels()
    {
        var result = await Collected.JohnsAsync(Select);

        Collected.AssertValid(result);
        Assert.Equal(SelectBy.Expression, result.Certificate.Parameters.Select);
    }

    [Fact]
    public async Task A_missing_label_is_refused()
    {
        var labels = Labels(_ => "all").ToArray();
        labels[7] = new PictureSubject(labels[7]!.Subject);

        var refusal = await Collected.RefusedAsync(FaceDeidError.InvalidOption, () => Collected.JohnsAsync(Select, labels));

        Assert.Contains("label for every picture", refusal.Options!["subjects"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_labels_for_one_person_are_refused()
    {
        var labels = Labels(_ => "all").ToArray();
        labels[7] = labels[7]! with { Label = "another" };

        var refusal = await Collected.RefusedAsync(FaceDeidError.InvalidOption, () => Collected.JohnsAsync(Select, labels));

        Assert.Contains("the same label", refusal.Options!["subjects"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_for_some_pictures_only_are_said_to_be_so()
    {
        PictureSubject?[] some = [.. Collected.Subjects];
        some[14] = null;

        var result = await Collected.JohnsAsync(new CollectionOptions { K = 2 }, some);

        Assert.Equal((6, SubjectSource.PartlyGiven), (result.Certificate.People, result.Certificate.Parameters.Subjects));
        var last = Collected.Johns[14].Person;
        var warnings = result.Certificate.Warnings.Where(warning => warning.Code is "same_person").ToList();
        Assert.NotEmpty(warnings);
        Assert.All(warnings, warning => Assert.Contains(14, warning.Indexes));
        Assert.All(warnings.SelectMany(warning => warning.Indexes), i => Assert.Equal(last, Collected.Johns[i].Person));
    }

    [Fact]
    public async Task Who_gives_up_gets_nothing()
    {
        using var caller = new CancellationTokenSource();
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Collected.JohnsAsync(new CollectionOptions { K = 2 }, Collected.Subjects, caller.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Engine.Collections.Begin().AddAsync(Collected.Johns[0].File, Collected.Everything, caller.Token));
    }

    [Fact]
    public async Task Work_stops_at_the_next_step_when_the_caller_gives_up()
    {
        var run = await Collected.ExamineAsync(Collected.Johns.Take(5).Select(john => john.File));
        using var caller = new CancellationTokenSource();
        var stages = new List<StageProgress>();
        var progress = new Told(step =>
        {
            stages.Add(step);
            caller.Cancel();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            run.CompleteAsync(new CollectionOptions { K = 2, Photos = true }, null, progress, caller.Token));

        Assert.DoesNotContain(stages, step => step.Stage is "photos");
        Assert.NotEmpty(stages);
    }

    private static IReadOnlyList<PictureSubject?> Labels(Func<string, string> of) =>
        [.. Collected.Johns.Select(john => new PictureSubject(john.Person, of(john.Person)))];

    private sealed class Told(Action<StageProgress> tell) : IProgress<StageProgress>
    {
        private readonly Lock _one = new();

        public void Report(StageProgress value)
        {
            lock (_one)
                tell(value);
        }
    }
}

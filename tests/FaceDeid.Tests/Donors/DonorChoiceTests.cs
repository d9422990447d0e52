using FaceDeid.Donors;
using FaceDeid.Protection.Replacement;
using FaceDeid.TestData;
using FaceDeid.Tests.Protection;
using Xunit;

namespace FaceDeid.Tests.Donors;

public sealed class DonorChoiceTests
{
    private static readonly DonorLibrary Library = Engine.Donors;

    [Fact]
    public void Adults_never_become_the_other_sex_or_children_and_children_become_children()
    {
        foreach (var subject in Library.Donors)
        {
            foreach (var key in new[] { null, "key" })
            {
                var candidates = Choice(1).Candidates(Wanted(subject), key);
                Assert.All(candidates, donor => Assert.Equal(subject.Who.Age < 13, donor.Who.Age < 13));
                if (subject.Who.Age >= 13 && Math.Abs(subject.Who.Male - 0.5) > 0.05)
                    Assert.All(candidates, donor => Assert.Equal(subject.Who.Male > 0.5, donor.Who.Male > 0.5));
            }
        }
    }

    [Fact]
    public void A_face_that_does_not_tell_its_sex_may_become_both()
    {
        var woman = Library.Donors.First(donor => donor.Who is { Age: > 18, Male: < 0.5 });
        var unsure = Wanted(woman) with { Who = woman.Who with { Male = 0.52 } };

        Assert.Contains(Choice(1).Candidates(unsure), donor => donor.Who.Male < 0.5);
    }

    [Fact]
    public void Nobody_becomes_who_is_too_like_him()
    {
        foreach (var subject in Library.Donors.Where(donor => donor.Who.Age >= 13))
        {
            foreach (var key in new[] { null, "key" })
            {
                Assert.All(Choice(1).Candidates(Wanted(subject), key), donor =>
                    Assert.InRange(donor.Embedding.SimilarityTo(subject.Embedding), -1, 0.2));
            }
        }

        // Children are all alike to the network.
        var children = Library.Donors.Where(donor => donor.Who.Age < 13).ToList();
        foreach (var child in children)
        {
            var similarities = children.Select(donor => donor.Embedding.SimilarityTo(child.Embedding)).Order().ToList();
            Assert.All(Choice(1).Candidates(Wanted(child)), donor => Assert.InRange(
                donor.Embedding.SimilarityTo(child.Embedding), -1, Math.Max(0.6, similarities[11])));
        }
    }

    [Fact]
    public void Skin_and_age_are_about_the_subjects()
    {
        var differences = Library.Donors.SelectMany(subject => Choice(1).Candidates(Wanted(subject) with { Embedding = null })
            .Select(donor => (
                Skin: Math.Abs(donor.Measures.Skin.Tone.Item0 - subject.Measures.Skin.Tone.Item0),
                Age: Math.Abs(donor.Who.Age - subject.Who.Age)))).ToList();

        var people = Library.Donors.SelectMany(a => Library.Donors.Select(b => (a, b))).ToList();
        var (skin, age) = (
            people.Average(pair => Math.Abs(pair.a.Measures.Skin.Tone.Item0 - pair.b.Measures.Skin.Tone.Item0)),
            people.Average(pair => Math.Abs(pair.a.Who.Age - pair.b.Who.Age)));
        Assert.InRange(differences.Average(d => d.Skin), 0, 0.6 * skin);
        Assert.InRange(differences.Average(d => d.Age), 0, 0.6 * age);
    }

    [Fact]
    public void Most_express_what_the_subject_does()
    {
        var people = Library.Donors.Where(donor => donor.Who.Age >= 13).ToList();
        var pairs = people.SelectMany(subject => Choice(1).Candidates(Wanted(subject))
            .Select(donor => MostLikely(donor) == MostLikely(subject))).ToList();

        Assert.InRange(pairs.Average(isSame => isSame ? 1 : 0), 0.65, 1); // were it all the same, 0.45

        static int MostLikely(Donor donor) => donor.Expression.Shares.Index().MaxBy(share => share.Item).Index;
    }

    [Fact]
    public void A_face_like_another_gets_other_donors_when_it_smiles()
    {
        var subject = Wanted(Library.Donors.First(donor => donor.Who.Age >= 13));
        const int neutral = 0;
        const int happy = 1;

        Assert.True(MeanShare(neutral, neutral) > MeanShare(happy, neutral) + 0.3);
        Assert.True(MeanShare(happy, happy) > MeanShare(neutral, happy) + 0.3);

        // Of a class among the donors of a subject that expresses nothing but another.
        double MeanShare(int expressed, int counted) => Choice(1)
            .Candidates(subject with { Expression = new([.. Enumerable.Range(0, 7).Select(i => i == expressed ? 1.0 : 0)]) })
            .Average(donor => donor.Expression.Shares[counted]);
    }

    [Fact]
    public void Who_comes_first_is_chance_and_everyone_is_as_likely()
    {
        var wanted = Wanted(Library.Donors[0]);
        var choice = Choice(3);
        const int draws = 3000;
        var first = Enumerable.Range(0, draws).Select(_ => choice.Candidates(wanted)[0].Seed).CountBy(seed => seed).ToList();
        var candidates = choice.Candidates(wanted);

        Assert.InRange(candidates.Count, 12, 64);
        Assert.Equal(candidates.Count, candidates.DistinctBy(donor => donor.Seed).Count());
        Assert.Equal(candidates.Select(donor => donor.Seed).Order(), first.Select(count => count.Key).Order());
        var expected = draws / (double)candidates.Count;
        Assert.All(first, count => Assert.Equal(expected, count.Value, 6 * Math.Sqrt(expected)));
    }

    [Fact]
    public void The_chance_of_the_service_is_not_repeated()
    {
        var wanted = Wanted(Library.Donors[0]);

        var orders = Enumerable.Range(0, 5).Select(_ => string.Join(' ', Seeds(Engine.DonorChoice.Candidates(wanted))));

        Assert.Equal(5, orders.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void A_key_gives_the_photos_of_one_person_one_order_mostly_and_another_key_another()
    {
        var same = 0;
        var pairs = 0;
        List<List<int>> people = [];
        foreach (var person in Directory.GetDirectories(Path.Combine(TestFiles.Root, "tests", "data", "cache", "johns")))
        {
            var photos = Directory.GetFiles(person).Order(StringComparer.Ordinal).Take(4).Select(WantedIn).ToList();
            people.Add(Seeds(Choice(1).Candidates(photos[0], "a key")));
            foreach (var (i, photo) in photos.Index())
            {
                var order = Seeds(Choice(1).Candidates(photo, "a key"));
                Assert.Equal(order, Seeds(Choice(2).Candidates(photo, "a key"))); // no chance
                Assert.NotEqual(order, Seeds(Choice(1).Candidates(photo, "another key")));
                foreach (var other in photos.Skip(i + 1).Select(other => Seeds(Choice(1).Candidates(other, "a key"))))
                {
                    pairs++;
                    same += IsSame(order, other) ? 1 : 0;
                }
            }
        }

        Assert.InRange(same / (double)pairs, 0.45, 1);
        var different = people.SelectMany((one, i) => people.Skip(i + 1).Select(other => IsSame(one, other))).ToList();
        Assert.InRange(different.Count(isSame => isSame) / (double)different.Count, 0, 0.4); // one in eight is to be expected

        static bool IsSame(List<int> one, List<int> other) =>
            one.Intersect(other).Take(3).SequenceEqual(other.Intersect(one).Take(3));
    }

    [Fact]
    public void Averages_are_of_the_subjects_kind_and_always_in_the_same_order()
    {
        foreach (var subject in Library.Donors)
        {
            var averages = Choice(1).Averages(Wanted(subject));
            Assert.NotEmpty(averages);
            Assert.All(averages, average =>
            {
                Assert.True(average.IsAverage);
                Assert.Equal(subject.Who.Age < 13, average.Who.Age < 13);
                if (subject.Who.Age >= 13 && Math.Abs(subject.Who.Male - 0.5) > 0.05)
                    Assert.Equal(subject.Who.Male > 0.5, average.Who.Male > 0.5);
            });
            Assert.Equal(averages, Choice(2).Averages(Wanted(subject)));
        }
    }

    [Fact]
    public void The_average_that_does_what_the_subject_does_comes_first()
    {
        foreach (var subject in Library.Averages)
            Assert.Same(subject, Choice(1).Averages(Wanted(subject))[0]);
    }

    private static DonorChoice Choice(int luck) => new(Library, new Random(luck).Next);

    private static Wanted Wanted(Donor subject) => new(subject.Measures, subject.Who, subject.Expression, subject.Embedding);

    private static Wanted WantedIn(string file)
    {
        using var scene = Scene.Of(File.ReadAllBytes(file));
        using var view = FaceView.Of(scene.Bgr, scene.Main.Landmarks.ToComplex())!;
        return DonorAssignment.WantedBy(view, scene.Main);
    }

    private static List<int> Seeds(IReadOnlyList<Donor> donors) => [.. donors.Select(donor => donor.Seed)];
}

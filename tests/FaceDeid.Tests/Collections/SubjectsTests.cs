using FaceDeid.Collections;
using FaceDeid.Faces.Recognition;
using Xunit;

namespace FaceDeid.Tests.Collections;

/// <summary>Who is who.</summary>
public sealed class SubjectsTests
{
    [Fact]
    public void A_name_is_one_person_and_a_face_without_one_a_person_of_its_own()
    {
        PictureSubject?[] subjects = [new("Ann"), null, new("Bob"), new("Ann"), new(Subject: null), new("ann")];

        var people = Subjects.Group(Enumerable.Range(0, subjects.Length).Select(i => Faces.Of(i)), subjects);

        Assert.Equal("1: 0 3 | 2: 1 | 3: 2 | 4: 4 | 5: 5", AsText(people));
    }

    [Fact]
    public void Several_faces_of_a_picture_without_a_name_are_several_people() => Assert.Equal(
        "1: 0 | 2: 0 | 3: 1", AsText(Subjects.Group([Faces.Of(0), Faces.Of(0, number: 1), Faces.Of(1)], [null, null])));

    [Fact]
    public void A_name_that_looks_like_a_number_of_a_face_is_still_a_name() =>
        Assert.Equal("1: 0 | 2: 1", AsText(Subjects.Group([Faces.Of(0), Faces.Of(1)], [null, new("face 0 0")])));

    [Fact]
    public void People_have_their_pictures_label() => Assert.Equal("left ", string.Join(
        ' ', Subjects.Group([Faces.Of(0), Faces.Of(1)], [new("Ann", "left"), new("Bob")]).Select(person => person.Label)));

    [Fact]
    public void One_face_under_two_names_is_warned_of_with_its_pictures()
    {
        var people = Subjects.Group(
            [Faces.Of(0), Faces.Of(1) with { Embedding = Faces.Towards(7) }, Faces.Of(2) with { Embedding = Faces.Towards(7) }],
            [null, null, new("Ann")]);

        var warning = Assert.Single(CollectionWarnings.UnderSeveralNames(people, CancellationToken.None));

        Assert.Equal("same_person", warning.Code);
        Assert.Equal([1, 2], warning.Indexes);
        Refusal.Checked(warning.Detail);
    }

    [Fact]
    public void One_face_under_one_name_is_not_warned_of() => Assert.Empty(CollectionWarnings.UnderSeveralNames(
        Subjects.Group(
            [Faces.Of(7), Faces.Of(3), Faces.Of(4) with { Embedding = Faces.Towards(3) }],
            [.. new PictureSubject?[3], new("Ann"), new("Ann"), null, null, null]),
        CancellationToken.None));

    [Theory]
    [InlineData(0.01, 1)]
    [InlineData(-0.01, 0)]
    public void Faces_are_one_persons_from_the_similarity_on_at_which_they_surely_are(double more, int warnings)
    {
        var similarity = PersonMatch.Surely + more;
        var like = FaceEmbedding.FromDirection(
            [(float)similarity, (float)Math.Sqrt(1 - (similarity * similarity)), .. new float[510]]);

        var people = Subjects.Group([Faces.Of(0), Faces.Of(5) with { Embedding = like }], new PictureSubject?[6]);

        Assert.Equal(warnings, CollectionWarnings.UnderSeveralNames(people, CancellationToken.None).Count());
    }

    private static string AsText(IReadOnlyList<Person> people) => string.Join(
        " | ", people.Select(person => $"{person.Number}: {string.Join(' ', person.Faces.Select(face => face.Index))}"));
}

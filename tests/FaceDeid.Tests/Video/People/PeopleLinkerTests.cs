using FaceDeid.Faces.Recognition;
using FaceDeid.Protection;
using FaceDeid.Video.People;
using Xunit;

namespace FaceDeid.Tests.Video.People;

public sealed class PeopleLinkerTests
{
    [Fact]
    public void Tracks_that_look_alike_are_one_person_unless_they_are_in_one_frame()
    {
        var people = PeopleLinker.Link(
        [
            new(0, 50, [Sample(0, Look(0))]),
            new(20, 80, [Sample(20, Look(0.1))]), // as the first, at the same time
            new(60, 90, [Sample(60, Look(0.2))]),
            new(100, 120, [Sample(100, Look(2))]),
            new(100, 120, []),
        ]);

        Assert.Equal(1, people[0]);
        Assert.Equal(2, people[1]);
        Assert.Equal(1, people[2]);
        Assert.Equal(3, people[3]);
        Assert.Null(people[4]);
    }

    [Fact]
    public void Children_must_look_more_alike_to_be_one_person()
    {
        var alike = Math.Acos(0.6);

        Assert.Equal([1, 1], Link(age: 30));
        Assert.Equal([1, 2], Link(age: 5));

        IReadOnlyList<int?> Link(double age) => PeopleLinker.Link(
            [new(0, 9, [Sample(0, Look(0), age)]), new(20, 29, [Sample(20, Look(alike), age)])]);
    }

    [Theory]
    [InlineData(0, 0, true)] // it is the person of the photo all along
    [InlineData(0, 1.5, false)] // it was, and then was somebody else
    [InlineData(1.25, 1.3, false)] // it may be the person
    public void Who_stays_visible_is_the_same_person_all_along(double first, double second, bool stays)
    {
        var keep = new Reference(ReferencePart.Keep, 1, [Look(0)], PersonMatch.Surely);
        TrackSample[] samples = [Sample(0, Look(first)), Sample(25, Look(second))];

        Assert.Equal(stays, VisiblePeople.Leaves(samples, TrackEvidence.Strong, [keep]));
        Assert.False(VisiblePeople.Leaves(samples, TrackEvidence.Weak, [keep]));
        Assert.False(VisiblePeople.Leaves([], TrackEvidence.Strong, [keep]));
        Assert.False(VisiblePeople.Leaves(samples, TrackEvidence.Strong, []));
    }

    [Theory]
    [InlineData(1.5, 1.5, true)] // surely somebody else
    [InlineData(1.5, 1.3, false)] // once it may have been the person
    public void Only_who_is_surely_not_meant_stays_visible(double first, double second, bool stays)
    {
        var only = new Reference(ReferencePart.Only, 1, [Look(0)], PersonMatch.Possibly);

        TrackSample[] samples = [Sample(0, Look(first)), Sample(25, Look(second))];
        Assert.Equal(stays, VisiblePeople.Leaves(samples, TrackEvidence.Strong, [only]));
        Assert.False(VisiblePeople.Leaves([], TrackEvidence.Strong, [only]));
    }

    private static TrackSample Sample(int frame, FaceEmbedding look, double age = 30) =>
        new(frame, 1, look, new AgeAndSex(age, 0.5), null, null);

    /// <summary>An embedding that is turned away from the first by an angle.</summary>
    private static FaceEmbedding Look(double angle) => new([(float)Math.Cos(angle), (float)Math.Sin(angle)]);
}

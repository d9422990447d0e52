using FaceDeid.Collections;
using FaceDeid.Faces.Recognition;
using Xunit;

namespace FaceDeid.Tests.Collections;

/// <summary>What chips look like to the expression network, and what is done so that a class keeps its expression.</summary>
public sealed class ChipExpressionsTests
{
    private static readonly ChipExpressions Expressions = Engine.CollectionParts.Expressions;
    private static readonly ModelAverage Average = new(Engine.ChipFrame);

    [Fact]
    public void An_expression_is_the_mean_over_a_persons_chips()
    {
        var (noise, other) = (Faces.Noise(1), Faces.Noise(2));
        double[] Of(params byte[][] chips) => Expressions.Of(Faces.PersonOf(1, chips));

        var (first, second, both) = (Of(noise), Of(other), Of(noise, other));

        Assert.Equal(ExpressionClassifier.Classes, both.Length);
        Assert.Equal(1, both.Sum(), 1e-6);
        Assert.NotEqual(first, second);
        Assert.All(both.Index(), p => Assert.Equal((first[p.Index] + second[p.Index]) / 2, p.Item, 1e-6));
    }

    [Fact]
    public void A_group_that_shows_its_expression_gets_its_plain_average_and_another_is_brought_to_it()
    {
        var people = Collected.Pictures(11).Select((picture, i) => new Person(i + 1, Engine.CollectionParts.Examiner.Examine(
            i, picture.File, new PictureUse(File: false, EveryFace: false), CancellationToken.None).Faces, Label: null))
            .ToArray();
        var pairs = people.GroupBy(Shown).OrderByDescending(group => group.Count())
            .SelectMany(group => group.Chunk(2)).Where(two => two.Length == 2).ToList();
        var typical = pairs[0];
        var goal = new ExpressionGoal(Shown(Average.Of(FaceMixture.Create(typical))), typical);
        var others = pairs.Find(two => Shown(Average.Of(FaceMixture.Create(two))) != goal.Expression);
        Assert.True(others is not null, "The averages of two pairs must show different expressions.");

        Assert.Equal(goal.Expression, Shown(Expressions.Keep(goal, others, Average)));
        Assert.Equal(Average.Of(FaceMixture.Create(typical)).Pixels, Expressions.Keep(goal, typical, Average).Pixels);
    }

    private static int Shown(Person person) => Expressions.Of(person).Index().MaxBy(p => p.Item).Index;

    private static int Shown(SharedFace face) => Shown(Faces.PersonOf(1, face.Pixels));
}

using System.Globalization;
using FaceDeid.Faces.Detection;
using FaceDeid.Protection;
using FaceDeid.Protection.Methods;
using FaceDeid.Protection.Subjects;
using Xunit;

namespace FaceDeid.Tests.Protection;

public sealed class WorkBudgetTests
{
    private static readonly ImageSize Large = new(8900, 8900);
    private static readonly ImageSize Crowd = new(6000, 4000);

    [Theory]
    [InlineData(400)]
    [InlineData(1)]
    public void As_many_given_faces_as_a_group_has_are_taken(int faces) => Check(Crowd, Boxes(faces, 60));

    [Theory]
    [InlineData(512, 12)] // each costs what its networks cost, however small it is
    [InlineData(80, 8900)] // and by its pixels
    [InlineData(20, 4000)]
    public void Given_faces_that_cost_too_much_are_refused(int faces, int side)
    {
        var refused = Assert.Throws<FaceDeidException>(() => Check(Large, Boxes(faces, side)));
        Assert.Equal(FaceDeidError.TooMuchWork, refused.Code);
        Assert.Contains("verify=false", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Polygons_cost_as_their_boxes_do_and_what_is_outside_of_the_picture_costs_nothing()
    {
        PixelPoint[] all = [new(0, 0), new(8900, 0), new(0, 8900)];
        Assert.Throws<FaceDeidException>(() => Check(Large, [.. Enumerable.Repeat(new EditedFace(null, null, all), 80)]));
        Check(new ImageSize(100, 100), [.. Enumerable.Repeat(new EditedFace(null, null, all), 80)]);
    }

    [Fact]
    public void Faces_that_are_too_small_to_be_recognised_are_not_looked_at_and_cost_less() => WorkBudget.CheckGiven(
        Large, new DeidentificationOptions { Faces = Boxes(512, 11), Method = DeidentificationMethod.Blur });

    [Fact]
    public void Faces_that_are_neither_recognised_nor_verified_cost_less() => WorkBudget.CheckGiven(
        Large, new DeidentificationOptions { Faces = Boxes(512, 60), Verify = false, Method = DeidentificationMethod.Mask });

    [Fact]
    public void A_crowd_that_was_found_is_taken_and_three_crowds_in_one_picture_are_not()
    {
        new WorkBudget().TakeFaces(Found(1200, 40), Crowd, new DeidentificationOptions());
        var refused = Assert.Throws<FaceDeidException>(() =>
            new WorkBudget().TakeFaces(Found(1800, 40), Crowd, new DeidentificationOptions()));
        Assert.Equal(FaceDeidError.TooManyFaces, refused.Code);
        var could = int.Parse(
            refused.Message.Split("has 1800 faces, of which about ")[1].Split(' ')[0],
            CultureInfo.InvariantCulture);
        new WorkBudget().TakeFaces(Found(could, 40), Crowd, new DeidentificationOptions());
    }

    [Fact]
    public void Trials_take_what_faces_leave_and_are_not_taken_twice()
    {
        Assert.Equal(400, new WorkBudget().TakeTrials(400));
        var budget = new WorkBudget();
        budget.TakeFaces(Found(1200, 40), Crowd, new DeidentificationOptions());
        Assert.InRange(budget.TakeTrials(400), 0, 40);
        Assert.Equal(0, budget.TakeTrials(400));
    }

    [Fact]
    public void Reference_photos_and_faces_of_seals_count_together()
    {
        var budget = new WorkBudget();
        budget.TakePeople(1500);
        budget.TakePeople(1500);
        Assert.Throws<FaceDeidException>(() => budget.TakePeople(1500));

        budget = new WorkBudget();
        budget.TakeRegions([new Box(0, 0, 8900, 8900)]);
        Assert.Throws<FaceDeidException>(() => budget.TakeRegions(Enumerable.Repeat(new Box(0, 0, 8900, 8900), 10)));
    }

    [Theory]
    [InlineData(DeidentificationMethod.Replace, DeidentificationMethod.Blur)]
    [InlineData(DeidentificationMethod.Blur, DeidentificationMethod.Mask)]
    public void A_face_for_which_no_look_is_left_is_covered_and_its_similarity_is_not_made_up(
        DeidentificationMethod method, DeidentificationMethod expected)
    {
        using var scene = Scene.Of("faces/2009_004587.jpg");
        using var canvas = scene.Picture.ToCanvas(keepsOriginal: true);
        var spent = new WorkBudget();
        while (spent.TryStrengthen())
        {
        }

        var untouched = FaceDeidentifier.Report(scene.Main) with { Treated = true, Method = method };
        var report = Assert.Single(
            Engine.Verification.Run(canvas, [scene.Main], [untouched], new Treatment(new DeidentificationOptions()), spent));

        Assert.Equal(expected, report.Method);
        Assert.Equal(FallbackReason.StillRecognised, report.Fallback);
        Assert.InRange(report.SimilarityBefore!.Value, 0.9, 1);
        Assert.Null(report.SimilarityAfter);
        double? strength = expected == DeidentificationMethod.Blur ? Strengths.MostBlur : null;
        using var covered = scene.After(scene.Main, new DeidentificationOptions { Method = expected, Strength = strength });
        Scene.AssertSame(covered, canvas.Bgr);
    }

    private static void Check(ImageSize picture, IReadOnlyList<EditedFace> faces) =>
        WorkBudget.CheckGiven(picture, new DeidentificationOptions { Faces = faces });

    private static EditedFace[] Boxes(int count, int side) =>
        [.. Enumerable.Repeat(new EditedFace(null, new Box(0, 0, side, side), null), count)];

    private static FoundFace[] Found(int count, int side) =>
        [.. Enumerable.Range(1, count).Select(i => new FoundFace(i, new Box(i, i, side, side), 1, DetectorKind.Auto, null))];
}

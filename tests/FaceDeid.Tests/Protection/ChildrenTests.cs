using FaceDeid.Donors;
using FaceDeid.Faces.Detection;
using FaceDeid.Faces.Recognition;
using FaceDeid.Protection;
using FaceDeid.Protection.Methods;
using FaceDeid.Protection.Replacement;
using FaceDeid.Protection.Subjects;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Protection;

/// <summary>The embedding finds children who are strangers alike: no adult's similarity tells as little.</summary>
public sealed class ChildrenTests
{
    [Theory]
    [InlineData(true, 0.65, false)]
    [InlineData(true, 0.75, true)]
    [InlineData(false, 0.40, false)]
    [InlineData(false, 0.50, true)]
    public void A_photo_of_a_child_keeps_nobody_who_is_only_as_alike_as_other_children(
        bool isChild, double similarity, bool isKept)
    {
        var donors = Engine.Donors.Donors.Where(donor => donor.Who.IsChild == isChild && IsClear(donor.Who)).Take(3);
        foreach (var donor in donors)
        {
            using var scene = Scene.Of(Portrait(donor));
            using var image = SearchImage.Create(scene.Picture);
            var reference = Engine.References.Examine(
                image, Engine.Finder.Find(image, ReferenceExaminer.Detection), ReferencePart.Keep, photo: 1);

            Assert.Equal(isKept, reference.Means(Like(reference.People.Single(), similarity)));
        }

        static bool IsClear(AgeAndSex who) => who.Age is < 7 or > 20;
    }

    [Theory]
    [InlineData(2, 0.42, null)]
    [InlineData(2, 0.58, FallbackReason.StillRecognised)]
    [InlineData(12, 0.42, FallbackReason.StillRecognised)]
    [InlineData(40, 0.42, FallbackReason.StillRecognised)]
    [InlineData(40, 0.25, null)]
    public void A_replaced_child_is_not_blurred_for_being_as_alike_as_other_children(
        double age, double similarity, FallbackReason? fallback)
    {
        using var scene = Scene.Of("johns/John_Simm/000288_00470387.jpg");
        var treatment = new Treatment(new DeidentificationOptions());
        using var canvas = scene.Picture.ToCanvas(keepsOriginal: true);
        var report = Engine.Deidentifier.Treat(canvas, [scene.Main], treatment);
        var worn = Engine.Embedder.Embed(canvas.Bgr, scene.Main.Landmarks);
        var subject = scene.Main with { Embedding = Like(worn, similarity), Who = new AgeAndSex(age, 0.5) };

        var verified = Assert.Single(Engine.Verification.Run(canvas, [subject], report, treatment, new WorkBudget()));

        Assert.Equal(fallback, verified.Fallback);
    }

    [Fact]
    public void A_donor_that_is_as_alike_as_other_children_is_far_enough()
    {
        using var scene = Scene.Of("johns/John_Simm/000288_00470387.jpg");
        var library = new DonorLibrary(
            Engine.Donors.Shapes,
            [.. Engine.Donors.Donors.Where(donor => donor.Who.IsChild).DistinctBy(donor => donor.Seed).Take(4)]);
        using var view = FaceView.Of(scene.Bgr, scene.Main.Landmarks.ToComplex(), FaceView.Coarse)!;
        using var face = new WornFace(view, library.Shapes, library.Donors[0], share: 1);
        using var worn = face.InView();
        var child = scene.Main with
        {
            Embedding = Like(Engine.Embedder.Embed(worn, view.Landmarks), 0.44),
            Who = new AgeAndSex(1, 0.5),
        };
        using var fine = FaceView.Of(scene.Bgr, scene.Main.Landmarks.ToComplex())!;
        var wanted = DonorAssignment.WantedBy(fine, child);
        var first = Enumerable.Range(0, 20)
            .Where(luck => new DonorChoice(library, new Random(luck).Next).Candidates(wanted)[0].Seed == library.Donors[0].Seed)
            .ToList();

        Assert.NotEmpty(first);
        Assert.All(first, luck => Assert.Equal(
            library.Donors[0].Seed,
            Engine.Assignment(luck, library).Run(scene.Bgr, [child], new DeidentificationOptions(), share: 1)
                .Values.Single()!.Donor.Seed));
    }

    /// <summary>Somebody who is so similar.</summary>
    private static FaceEmbedding Like(FaceEmbedding face, double similarity)
    {
        var other = Engine.Donors.Donors[0].Embedding;
        var along = (float)other.SimilarityTo(face);
        var across = new float[face.Values.Length];
        for (var i = 0; i < across.Length; i++)
            across[i] = other.Values[i] - (along * face.Values[i]);
        var unit = FaceEmbedding.FromDirection(across);
        var (own, rest) = ((float)similarity, (float)Math.Sqrt(1 - (similarity * similarity)));
        return FaceEmbedding.FromDirection([.. across.Select((_, i) => (own * face.Values[i]) + (rest * unit.Values[i]))]);
    }

    private static byte[] Portrait(Donor donor)
    {
        using var texture = donor.Texture();
        using var portrait = texture.CopyMakeBorder(60, 60, 60, 60, BorderTypes.Constant, new Scalar(90, 90, 90));
        return portrait.ToBytes(".png");
    }
}

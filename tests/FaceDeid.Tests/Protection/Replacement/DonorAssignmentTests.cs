using FaceDeid.Donors;
using FaceDeid.Protection.Methods;
using FaceDeid.Protection.Replacement;
using FaceDeid.Protection.Subjects;
using Xunit;

namespace FaceDeid.Tests.Protection.Replacement;

public sealed class DonorAssignmentTests
{
    private static readonly DeidentificationOptions Replace = new() { Method = DeidentificationMethod.Replace };

    [Theory]
    [InlineData(true, null)]
    [InlineData(false, null)]
    [InlineData(true, "key")]
    [InlineData(false, "key")]
    public void Faces_of_one_picture_never_get_the_same_donor(bool verify, string? key)
    {
        using var scene = Scene.Of("faces/2007_007763.jpg");
        Assert.True(scene.Subjects.Count >= 5);

        foreach (var luck in Enumerable.Range(0, verify ? 8 : 20))
        {
            var donors = Engine.Assignment(luck)
                .Run(scene.Bgr, scene.Subjects, Replace with { Verify = verify, PseudonymKey = key }, share: 1);
            Assert.Equal(scene.Subjects.Select(subject => subject.Face.Id).Order(), donors.Keys.Order());
            Assert.Equal(donors.Count, donors.Values.DistinctBy(disguise => disguise!.Donor.Seed).Count());
        }
    }

    // A class, or a choir: the same kind of face many times.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Many_faces_of_one_kind_get_different_donors_as_long_as_there_are_any(bool verify)
    {
        using var scene = Scene.Of("johns/John_Simm/000288_00470387.jpg");
        Subject[] many = [.. Enumerable.Range(1, 20).Select(id => scene.Main with { Face = scene.Main.Face with { Id = id } })];

        var donors = Engine.Assignment(luck: 1).Run(scene.Bgr, many, Replace with { Verify = verify }, share: 1);

        Assert.Equal(many.Length, donors.Values.DistinctBy(disguise => disguise!.Donor.Seed).Count());
    }

    [Fact]
    public void More_faces_than_donors_get_donors_all_the_same()
    {
        using var scene = Scene.Of("johns/John_Simm/000288_00470387.jpg");
        var few = new DonorLibrary(Engine.Donors.Shapes, [.. Engine.Donors.Made.Where(IsMan).Take(2)]);
        Subject[] many = [.. Enumerable.Range(1, 5).Select(id => scene.Main with { Face = scene.Main.Face with { Id = id } })];

        var donors = Engine.Assignment(luck: 1, few).Run(scene.Bgr, many, Replace with { Verify = false }, share: 1);

        Assert.Equal(many.Length, donors.Count);
        Assert.Equal(2, donors.Values.DistinctBy(disguise => disguise!.Donor.Seed).Count());
    }

    [Fact]
    public void Without_verification_nobody_needs_to_know_who_it_is()
    {
        using var scene = Scene.Of("johns/John_Simm/000288_00470387.jpg");
        var assignment = new DonorAssignment(
            Engine.Donors, Engine.DonorChoice, embedder: null!, Engine.Landmarks, Engine.Gate);

        var donors = assignment.Run(
            scene.Bgr, [scene.Main with { Embedding = null }], Replace with { Verify = false }, share: 1);

        Assert.Equal([scene.Main.Face.Id], donors.Keys);
    }

    [Theory]
    [InlineData("johns/John_Simm/000288_00470387.jpg")]
    [InlineData("faces/Tom_Cruise_avp_2014_4.jpg")]
    public void A_donor_with_whom_the_subject_is_still_recognised_is_passed_over(string name)
    {
        using var scene = Scene.Of(name);
        var subject = scene.Main;
        // The subject's own face, which says that it is somebody else's.
        var stranger = Engine.Donors.Made
            .First(donor => IsMan(donor) && donor.Embedding.SimilarityTo(subject.Embedding!) < 0.1);
        var self = stranger with { Picture = scene.Bgr.ToBytes(".png"), Points = subject.Landmarks.ToComplex(), Seed = -1 };
        var others = Engine.Donors.Made
            .Where(donor => IsMan(donor) && donor.Embedding.SimilarityTo(subject.Embedding!) < 0.1);
        var library = new DonorLibrary(Engine.Donors.Shapes, [self, .. others.Take(4)]);
        var assignment = Engine.Assignment(luck: 1, library);

        var chosen = Enumerable.Range(0, 30)
            .Select(_ => assignment.Run(scene.Bgr, [subject], Replace, share: 1).Values.Single()!.Donor.Seed).ToList();
        var blind = Enumerable.Range(0, 30)
            .Select(_ => assignment.Run(scene.Bgr, [subject], Replace with { Verify = false }, share: 1)
                .Values.Single()!.Donor.Seed);

        Assert.DoesNotContain(-1, chosen);
        Assert.Contains(-1, blind); // it was there to be chosen
    }

    [Fact]
    public void The_furthest_is_taken_where_all_are_recognised()
    {
        using var scene = Scene.Of("johns/John_Simm/000288_00470387.jpg");
        var subject = scene.Main;
        var self = Engine.Donors.Made.First(IsMan) with
        {
            Picture = scene.Bgr.ToBytes(".png"),
            Points = subject.Landmarks.ToComplex(),
        };
        using var blurred = scene.Bgr.GaussianBlur(default, 1.2); // still natural, and a little less like the subject
        var library = new DonorLibrary(Engine.Donors.Shapes,
        [
            self with { Seed = 1 }, self with { Seed = 2, Picture = blurred.ToBytes(".png") },
        ]);

        foreach (var luck in Enumerable.Range(0, 4))
        {
            var donor = Engine.Assignment(luck, library).Run(scene.Bgr, [subject], Replace, share: 1).Values.Single();
            Assert.Equal(2, donor!.Donor.Seed);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_donor_that_looks_unnatural_is_passed_over(bool verify)
    {
        using var scene = Scene.Of("johns/John_Simm/000288_00470387.jpg");
        var good = Engine.Donors.Made.Where(IsMan).Take(4).ToList();
        var broken = good.ConvertAll(donor => BrokenDonors.Displaced(donor) with { Seed = -1 - donor.Seed });
        var assignment = Engine.Assignment(luck: 1, new DonorLibrary(Engine.Donors.Shapes, [.. good, .. broken]));

        foreach (var _ in Enumerable.Range(0, 12))
        {
            var donors = assignment.Run(scene.Bgr, [scene.Main], Replace with { Verify = verify }, share: 1);
            Assert.InRange(donors.Values.Single()!.Donor.Seed, 0, int.MaxValue);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Where_every_donor_looks_unnatural_there_is_none_and_the_face_is_blurred(bool verify)
    {
        using var scene = Scene.Of("johns/John_Simm/000288_00470387.jpg");
        var subject = scene.Main;
        var broken = Engine.Donors.Made.Where(IsMan).Take(4).Select(BrokenDonors.Displaced);
        var assignment = Engine.Assignment(luck: 1, new DonorLibrary(Engine.Donors.Shapes, [.. broken]));
        var options = Replace with { Verify = verify };
        using var canvas = scene.Picture.ToCanvas(keepsOriginal: true);

        var donors = assignment.Run(scene.Bgr, [subject], options, share: 1);
        var report = Engine.Deidentifier.Treat(canvas, subject, new Treatment(options) { Disguises = donors });

        Assert.Null(donors[subject.Face.Id]);
        Assert.Equal((DeidentificationMethod.Blur, FallbackReason.Unnatural), (report.Method, report.Fallback));
        using var blurred = scene.After(subject, new DeidentificationOptions { Method = DeidentificationMethod.Blur });
        Scene.AssertSame(blurred, canvas.Bgr);
    }

    [Fact]
    public void An_average_with_which_the_subject_is_still_recognised_is_passed_over_and_others_are_shared()
    {
        using var scene = Scene.Of("johns/John_Simm/000288_00470387.jpg");
        Subject[] both = [scene.Main, scene.Main with { Face = scene.Main.Face with { Id = 99 } }];
        var average = Engine.Donors.Made.First(donor => donor is { IsAverage: true, Who.IsMale: true, Who.IsChild: false });
        var self = average with { Picture = scene.Bgr.ToBytes(".png"), Points = scene.Main.Landmarks.ToComplex(), Seed = -1 };
        // Nothing is as much like the subject as its own measures.
        using var view = FaceView.Of(scene.Bgr, self.Points)!;
        self = self with { Measures = DonorAssignment.WantedBy(view, scene.Main).Measures };
        var assignment = Engine.Assignment(luck: 1, new DonorLibrary(Engine.Donors.Shapes, [self, average]));
        var options = Replace with { Method = DeidentificationMethod.Average };

        var donors = assignment.Run(scene.Bgr, both, options, share: 1);
        var blind = assignment.Run(scene.Bgr, both, options with { Verify = false }, share: 1);

        Assert.All(donors.Values, donor => Assert.Equal(average.Seed, donor!.Donor.Seed));
        Assert.All(blind.Values, donor => Assert.Equal(-1, donor!.Donor.Seed)); // it came first
        Assert.Equal(2, donors.Count);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(6, true)]
    [InlineData(100, false)]
    public void No_more_is_tried_on_than_may_be(int left, bool isBlind)
    {
        using var scene = Scene.Of("johns/John_Simm/000288_00470387.jpg");
        Subject[] both = [scene.Main, scene.Main with { Face = scene.Main.Face with { Id = 99 } }];
        var self = Engine.Donors.Made.First(IsMan) with { Points = scene.Main.Landmarks.ToComplex() };
        // The more it is blurred, the less it is recognised: the first face gets 3, and of the others 2 is the furthest.
        var library = new DonorLibrary(Engine.Donors.Shapes, [.. Enumerable.Range(1, 3).Select(sigma =>
        {
            using var blurred = scene.Bgr.GaussianBlur(default, 0.4 * sigma);
            return self with { Seed = sigma, Picture = blurred.ToBytes(".png") };
        })]);

        var second = Enumerable.Range(0, 12).Select(luck =>
            Engine.Assignment(luck, library).Run(scene.Bgr, both, Replace, share: 1, left)[99]!.Donor.Seed).ToList();

        Assert.Equal(isBlind, second.Contains(1));
    }

    [Fact]
    public void A_face_outside_of_the_picture_gets_none()
    {
        using var scene = Scene.Of("johns/John_Simm/000288_00470387.jpg");
        var away = scene.Main with
        {
            Landmarks = new([.. scene.Main.Landmarks.Points.Select(p => new PixelPoint(p.X + 5000, p.Y))]),
        };

        Assert.Empty(Engine.Assignment(luck: 1).Run(scene.Bgr, [away], Replace, share: 1));
    }

    private static bool IsMan(Donor donor) => donor is { IsAverage: false, Who: { Male: > 0.5, Age: > 20 } };
}

using FaceDeid.Donors;
using FaceDeid.Tests.Protection;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Donors;

public sealed class DonorMixtureTests
{
    [Theory]
    [InlineData(0)] // of the one that it is made around
    [InlineData(3)]
    public void A_strand_of_one_of_five_leaves_no_trace(int whose) => AssertNoTrace(whose, (picture, p) =>
        Cv2.Line(picture, SureSkin.ToPoint(p[19] - ((p[8] - p[27]) * 0.3)), SureSkin.ToPoint(p[3]), new Scalar(15, 20, 25), 6));

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_coloured_patch_on_one_of_five_leaves_no_trace(int whose) => AssertNoTrace(whose, (picture, p) =>
        Cv2.Circle(
            picture, SureSkin.ToPoint((p[2] + p[31]) / 2), (int)(0.08 * FaceMesh.WidthOf(p)), new Scalar(220, 60, 30), -1));

    [Fact]
    public void What_most_have_stays()
    {
        using var scene = Scene.Of("faces/Tom_Cruise_avp_2014_4.jpg");
        var face = scene.Main.Landmarks.ToComplex();
        using var mole = scene.Bgr.Clone();
        Cv2.Circle(
            mole, SureSkin.ToPoint((face[2] + face[31]) / 2), (int)(0.05 * FaceMesh.WidthOf(face)), new Scalar(60, 70, 90), -1);

        using var without = Mixed(scene, Enumerable.Repeat(scene.Bgr, 5));
        using var with = Mixed(scene, Enumerable.Repeat(mole, 5));

        Assert.True(Worst(without, with) > 20);
    }

    [Fact]
    public void A_mixture_has_its_peoples_kind_and_the_firsts_number()
    {
        using var scene = Scene.Of("faces/Tom_Cruise_avp_2014_4.jpg");
        var people = Enumerable.Range(0, 5).Select(i => Person(scene, scene.Bgr, number: 11 + i)).ToList();

        var donor = DonorMixture.Mix(Engine.Donors.Shapes, people, Engine.AgeAndSex, Engine.FaceExpressions);
        var children = DonorMixture.Mix(
            Engine.Donors.Shapes, people.ConvertAll(person => person with { Who = new(5, 1) }), Engine.AgeAndSex,
            Engine.FaceExpressions);

        Assert.Equal((11, false), (donor.Seed, donor.IsAverage));
        Assert.True(donor.Who.Age >= 13);
        Assert.True(children.Who.Age < 13);
        Assert.InRange(donor.Expression.LikenessTo(scene.Main.Expression!.Value), 0.9, 1); // all smile
        using var texture = donor.Texture();
        using var lab = texture.ToLab();
        using var own = scene.Bgr.ToLab();
        Assert.Equal(
            FaceMeasures.Of(own, people[0].Points).Skin.Tone.Item0,
            FaceMeasures.Of(lab, donor.Points).Skin.Tone.Item0, 3f);
    }

    private static void AssertNoTrace(int whose, Action<Mat, System.Numerics.Complex[]> paint)
    {
        using var scene = Scene.Of("faces/Tom_Cruise_avp_2014_4.jpg");
        using var painted = scene.Bgr.Clone();
        paint(painted, scene.Main.Landmarks.ToComplex());

        using var without = Mixed(scene, Enumerable.Repeat(scene.Bgr, 5));
        using var with = Mixed(scene, Enumerable.Range(0, 5).Select(i => i == whose ? painted : scene.Bgr));
        using var all = Mixed(scene, Enumerable.Repeat(painted, 5));

        Assert.InRange(Worst(without, with), 0, 14);
        Assert.True(Worst(without, all) > 40); // it would be seen
    }

    private static Mat Mixed(Scene scene, IEnumerable<Mat> pictures) => DonorMixture.Mix(
        Engine.Donors.Shapes, [.. pictures.Select((picture, i) => Person(scene, picture, i))], Engine.AgeAndSex,
        Engine.FaceExpressions).Texture();

    private static DonorPicture Person(Scene scene, Mat picture, int number)
    {
        using var lab = picture.ToLab();
        var points = scene.Main.Landmarks.ToComplex();
        return new DonorPicture(
            picture, points, scene.Main.Embedding!, FaceMeasures.Of(lab, points), scene.Main.Who!.Value, number);
    }

    // The largest difference of a few pixels in L*, a* or b*.
    private static double Worst(Mat a, Mat b)
    {
        using var first = a.ToLab();
        using var second = b.ToLab();
        using var difference = new Mat();
        Cv2.Absdiff(first, second, difference);
        using var smooth = difference.Smooth(1.5);
        return Cv2.Norm(smooth, NormTypes.INF);
    }
}

using FaceDeid.Faces.Detection;
using FaceDeid.Imaging;
using FaceDeid.Protection;
using FaceDeid.Protection.Subjects;
using FaceDeid.TestData;
using Microsoft.Extensions.DependencyInjection;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Protection;

/// <summary>What may be a face or not: here the one face that is proposed, because the second look never is sure.</summary>
public sealed class UncertainFacesTests : IDisposable
{
    private static readonly byte[] Face = File.ReadAllBytes(TestFiles.Example("faces/Tom_Cruise_avp_2014_4.jpg"));
    private static readonly Box Place = Engine.Reader.Run([Face], reading =>
    {
        using var picture = reading.Decode(Face, new DetectionOptions());
        using var image = SearchImage.Create(picture);
        return Assert.Single(Engine.Finder.Find(image, new DetectionOptions { MinScore = 0.95 })).Box;
    }, CancellationToken.None);

    private static readonly ImageOutput Png = new(ImageFormat.Png);

    private readonly ServiceProvider _services = Engine.With(services => services.AddSingleton(sp => new FaceFinder(
        [new OneFace()],
        new SecondLook(
            Engine.UltraFace, Engine.Landmarks,
            new SecondLookModel(Bias: 0.6, SecondLook.FeatureNames.ToDictionary(name => name, _ => 0.0, StringComparer.Ordinal))),
        sp.GetRequiredService<WorkerGate>())));

    public static TheoryData<DeidentificationMethod> Methods => [.. Enum.GetValues<DeidentificationMethod>()];

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task It_is_treated_without_a_guess_at_a_face_and_never_black_unless_asked(DeidentificationMethod method)
    {
        var result = await RunAsync(new() { Method = method, AllowWeak = true });

        var report = Assert.Single(result.Report.Faces);
        Assert.Equal((Certainty.Low, true), (report.Certainty, report.Treated));
        var plain = method is DeidentificationMethod.Blur or DeidentificationMethod.Pixelate or DeidentificationMethod.Mask
            or DeidentificationMethod.Scramble;
        Assert.Equal(plain ? method : DeidentificationMethod.Blur, report.Method);
        Assert.Equal(plain ? null : FallbackReason.Uncertain, report.Fallback);
        using var before = Pixels(Face);
        using var after = Pixels(result.Picture);
        Assert.True(Cv2.Norm(before, after, NormTypes.L1) > 0);
        using var middle = after.SubMat(new Rect(
            report.Box.X + (report.Box.Width / 4), report.Box.Y + (report.Box.Height / 4),
            report.Box.Width / 2, report.Box.Height / 2));
        Assert.Equal(method == DeidentificationMethod.Mask, Cv2.Norm(middle, NormTypes.INF) == 0);
    }

    [Fact]
    public async Task One_that_is_still_recognised_is_blurred_more_and_not_masked()
    {
        var result = await RunAsync(new() { Method = DeidentificationMethod.Pixelate, Strength = 0.15 });

        var report = Assert.Single(result.Report.Faces);
        Assert.NotEqual(DeidentificationMethod.Mask, report.Method);
        Assert.True(report.SimilarityAfter < 0.5);
    }

    [Fact]
    public async Task It_is_left_as_it_is_where_that_is_asked_for_and_others_are_treated()
    {
        var box = new Box(10, 10, 40, 40);
        var options = new DeidentificationOptions
        {
            Method = DeidentificationMethod.Mask,
            Uncertain = UncertainPolicy.Leave,
            Faces = [new EditedFace(null, box, null)],
            Redetect = true,
        };

        var result = await RunAsync(options);

        Assert.Equal([true, false], result.Report.Faces.Select(face => face.Treated));
        using var before = Pixels(Face);
        using var after = Pixels(result.Picture);
        var left = result.Report.Faces[1].Box;
        using var was = before.SubMat(new Rect(left.X, left.Y, left.Width, left.Height));
        using var stayed = after.SubMat(new Rect(left.X, left.Y, left.Width, left.Height));
        Assert.Equal(0, Cv2.Norm(was, stayed, NormTypes.INF));
    }

    [Fact]
    public async Task A_picture_in_which_all_would_be_left_is_no_success()
    {
        var refusal = await Assert.ThrowsAsync<FaceDeidException>(() => RunAsync(new() { Uncertain = UncertainPolicy.Leave }));
        Assert.Equal(FaceDeidError.NoFace, refusal.Code);

        var passed = await RunAsync(new() { Uncertain = UncertainPolicy.Leave, OnNoFace = NoFacePolicy.Pass });
        Assert.False(Assert.Single(passed.Report.Faces).Treated);
    }

    [Fact]
    public async Task A_picture_with_one_is_refused_where_that_is_asked_for()
    {
        var refusal = await Assert.ThrowsAsync<FaceDeidException>(() => RunAsync(new() { Uncertain = UncertainPolicy.Error }));

        Assert.Equal(FaceDeidError.UncertainFaces, refusal.Code);
        Assert.Contains("1 of the 1 faces", Refusal.Checked(refusal.Message), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_caller_drew_is_certain()
    {
        var options = new DeidentificationOptions
        {
            Uncertain = UncertainPolicy.Error,
            Faces = [new EditedFace(null, new Box(10, 10, 40, 40), null)],
        };

        var report = Assert.Single((await RunAsync(options)).Report.Faces);

        Assert.Equal((null, true), (report.Certainty, report.Treated));
    }

    public void Dispose() => _services.Dispose();

    /// <summary>Proposes the face of the picture, where it is upright.</summary>
    private sealed class OneFace : IFaceDetector
    {
        public DetectorKind Kind => DetectorKind.UltraFace;

        public int MaxSide => 4000;

        public bool IsLookedAtTwice => true;

        public IReadOnlyList<RawDetection> Detect(SearchImage image, DetectionOptions options) =>
            image.Height > 320 ? [new RawDetection(Place, 0.9)] : [];
    }

    private static Mat Pixels(byte[] file)
    {
        using var picture = Engine.Decoder.Decode(file);
        return picture.Bgr.Clone();
    }

    private async Task<DeidentificationResult> RunAsync(DeidentificationOptions options)
    {
        using var scope = _services.CreateScope();
        return await scope.ServiceProvider.GetRequiredService<DeidentificationPipeline>()
            .DeidentifyAsync(Face, options, Png, CancellationToken.None);
    }
}

using FaceDeid.Collections;
using FaceDeid.Evaluation.Inversions;
using FaceDeid.Faces.Detection;
using FaceDeid.Imaging;
using FaceDeid.Protection;
using FaceDeid.Protection.Methods;
using FaceDeid.Protection.Scrambling;
using FaceDeid.Protection.Subjects;
using FaceDeid.Sealing;
using FaceDeid.Tests.Evaluation.Inversions;
using FaceDeid.Tests.Protection;
using FaceDeid.Tests.Protection.Scrambling;
using Xunit;

namespace FaceDeid.Tests.Core;

/// <summary>Whatever takes long ends inside of itself when its caller is gone, and not only before the next step.</summary>
public sealed class AbandonedWorkTests
{
    private static readonly ImageOutput Png = new(ImageFormat.Png);

    private static readonly Lazy<byte[]> Encoded = new(() =>
    {
        using var picture = Noise.Picture(400, 300, seed: 3);
        return ImageEncoder.Encode(picture, alpha: null, Png);
    });

    private static readonly Lazy<Examined> Group = new(() => new Examined());

    private static readonly Dictionary<string, Action> Steps = new(StringComparer.Ordinal)
    {
        ["decode"] = () => Engine.Decoder.Decode(Encoded.Value).Dispose(),
        ["detect"] = () => Engine.Finder.Find(Group.Value.Views, new DetectionOptions()),
        ["detect by one network"] = () =>
            Engine.Finder.Find(Group.Value.Views, new DetectionOptions { Detector = DetectorKind.UltraFace }),
        ["examine"] = () => Engine.Deidentifier.Examine(Group.Value.Views, Group.Value.Faces, new DeidentificationOptions()),
        ["transform"] = () =>
            Engine.Deidentifier.Treat(Group.Value.Picture, Group.Value.Subjects[0], new Treatment(new DeidentificationOptions())),
        ["verify"] = () => Engine.Verification.Run(
            Group.Value.Picture, Group.Value.Subjects,
            [.. Group.Value.Subjects.Select(FaceDeidentifier.Report).Select(r => r with { Treated = true })],
            new Treatment(new DeidentificationOptions()), new WorkBudget()),
        ["plan"] = () => ScramblePlan.Create(Group.Value.Subjects, Group.Value.Picture.Bgr.Size(), RegionShape.Ellipse).Dispose(),
        ["blocks"] = () => OwnBlocks.Divide(Group.Value.Picture.Bgr.Size(), [new Box(0, 0, 64, 64)]),
        ["seal"] = () => FacePixels.Collect(
            Group.Value.Original, Group.Value.Picture, [.. Group.Value.Subjects.Select(s => s.Box)], hasOpacity: true),
        ["encode"] = () => ImageEncoder.Encode(Group.Value.Picture.Bgr, alpha: null, Png),
        ["group"] = () => Partition.Split([.. Enumerable.Range(0, 10).Select(i => new float[] { i })], k: 2),
        ["undo a blur"] = () => Undo(new WienerDeconvolution(), DeidentificationMethod.Blur),
        ["undo blocks"] = () => Undo(new BlockUpsampling(), DeidentificationMethod.Pixelate),
        ["undo a permutation"] = () => Undo(new BlockUnscrambling(), DeidentificationMethod.Scramble),
    };

    public static TheoryData<string> Names => [.. Steps.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_step_ends_when_its_caller_is_gone(string name)
    {
        Steps[name](); // it works, and what it needs is there
        using var gate = new WorkerGate(1);
        using var caller = new CancellationTokenSource();
        var outcome = new TaskCompletionSource<Exception?>();
        var work = gate.RunAsync(
            () =>
            {
                caller.Cancel();
                outcome.SetResult(Record.Exception(Steps[name]));
                return true;
            },
            caller.Token);

        await Record.ExceptionAsync(() => work); // it may have ended before anybody waited for it
        Assert.IsType<OperationCanceledException>(await outcome.Task, exactMatch: false);
    }

    private static void Undo(IInversion inversion, DeidentificationMethod method)
    {
        using var face = Cut.Of("faces/2009_004587.jpg");
        using var after = face.After(method);
        inversion.Invert(face.Original, after)?.Dispose();
    }

    /// <summary>A picture with faces, for as long as the tests run.</summary>
    private sealed class Examined : IDisposable
    {
        private readonly Scene _scene = Scene.Of("faces/2009_004587.jpg");

        public Examined()
        {
            Picture = _scene.Picture.ToCanvas(keepsOriginal: true);
            Views = new PictureViews(Original);
            _ = Views.Now.Gray;
        }

        public UprightImage Original => _scene.Picture;

        /// <summary>What is treated.</summary>
        public UprightImage Picture { get; }

        public PictureViews Views { get; }

        public IReadOnlyList<Subject> Subjects => _scene.Subjects;

        public IReadOnlyList<FoundFace> Faces => [.. Subjects.Select(subject => subject.Face)];

        public void Dispose()
        {
            Views.Dispose();
            Picture.Dispose();
            _scene.Dispose();
        }
    }
}

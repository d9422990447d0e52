using FaceDeid.Collections;
using FaceDeid.Donors;
using FaceDeid.Evaluation;
using FaceDeid.Evaluation.Datasets;
using FaceDeid.Evaluation.Examined;
using FaceDeid.Faces;
using FaceDeid.Faces.Detection;
using FaceDeid.Faces.Landmarks;
using FaceDeid.Faces.Networks;
using FaceDeid.Faces.Recognition;
using FaceDeid.Imaging;
using FaceDeid.Imaging.Formats;
using FaceDeid.Notebook;
using FaceDeid.Protection;
using FaceDeid.Protection.Methods;
using FaceDeid.Protection.Replacement;
using FaceDeid.Sealing;
using FaceDeid.TestData;
using Microsoft.Extensions.DependencyInjection;

namespace FaceDeid.Tests;

/// <summary>
/// The library as the service builds it, with the real models, once for the whole test process: loading takes a second. All of it
/// is thread-safe, so that test classes may run side by side.
/// </summary>
internal static class Engine
{
    private static readonly ServiceProvider Services = With(_ => { });
    private static readonly IServiceScope Scope = Services.CreateScope();

    public static ImageLimits Limits { get; } = new(MaxMegapixels: 50, MaxSide: 20_000);

    public static string ModelsDirectory { get; } = Path.Combine(TestFiles.Root, "models");

    public static ImageDecoder Decoder => Services.GetRequiredService<ImageDecoder>();

    public static InputFormats Formats => Services.GetRequiredService<InputFormats>();

    public static FaceFinder Finder => Services.GetRequiredService<FaceFinder>();

    public static UltraFace UltraFace => Services.GetRequiredService<UltraFace>();

    public static LandmarkNetwork Landmarks => Services.GetRequiredService<LandmarkNetwork>();

    public static SecondLook SecondLook => Services.GetRequiredService<SecondLook>();

    public static LandmarkPredictor Predictor => Services.GetRequiredService<LandmarkPredictor>();

    public static CheckedLandmarkPredictor CheckedPredictor => Services.GetRequiredService<CheckedLandmarkPredictor>();

    public static FaceEmbedder Embedder => Services.GetRequiredService<FaceEmbedder>();

    public static AgeSexNetwork AgeAndSex => Services.GetRequiredService<AgeSexNetwork>();

    public static ExpressionNetwork FaceExpressions => Services.GetRequiredService<ExpressionNetwork>();

    public static DonorLibrary Donors => Services.GetRequiredService<DonorLibrary>();

    public static DonorChoice DonorChoice => Services.GetRequiredService<DonorChoice>();

    /// <summary>Who gets which donor, by a chance that is the same for the same number.</summary>
    public static DonorAssignment Assignment(int luck, DonorLibrary? donors = null) =>
        new(donors ?? Donors, new DonorChoice(donors ?? Donors, new Random(luck).Next), Embedder, Landmarks, Gate);

    public static DonorBuilder DonorBuilder => Services.GetRequiredService<DonorBuilder>();

    public static FaceDeidentifier Deidentifier => Services.GetRequiredService<FaceDeidentifier>();

    public static ReferenceExaminer References => Services.GetRequiredService<ReferenceExaminer>();

    public static Verification Verification => Services.GetRequiredService<Verification>();

    public static SelfTest SelfTest => Services.GetRequiredService<SelfTest>();

    public static WorkerGate Gate => Services.GetRequiredService<WorkerGate>();

    public static DeidentificationPipeline Pipeline => Scope.ServiceProvider.GetRequiredService<DeidentificationPipeline>();

    public static FaceReader Reader => Services.GetRequiredService<FaceReader>();

    public static FacePipeline FacePipeline => Scope.ServiceProvider.GetRequiredService<FacePipeline>();

    public static NotebookPipeline Notebook => Scope.ServiceProvider.GetRequiredService<NotebookPipeline>();

    public static SealPipeline Seals => Scope.ServiceProvider.GetRequiredService<SealPipeline>();

    public static CollectionPipeline Collections => Scope.ServiceProvider.GetRequiredService<CollectionPipeline>();

    public static CollectionParts CollectionParts => Services.GetRequiredService<CollectionParts>();

    public static ChipFrame ChipFrame => Services.GetRequiredService<ChipFrame>();

    public static RowExaminer RowExaminer => Services.GetRequiredService<RowExaminer>();

    /// <summary>The main face of a photo as attackers see it.</summary>
    public static ComparedFace Known(byte[] photo) => Reader.Run([photo], reading =>
    {
        using var picture = reading.Decode(photo, new DetectionOptions());
        return RowExaminer.Known(reading, picture, needsFace: true);
    }, CancellationToken.None);

    /// <summary>A picture before and after as it is evaluated.</summary>
    public static ExaminedRow Examined(EvaluationRow row, byte[] original, byte[] deidentified, RowView view) =>
        Reader.Run([original, deidentified], reading =>
        {
            using var before = reading.Decode(original, new DetectionOptions());
            using var after = reading.Decode(deidentified, new DetectionOptions());
            return RowExaminer.Row(reading, row, person: 0, before, after, view);
        }, CancellationToken.None);

    public static EvaluationPipeline Evaluation => Scope.ServiceProvider.GetRequiredService<EvaluationPipeline>();

    public static ExpressionClassifier Expressions => Services.GetRequiredService<ExpressionClassifier>();

    /// <summary>Those that need no file of the operator's.</summary>
    public static IReadOnlyList<IFaceDetector> Detectors { get; } = [.. Services.GetServices<IFaceDetector>()];

    public static IFaceDetector Detector(DetectorKind kind) => Detectors.Single(d => d.Kind == kind);

    public static IFaceTransform Transform(DeidentificationMethod method) =>
        Services.GetServices<IFaceTransform>().Single(t => t.Method == method);

    /// <summary>Another one, with something added or put in another's place; the caller disposes of it.</summary>
    public static ServiceProvider With(Action<IServiceCollection> change)
    {
        var services = new ServiceCollection()
            .AddFaceDeid(_ => new EngineOptions { ModelsDirectory = ModelsDirectory, Workers = 2, Limits = Limits });
        change(services);
        return services.BuildServiceProvider(validateScopes: true);
    }
}

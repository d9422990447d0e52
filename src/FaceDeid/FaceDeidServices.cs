using System.Collections.Concurrent;
using FaceDeid.Collections;
using FaceDeid.Dlib;
using FaceDeid.Donors;
using FaceDeid.Evaluation;
using FaceDeid.Evaluation.Attacks;
using FaceDeid.Evaluation.Inversions;
using FaceDeid.Evaluation.Recognisers;
using FaceDeid.Evaluation.Utility;
using FaceDeid.Faces;
using FaceDeid.Faces.Detection;
using FaceDeid.Faces.Landmarks;
using FaceDeid.Faces.Recognition;
using FaceDeid.Imaging;
using FaceDeid.Imaging.Caged;
using FaceDeid.Imaging.Formats;
using FaceDeid.Models;
using FaceDeid.Notebook;
using FaceDeid.Protection;
using FaceDeid.Protection.Methods;
using FaceDeid.Sealing;
using Microsoft.Extensions.DependencyInjection;

namespace FaceDeid;

/// <summary>Puts the library into a service collection.</summary>
public static class FaceDeidServices
{
    /// <summary>
    /// Adds the scoped <see cref="DeidentificationPipeline"/> and what it is made of. Models load when first asked for:
    /// ask for <see cref="SelfTest"/> at start to load all of them.
    /// </summary>
    public static IServiceCollection AddFaceDeid(this IServiceCollection services, Func<IServiceProvider, EngineOptions> options)
    {
        NativeLibraries.Configure();
        return services
            .AddImaging(options)
            .AddSingleton(sp => ModelManifest.Load(options(sp).ModelsDirectory))
            .AddSingleton(_ => FrontalFaceDetector.Create())
            .AddSingleton<IFaceDetector, HogDetector>()
            .AddSingleton<IFaceDetector>(sp => new HaarCascadeDetector(sp.GetRequiredService<ModelManifest>().Verified("haar-frontalface")))
            .AddSingleton<IFaceDetector>(sp => new UltraFaceDetector(sp.GetRequiredService<ModelManifest>().Verified("ultraface")))
            .AddSingleton<IFaceDetector>(sp => new HaarProfileDetector(sp.GetRequiredService<ModelManifest>().Verified("haar-profileface")))
            .AddSingleton(sp => new FaceFinder([.. sp.GetServices<IFaceDetector>(), .. OperatorsDetectors(sp.GetRequiredService<ModelManifest>())], sp.GetRequiredService<WorkerGate>()))
            .AddSingleton(sp => ShapePredictor.Load(sp.GetRequiredService<ModelManifest>().Verified("landmarks68")))
            .AddSingleton<LandmarkPredictor>()
            .AddSingleton(sp => new CheckedLandmarkPredictor(
                sp.GetRequiredService<LandmarkPredictor>(), sp.GetRequiredService<ModelManifest>().Verified("landmarks68-cnn")))
            .AddSingleton(sp => new FaceEmbedder(sp.GetRequiredService<ModelManifest>().Verified("face-embedding")))
            .AddSingleton<FaceReader>()
            .AddScoped(sp => new FacePipeline(sp.GetRequiredService<FaceReader>()))
            .AddScoped(sp => new NotebookPipeline(sp.GetRequiredService<FaceReader>()))
            .AddSingleton<DonorBuilder>()
            .AddSingleton(sp => options(sp).DonorPictures is { } pictures
                ? sp.GetRequiredService<DonorBuilder>().Build(pictures)
                : DonorLibrary.Load(sp.GetRequiredService<ModelManifest>().CachePath(DonorLibrary.FileName)))
            .AddSingleton<IFaceTransform, FaceReplacement>()
            .AddSingleton<IFaceTransform, AverageReplacement>()
            .AddSingleton<IFaceTransform, DonorMerge>()
            .AddSingleton<IFaceTransform, GaussianBlur>()
            .AddSingleton<IFaceTransform, Pixelation>()
            .AddSingleton<IFaceTransform, SolidMask>()
            .AddSingleton<IFaceTransform, EyeBar>()
            .AddSingleton<IFaceTransform, BinaryThreshold>()
            .AddSingleton<IFaceTransform, BlockScramble>()
            .AddSingleton<FaceDeidentifier>()
            .AddSingleton<ReferenceExaminer>()
            .AddSingleton<Verification>()
            .AddSingleton(sp => new ExpressionClassifier(sp.GetRequiredService<ModelManifest>().Verified("expression")))
            .AddSingleton(sp => new ChipFrame(sp.GetRequiredService<DonorLibrary>().Shapes))
            .AddSingleton<ChipExpressions>()
            .AddSingleton<PictureExaminer>()
            .AddSingleton<GroupPhotos>()
            .AddSingleton(sp => new CollectionParts(
                sp.GetRequiredService<PictureExaminer>(), sp.GetRequiredService<ChipFrame>(), sp.GetRequiredService<ChipExpressions>(),
                sp.GetRequiredService<GroupPhotos>(), Software(sp.GetRequiredService<ModelManifest>(), sp.GetRequiredService<DonorLibrary>()), sp.GetService<CertificateKey>(), options(sp).MaxCollectionFaces))
            .AddScoped(sp => new CollectionPipeline(sp.GetRequiredService<CollectionParts>(), sp.GetRequiredService<WorkerGate>()))
            .AddEvaluation(sp => options(sp).MaxEvaluationRows)
            .AddSingleton(sp =>
            {
                LoadSideBySide(sp);
                return new SelfTest(
                    sp.GetRequiredService<ImageDecoder>(), sp.GetRequiredService<FaceFinder>(), sp.GetRequiredService<LandmarkPredictor>(),
                    sp.GetRequiredService<FaceDeidentifier>(), sp.GetRequiredService<CollectionParts>(), sp.GetRequiredService<WorkerGate>());
            })
            .AddSingleton<FaceRestorer>()
            .AddScoped(sp => new SealPipeline(
                sp.GetRequiredService<FaceReader>(), sp.GetRequiredService<DeidentificationPipeline>(), sp.GetRequiredService<FaceRestorer>()))
            .AddScoped(sp => new DeidentificationPipeline(
                sp.GetRequiredService<FaceReader>(), sp.GetRequiredService<FaceDeidentifier>(), sp.GetRequiredService<ReferenceExaminer>(),
                sp.GetRequiredService<Verification>()));
    }

    private static SpareMemory Spare(IServiceProvider services) => new(
    [
        .. services.GetServices<IFaceDetector>().OfType<IKeepsMemory>(), services.GetRequiredService<CheckedLandmarkPredictor>(),
        services.GetRequiredService<FaceEmbedder>(), services.GetRequiredService<ExpressionClassifier>(),
    ]);

    private static IServiceCollection AddImaging(
        this IServiceCollection services, Func<IServiceProvider, EngineOptions> options) =>
        services
            .AddSingleton(sp => options(sp).Limits)
            .AddSingleton(_ => new InputFormats(new CagedDecoder()))
            .AddSingleton<ImageDecoder>()
            .AddSingleton(sp => new PixelBudget(options(sp).PixelBytes))
            .AddSingleton(sp => new WorkerGate(options(sp).Workers))
            .AddSingleton(Spare);

    private static IServiceCollection AddEvaluation(this IServiceCollection services, Func<IServiceProvider, int> maxRows)
    {
        return services
            .AddSingleton<FaceViewer>()
            .AddSingleton<UtilityExaminer>()
            .AddSingleton<IInversion, WienerDeconvolution>()
            .AddSingleton<IInversion, BlockUpsampling>()
            .AddSingleton<IInversion, BlockUnscrambling>()
            .AddSingleton<RowExaminer>()
            .AddSingleton<IAttack, NaiveAttack>()
            .AddSingleton<IAttack, SamePhotoAttack>()
            .AddSingleton<IAttack, ReverseAttack>()
            .AddSingleton<IAttack, ParrotAttack>()
            .AddSingleton<IAttack>(new ReconstructionAttack(Inversion.Deconvolution))
            .AddSingleton<IAttack>(new ReconstructionAttack(Inversion.Upsampling))
            .AddSingleton<IAttack>(new ReconstructionAttack(Inversion.Unscrambling))
            .AddSingleton<IRecogniser, Eigenfaces>()
            .AddSingleton<IRecogniser, LocalBinaryPatterns>()
            .AddSingleton<IRecogniser, DeepEmbedding>()
            .AddSingleton<AttackBench>()
            .AddSingleton(sp => new EvaluationParts(
                sp.GetRequiredService<FaceReader>(), sp.GetRequiredService<RowExaminer>(), sp.GetRequiredService<AttackBench>(),
                [.. sp.GetRequiredService<FaceFinder>().Kinds.Where(kind => kind is not (DetectorKind.Auto or DetectorKind.HaarProfile))],
                sp.GetRequiredService<ImageLimits>(), maxRows(sp)))
            .AddScoped(sp => new EvaluationPipeline(
                sp.GetRequiredService<EvaluationParts>(), sp.GetRequiredService<DeidentificationPipeline>(), sp.GetRequiredService<CollectionPipeline>(),
                sp.GetRequiredService<WorkerGate>()));
    }

    /// <summary>What takes longest to load, one after the other on each processor. One that fails is asked for again by what needs it, and its failure is told there.</summary>
    private static void LoadSideBySide(IServiceProvider services)
    {
        Type[] slow = [typeof(ShapePredictor), typeof(DonorLibrary), typeof(ExpressionClassifier), typeof(FaceEmbedder),
            typeof(FaceFinder), typeof(InputFormats)];
        var processors = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.ForEach(Partitioner.Create(slow, EnumerablePartitionerOptions.NoBuffering), processors, type =>
        {
            try
            {
                services.GetRequiredService(type);
            }
            catch (Exception e) when (e is FaceDeidException or DlibException)
            {
            }
        });
    }

    private static CertificateSoftware Software(ModelManifest manifest, DonorLibrary donors) => new(
        FaceDeidDiagnostics.Name,
        typeof(FaceDeidServices).Assembly.GetName().Version!.ToString(fieldCount: 3),
        [.. manifest.Models.Select(model => new CertificateModel(model.Name, model.Sha256)), new CertificateModel("donors", donors.Sha256())]);

    /// <summary>Detectors whose model the operator brings: they are there when its file is.</summary>
    private static IEnumerable<IFaceDetector> OperatorsDetectors(ModelManifest manifest)
    {
        if (manifest.Unlisted(YuNetDetector.FileName) is { } file)
            yield return new YuNetDetector(file);
    }
}

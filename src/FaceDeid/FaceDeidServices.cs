using System.Collections.Concurrent;
using System.Security.Cryptography;
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
using FaceDeid.Faces.Networks;
using FaceDeid.Faces.Recognition;
using FaceDeid.Imaging;
using FaceDeid.Imaging.Caged;
using FaceDeid.Imaging.Formats;
using FaceDeid.Models;
using FaceDeid.Notebook;
using FaceDeid.Protection;
using FaceDeid.Protection.Methods;
using FaceDeid.Protection.Replacement;
using FaceDeid.Sealing;
using FaceDeid.Video;
using FaceDeid.Video.People;
using FaceDeid.Video.Review;
using FaceDeid.Video.Search;
using FaceDeid.Video.Segments;
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
            .AddFaces()
            .AddDonors(options)
            .AddProtection()
            .AddCollections(options)
            .AddEvaluation(options)
            .AddVideo()
            .AddSingleton(LoadedSelfTest);
    }

    private static IServiceCollection AddImaging(
        this IServiceCollection services, Func<IServiceProvider, EngineOptions> options) => services
            .AddSingleton(sp => options(sp).Limits)
            .AddSingleton(_ => new InputFormats(new CagedDecoder()))
            .AddSingleton<ImageDecoder>()
            .AddSingleton(sp => new PixelBudget(options(sp).PixelBytes))
            .AddSingleton(sp => new WorkerGate(options(sp).Workers))
            .AddSingleton(sp => ModelManifest.Load(options(sp).ModelsDirectory));

    private static IServiceCollection AddFaces(this IServiceCollection services) => services
        .AddSingleton(_ => FrontalFaceDetector.Create())
        .AddSingleton<IFaceDetector, HogDetector>()
        .AddSingleton<IFaceDetector>(sp => new HaarCascadeDetector(sp.Model("haar-frontalface")))
        .AddSingleton<IFaceDetector>(sp => new UltraFaceDetector(sp.Get<UltraFace>(), sp.Get<WorkerGate>()))
        .AddSingleton(sp => new UltraFace(sp.Model("ultraface")))
        .AddSingleton(sp => new LandmarkNetwork(sp.Model("landmarks68-cnn")))
        .AddSingleton(sp => new SecondLook(sp.Get<UltraFace>(), sp.Get<LandmarkNetwork>(), SecondLookModel.Load()))
        .AddSingleton<IFaceDetector>(sp => new HaarProfileDetector(sp.Model("haar-profileface")))
        .AddSingleton(sp => new FaceFinder(
            [.. sp.GetServices<IFaceDetector>(), .. OperatorsDetectors(sp.Get<ModelManifest>())], sp.Get<SecondLook>(),
            sp.Get<WorkerGate>()))
        .AddSingleton(sp => ShapePredictor.Load(sp.Model("landmarks68")))
        .AddSingleton<LandmarkPredictor>()
        .AddSingleton<CheckedLandmarkPredictor>()
        .AddSingleton(sp => new FaceEmbedder(sp.Model("face-embedding")))
        .AddSingleton(sp => new ExpressionClassifier(sp.Model("expression")))
        .AddSingleton(sp => new AgeSexNetwork(sp.Model("age-sex"), sp.Model("age-sex-list")))
        .AddSingleton(sp => new ExpressionNetwork(sp.Model("face-expression"), sp.Model("face-expression-list")))
        .AddSingleton<FaceReader>()
        .AddSingleton(sp => new SpareMemory(
            [.. sp.GetServices<IFaceDetector>().OfType<IKeepsMemory>(), sp.Get<LandmarkNetwork>()]))
        .AddScoped(sp => new FacePipeline(sp.Get<FaceReader>()))
        .AddScoped(sp => new NotebookPipeline(sp.Get<FaceReader>()));

    private static IServiceCollection AddDonors(
        this IServiceCollection services, Func<IServiceProvider, EngineOptions> options) => services
            .AddSingleton<DonorBuilder>()
            .AddSingleton(sp =>
            {
                var shipped = DonorLibrary.Load(sp.Get<ModelManifest>().PathOf(DonorLibrary.FileName));
                return options(sp).DonorPictures is { } pictures
                    ? sp.Get<DonorBuilder>().Build(pictures, shipped.Shapes)
                    : shipped;
            });

    private static IServiceCollection AddProtection(this IServiceCollection services) => services
        .AddSingleton(sp => new DonorChoice(sp.Get<DonorLibrary>(), RandomNumberGenerator.GetInt32))
        .AddSingleton<DonorAssignment>()
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
        .AddSingleton<ReferencePhotos>()
        .AddSingleton<Verification>()
        .AddScoped(sp => new DeidentificationPipeline(
            sp.Get<FaceReader>(), sp.Get<FaceDeidentifier>(), sp.Get<ReferencePhotos>(), sp.Get<DonorAssignment>(),
            sp.Get<Verification>()))
        .AddSingleton<FaceRestorer>()
        .AddScoped(sp => new SealPipeline(sp.Get<FaceReader>(), sp.Get<DeidentificationPipeline>(), sp.Get<FaceRestorer>()));

    private static IServiceCollection AddCollections(
        this IServiceCollection services, Func<IServiceProvider, EngineOptions> options) => services
            .AddSingleton(sp => new ChipFrame(sp.Get<DonorLibrary>().Shapes))
            .AddSingleton<ChipExpressions>()
            .AddSingleton<PictureExaminer>()
            .AddSingleton<GroupPhotos>()
            .AddSingleton(sp => new CollectionParts(
                sp.Get<PictureExaminer>(), sp.Get<ChipFrame>(), sp.Get<ChipExpressions>(), sp.Get<GroupPhotos>(),
                Software(sp.Get<ModelManifest>(), sp.Get<DonorLibrary>()),
                sp.GetService<CertificateKey>(), options(sp).MaxCollectionFaces))
            .AddScoped(sp => new CollectionPipeline(sp.Get<CollectionParts>(), sp.Get<WorkerGate>()));

    private static IServiceCollection AddEvaluation(
        this IServiceCollection services, Func<IServiceProvider, EngineOptions> options) => services
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
                sp.Get<FaceReader>(), sp.Get<RowExaminer>(), sp.Get<AttackBench>(),
                [.. sp.Get<FaceFinder>().Kinds.Where(kind => kind is not (DetectorKind.Auto or DetectorKind.HaarProfile))],
                sp.Get<ImageLimits>(), options(sp).MaxEvaluationRows))
            .AddScoped(sp => new EvaluationPipeline(
                sp.Get<EvaluationParts>(), sp.Get<DeidentificationPipeline>(),
                sp.Get<CollectionPipeline>(), sp.Get<WorkerGate>()));

    private static IServiceCollection AddVideo(this IServiceCollection services) => services
        .AddSingleton<FrameSearcher>()
        .AddSingleton(new SegmentFrames())
        .AddSingleton<TrackSampler>()
        .AddSingleton<DonorPlan>()
        .AddSingleton<VideoAnalyser>()
        .AddSingleton<VideoPlanner>()
        .AddSingleton<DrawnTracks>()
        .AddSingleton<TrackReview>()
        .AddSingleton<TrackThumbnails>()
        .AddSingleton<ContactSheet>()
        .AddSingleton<MaskVideo>()
        .AddSingleton<SegmentVerifier>()
        .AddSingleton<VideoRenderer>()
        .AddSingleton<SharedWork>()
        .AddScoped(sp => new VideoPipeline(
            sp.Get<SharedWork>(), sp.Get<VideoPlanner>(), sp.Get<TrackReview>(), sp.Get<TrackThumbnails>(),
            sp.Get<ContactSheet>(), sp.Get<MaskVideo>(), sp.Get<SegmentFrames>(), sp.Get<FaceReader>(),
            sp.Get<ReferencePhotos>(), sp.Get<ModelManifest>()));

    private static T Get<T>(this IServiceProvider services)
        where T : notnull => services.GetRequiredService<T>();

    private static string Model(this IServiceProvider services, string name) => services.Get<ModelManifest>().Verified(name);

    private static SelfTest LoadedSelfTest(IServiceProvider services)
    {
        LoadSideBySide(services);
        return new SelfTest(
            services.Get<ImageDecoder>(), services.Get<FaceFinder>(), services.Get<LandmarkPredictor>(),
            services.Get<AgeSexNetwork>(), services.Get<FaceDeidentifier>(), services.Get<CollectionParts>(),
            services.Get<WorkerGate>());
    }

    /// <summary>
    /// What takes longest to load, one after the other on each processor. One that fails is asked for again by what needs it, and
    /// its failure is told there.
    /// </summary>
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
        [
            .. manifest.Models.Select(model => new CertificateModel(model.Name, model.Sha256)),
            new CertificateModel("donors", donors.Sha256()),
        ]);

    /// <summary>Detectors whose model the operator brings: they are there when its file is.</summary>
    private static IEnumerable<IFaceDetector> OperatorsDetectors(ModelManifest manifest)
    {
        if (manifest.Unlisted(YuNetDetector.FileName) is { } file)
            yield return new YuNetDetector(file);
    }
}

using System.Diagnostics;
using System.Security.Cryptography;
using FaceDeid.Collections;
using FaceDeid.Faces.Recognition;
using FaceDeid.Imaging;
using Microsoft.Extensions.DependencyInjection;

namespace FaceDeid.Benchmarks.Collections;

/// <summary>What a collection took, in seconds.</summary>
/// <param name="Groups">To see who is near to whom, and to make the groups.</param>
/// <param name="Faces">To make the groups' faces and write their files.</param>
/// <param name="Certificate">To look for one person under several names, and to write the certificate.</param>
/// <param name="Chips">How many different chips came out.</param>
internal sealed record CollectionTimes(double Groups, double Faces, double Certificate, int Chips)
{
    public double Whole => Groups + Faces + Certificate;
}

/// <summary>The steps of <see cref="CollectionRun.CompleteAsync"/>, for faces that need no picture.</summary>
internal sealed class CollectionSteps(IServiceProvider services)
{
    private static readonly ImageOutput Png = new(ImageFormat.Png);

    private readonly ChipFrame _frame = services.GetRequiredService<ChipFrame>();
    private readonly CollectionParts _parts = services.GetRequiredService<CollectionParts>();
    private readonly SideBySide _work = new(services.GetRequiredService<WorkerGate>(), progress: null, CancellationToken.None);

    public async Task<CollectionTimes> RunAsync(IReadOnlyList<AlignedFace> faces, CollectionOptions options)
    {
        var subjects = new PictureSubject?[faces.Count];
        var start = Stopwatch.GetTimestamp();
        var people = Subjects.Group(faces, subjects);
        var (points, components) = await _work.OneAsync(
            "group", () => FaceSpace.Project(people, options.Neighbours!.Value, options.Components, _frame));
        var plan = await _work.OneAsync(
            "group", () => KSamePlan.Create(
                [new PeopleClass(Name: null, people)], people.Zip(points).ToDictionary(p => p.First, p => p.Second), options));
        var grouped = Stopwatch.GetTimestamp();

        var average = await _work.OneAsync("average", () => AverageOf(faces, options));
        var finished = await _work.EachAsync("average", plan.Assignments, assignment => Finish(average, assignment));
        var averaged = Stopwatch.GetTimestamp();

        var warnings = await _work.OneAsync(
            "group", () => CollectionWarnings.UnderSeveralNames(people, CancellationToken.None).ToList());
        ExaminedPicture[] inputs = [.. faces.Select(face => new ExaminedPicture(
            face.Index, finished[0].Sha256, FacesFound: 1, [face], HasReliableLandmarks: true, File: null, [],
            DamagePolicy.Error, Fault: null))];
        var json = new CertificateDraft(_parts.Software, options, options.Neighbours!.Value, components, subjects, _parts.Key)
            .Of(faces.Count, people.Count, plan, finished, photos: null, [], warnings, inputs).ToJson();
        if (json.Length == 0 || warnings.Count > 0)
            throw new InvalidOperationException("The people should all be different.");
        return new CollectionTimes(
            Seconds(start, grouped), Seconds(grouped, averaged), Seconds(averaged, Stopwatch.GetTimestamp()),
            finished.DistinctBy(face => face.Sha256, StringComparer.Ordinal).Count());

        static double Seconds(long from, long to) => Stopwatch.GetElapsedTime(from, to).TotalSeconds;
    }

    private IFaceAverage AverageOf(IReadOnlyList<AlignedFace> faces, CollectionOptions options) => options.Algorithm switch
    {
        KSameAlgorithm.KSamePixel => new PixelAverage(),
        KSameAlgorithm.KSameEigen =>
            new EigenAverage(PrincipalComponents.Learn([.. faces.Select(face => face.Pixels)], options.Components)),
        _ => new ModelAverage(_frame),
    };

    private static FinishedFace Finish(IFaceAverage average, Assignment assignment)
    {
        var face = average.Of(assignment.Face);
        using var pixels = ChipFrame.FromBytes(face.Pixels);
        var png = ImageEncoder.Encode(pixels, alpha: null, Png);
        return new FinishedFace(assignment, png, Convert.ToHexStringLower(SHA256.HashData(png)), Face: null);
    }
}

using System.Security.Cryptography;
using FaceDeid.Faces.Recognition;
using FaceDeid.Imaging;

namespace FaceDeid.Collections;

/// <summary>
/// One collection: pictures are added and examined one by one, and only their aligned faces are held (their files too while
/// photos may be asked for); then groups are made, and everybody gets the group's face.
/// </summary>
public sealed class CollectionRun
{
    private static readonly ImageOutput Png = new(ImageFormat.Png);

    private readonly CollectionParts _parts;
    private readonly WorkerGate _gate;
    private readonly List<ExaminedPicture?> _pictures = [];
    private int _faces;

    internal CollectionRun(CollectionParts parts, WorkerGate gate)
    {
        _parts = parts;
        _gate = gate;
    }

    /// <summary>How many pictures were added.</summary>
    public int Count => _pictures.Count;

    /// <summary>
    /// Takes the next picture, whose index is the number of those before it, and examines it in a worker slot. A picture that
    /// cannot be used is remembered, not thrown. May be called before the task of the last call has ended.
    /// </summary>
    /// <param name="file">A whole picture file.</param>
    /// <param name="use">What it may be needed for.</param>
    /// <param name="cancellationToken">Releases the caller at once and stops the work before its next step.</param>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.TooManyPictures"/>.</exception>
    public Task AddAsync(byte[] file, PictureUse use, CancellationToken cancellationToken)
    {
        int index;
        lock (_pictures)
        {
            index = _pictures.Count;
            if (index >= _parts.MaxFaces)
                throw TooMany(_parts.MaxFaces);
            _pictures.Add(null);
        }

        return ExamineAsync();

        async Task ExamineAsync()
        {
            var picture = await _gate.RunAsync(
                () => _parts.Examiner.Examine(index, file, use, cancellationToken), cancellationToken);
            if (Interlocked.Add(ref _faces, picture.Faces.Count) > _parts.MaxFaces)
                throw TooMany(_parts.MaxFaces);
            lock (_pictures)
                _pictures[index] = picture;
        }
    }

    /// <summary>Makes the groups and their faces. To be called when every picture has been examined.</summary>
    /// <param name="options">How.</param>
    /// <param name="subjects">Who is who, by index; null, or null entries: nobody knows.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellationToken">Stops the work before its next step.</param>
    /// <exception cref="FaceDeidException">
    /// Options, pictures or the number of people do not allow it; nothing comes out.
    /// </exception>
    public async Task<CollectionResult> CompleteAsync(
        CollectionOptions options, IReadOnlyList<PictureSubject?>? subjects,
        IProgress<StageProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        subjects ??= new PictureSubject?[Count];
        if (subjects.Count != Count)
            throw new ArgumentException($"There are {Count} pictures and {subjects.Count} entries.", nameof(subjects));
        CollectionRules.Check(options, subjects);
        var (pictures, skipped) = Usable(options, subjects);
        var people = Subjects.Group(pictures.SelectMany(picture => picture.Faces), subjects);
        options = CollectionRules.ForPeople(people.Count, options);

        var work = new SideBySide(_gate, progress, cancellationToken);
        var (points, components) = await work.OneAsync(
            "group", () => FaceSpace.Project(people, NeighboursOf(options), options.Components, _parts.Frame));
        var classes = await ClassesAsync(people, options, subjects, work);
        var plan = await work.OneAsync(
            "group", () => KSamePlan.Create(classes, people.Zip(points).ToDictionary(p => p.First, p => p.Second), options));
        var average = await work.OneAsync("average", () => AverageOf(people, options));
        var faces = await work.EachAsync(
            "average", plan.Assignments, assignment => Finish(average, assignment, plan.Groups[assignment.Group].Goal, options));
        var photos = options.Photos ? await PhotosAsync(pictures, people, faces, work) : null;
        var warnings = await work.OneAsync("group", () => CollectionWarnings.Collect(
            pictures, people, classes, options, subjects, photos, cancellationToken));
        var certificate = new CertificateDraft(
                _parts.Software, options, NeighboursOf(options), components ?? (average as EigenAverage)?.Components,
                subjects, _parts.Key)
            .Of(Count, people.Count, plan, faces, photos, skipped, warnings, pictures);
        return Written(certificate, faces, photos, options);
    }

    private static NeighbourSpace NeighboursOf(CollectionOptions options) =>
        options.Neighbours ?? (options.Algorithm == KSameAlgorithm.KSamePixel ? NeighbourSpace.Pixel : NeighbourSpace.Pca);

    private (IReadOnlyList<ExaminedPicture> Used, IReadOnlyList<SkippedPicture> Skipped) Usable(
        CollectionOptions options, IReadOnlyList<PictureSubject?> subjects)
    {
        var pictures = _pictures.ConvertAll(picture =>
            picture ?? throw new InvalidOperationException("A picture was not examined."));
        var faults = pictures.Select(picture => CollectionRules.FaultOf(picture, options, subjects[picture.Index]))
            .OfType<SkippedPicture>().ToList();
        if (faults.Count > 0 && options.OnBadImage == BadImagePolicy.Fail)
            throw CollectionRules.BadPictures(faults);
        var bad = faults.Select(fault => fault.Index).ToHashSet();
        var used = pictures.Where(picture => !bad.Contains(picture.Index));
        return (
            [.. options.MultipleFaces == MultipleFacesPolicy.All
                ? used
                : used.Select(picture => picture with { Faces = [picture.Faces[0]] })],
            faults);
    }

    private async Task<IReadOnlyList<PeopleClass>> ClassesAsync(
        IReadOnlyList<Person> people, CollectionOptions options, IReadOnlyList<PictureSubject?> subjects, SideBySide work)
    {
        switch (CollectionRules.SelectOf(options, subjects))
        {
            case SelectBy.Label:
                return PeopleClass.ByLabel(people, options.K);
            case SelectBy.Expression:
                var expressions = await work.EachAsync("group", people, _parts.Expressions.Of);
                return PeopleClass.ByExpression(people, expressions, options.K);
            default:
                return [new PeopleClass(Name: null, people)];
        }
    }

    private IFaceAverage AverageOf(IReadOnlyList<Person> people, CollectionOptions options) => options.Algorithm switch
    {
        KSameAlgorithm.KSamePixel => new PixelAverage(),
        KSameAlgorithm.KSameEigen => new EigenAverage(PrincipalComponents.Learn(
            [.. people.SelectMany(person => person.Faces.Select(face => face.Pixels))], options.Components)),
        _ => new ModelAverage(_parts.Frame),
    };

    private FinishedFace Finish(IFaceAverage average, Assignment assignment, ExpressionGoal? goal, CollectionOptions options)
    {
        var face = goal is null ? average.Of(assignment.Face) : _parts.Expressions.Keep(goal, assignment.People, average);
        using var pixels = ChipFrame.FromBytes(face.Pixels);
        var png = options.Chips ? ImageEncoder.Encode(pixels, alpha: null, Png) : [];
        return new FinishedFace(assignment, png, Convert.ToHexStringLower(SHA256.HashData(png)), options.Photos ? face : null);
    }

    private async Task<IReadOnlyList<TreatedPhoto>> PhotosAsync(
        IReadOnlyList<ExaminedPicture> pictures, IReadOnlyList<Person> people, IReadOnlyList<FinishedFace> faces, SideBySide work)
    {
        var ofPicture = faces
            .SelectMany(face => face.Assignment.People.SelectMany(person => person.Faces.Select(own => (own, face))))
            .ToLookup(pair => pair.own.Index);
        (AlignedFace Face, Person Person)[] gallery = [.. people.SelectMany(person =>
            person.Faces.Select(face => (face, person)))];
        return await work.EachAsync("photos", pictures, picture => _parts.Photos.Treat(
            picture, ofPicture[picture.Index].ToDictionary(pair => pair.own.Number, pair => pair.face), gallery));
    }

    private CollectionResult Written(
        Certificate certificate, IReadOnlyList<FinishedFace> faces,
        IReadOnlyList<TreatedPhoto>? photos, CollectionOptions options)
    {
        var pngs = faces.DistinctBy(face => face.Sha256, StringComparer.Ordinal)
            .ToDictionary(face => face.Sha256, face => face.Png, StringComparer.Ordinal);
        var members = certificate.Groups.SelectMany(group => group.Members).OrderBy(member => member.Index)
            .ThenBy(member => member.Face).ToList();
        List<CollectionFile> files = [];
        if (options.Chips)
            files.AddRange(members.Select(member => new CollectionFile(member.Chip!, pngs[member.ChipSha256!])));
        files.AddRange(photos?.Select(photo => new CollectionFile(photo.Name, photo.File)) ?? []);
        var json = certificate.ToJson();
        files.Add(new CollectionFile(Certificate.FileName, json));
        if (_parts.Key is { } key)
            files.Add(new CollectionFile(Certificate.SignatureFileName, key.Sign(json)));
        return new CollectionResult(files, certificate);
    }

    /// <summary>The refusal of a collection with more faces than these.</summary>
    public static FaceDeidException TooMany(int most) => new(
        FaceDeidError.TooManyPictures,
        $"A collection holds at most {most} faces on this service. Send fewer pictures, or set multipleFaces to largest.");
}

/// <summary>A face that was given to people.</summary>
/// <param name="Assignment">To whom.</param>
/// <param name="Png">Its chip's file; empty: chips were not asked for.</param>
/// <param name="Sha256">Hash of that file.</param>
/// <param name="Face">Its pixels and shape; null: photos were not asked for.</param>
internal sealed record FinishedFace(Assignment Assignment, byte[] Png, string Sha256, SharedFace? Face);

using FaceDeid.Collections;
using FaceDeid.Evaluation.Datasets;
using FaceDeid.Faces;
using FaceDeid.Faces.Detection;
using FaceDeid.Imaging;
using FaceDeid.Protection;

namespace FaceDeid.Evaluation;

/// <summary>Looks at a picture before and after.</summary>
internal delegate T LookAtBoth<out T>(Reading reading, UprightImage before, UprightImage after);

/// <summary>Pictures that were de-identified, or are when they are asked for.</summary>
internal interface ITreatedSet
{
    /// <summary>What their certificate promises; null: there is none.</summary>
    double? Bound { get; }

    /// <summary>Looks at one of them in a worker slot.</summary>
    /// <param name="index">Its place in the list.</param>
    /// <param name="original">The original's file.</param>
    /// <param name="look">What is done with the pixels.</param>
    /// <param name="cancellationToken">Stops the work before its next step.</param>
    Task<T> LookAsync<T>(int index, byte[] original, LookAtBoth<T> look, CancellationToken cancellationToken);
}

/// <summary>De-identifies what a dataset holds untouched: each picture by itself, or all together.</summary>
internal sealed class DatasetTreatment(
    EvaluationOptions options, FaceReader reader, DeidentificationPipeline deidentification, CollectionPipeline collections)
{
    private const int Together = 16; // pictures that are examined side by side

    /// <summary>Whether anything is de-identified here.</summary>
    public bool IsAsked => options.Method is not null || options.Algorithm is not null;

    /// <summary>De-identifies some pictures.</summary>
    /// <param name="files">The pictures.</param>
    /// <param name="people">Who is in each.</param>
    /// <param name="cancellationToken">Stops the work before its next step.</param>
    public async Task<ITreatedSet> OfAsync(
        IReadOnlyList<DatasetFile> files, IReadOnlyList<int> people, CancellationToken cancellationToken)
    {
        if (options.Algorithm is not { } algorithm)
            return new EachByItself(options, deidentification);

        var run = collections.Begin();
        foreach (var together in files.Chunk(Together))
        {
            var read = await Task.WhenAll(together.Select(file => file.ReadAsync(cancellationToken)));
            // In their order.
            await Task.WhenAll(read.Select(file =>
                run.AddAsync(file, new PictureUse(File: false, EveryFace: false, options.OnDamage), cancellationToken)));
        }

        var subjects = people.Select(person => new PictureSubject($"{person}")).ToList();
        return new Chips(reader, options, await run.CompleteAsync(
            algorithm with { OnBadImage = BadImagePolicy.Skip }, subjects, progress: null, cancellationToken));
    }

    /// <summary>Each picture by itself, between reading it and looking at it: its pixels become no file.</summary>
    private sealed class EachByItself(EvaluationOptions options, DeidentificationPipeline deidentification) : ITreatedSet
    {
        public double? Bound => null;

        public Task<T> LookAsync<T>(int index, byte[] original, LookAtBoth<T> look, CancellationToken cancellationToken) =>
            deidentification.TreatAsync(original, options.Method!, keepsOriginal: true, (reading, treated) =>
            {
                using var shown = treated.Answer.ToVisible(); // what a written file would show: black where nothing is seen
                using var after = FaceReader.Pixels(shown, treated.Answer.Alpha);
                return look(reading, treated.Original, after);
            }, cancellationToken);
    }

    /// <summary>The chips of a collection, as the files that would be passed on.</summary>
    private sealed class Chips(FaceReader reader, EvaluationOptions options, CollectionResult collection) : ITreatedSet
    {
        private readonly Dictionary<string, byte[]> _files =
            collection.Files.ToDictionary(file => file.Name, file => file.Content, StringComparer.Ordinal);

        private readonly Dictionary<int, string?> _chips = collection.Certificate.Groups.SelectMany(group => group.Members)
            .ToDictionary(member => member.Index, member => member.Chip);

        public double? Bound => collection.Certificate.Bound?.Value;

        public Task<T> LookAsync<T>(int index, byte[] original, LookAtBoth<T> look, CancellationToken cancellationToken) =>
            _chips.GetValueOrDefault(index) is { } chip
                ? reader.LookAsync(original, _files[chip], options.OnDamage, look, cancellationToken)
                : throw new FaceDeidException(
                    FaceDeidError.NoFace, collection.Certificate.Skipped.First(picture => picture.Index == index).Detail);
    }
}

/// <summary>Reads a picture before and after from their files.</summary>
internal static class TreatedFiles
{
    public static Task<T> LookAsync<T>(
        this FaceReader reader, byte[] original, byte[] deidentified, DamagePolicy onDamage,
        LookAtBoth<T> look, CancellationToken cancellationToken) =>
        reader.RunAsync([original, deidentified], reading =>
        {
            var options = new DetectionOptions { OnDamage = onDamage };
            using var before = reading.Decode(original, options);
            using var after = reading.Decode(deidentified, options);
            return look(reading, before, after);
        }, cancellationToken);
}

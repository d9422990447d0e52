using FaceDeid.Faces.Recognition;

namespace FaceDeid.Collections;

/// <summary>What to know before a collection is passed on.</summary>
internal static class CollectionWarnings
{
    private const int MostOfOneKind = 100;

    public static IReadOnlyList<CertificateWarning> Collect(
        IReadOnlyList<ExaminedPicture> pictures,
        IReadOnlyList<Person> people,
        IReadOnlyList<PeopleClass> classes,
        CollectionOptions options,
        IReadOnlyList<PictureSubject?> subjects,
        IReadOnlyList<TreatedPhoto>? photos,
        CancellationToken cancellationToken)
    {
        var warnings = UnderSeveralNames(people, cancellationToken).ToList();
        Add("unreliable_landmarks", "The faces are turned away, covered or very small: they may lie askew in their chips.",
            pictures.Where(picture => !picture.HasReliableLandmarks).Select(picture => picture.Index));
        Add("small_faces_left_out", "Further faces of these pictures are too small to be aligned: they have no chip.",
            pictures
                .Where(picture => options.MultipleFaces == MultipleFacesPolicy.All && picture.FacesFound > picture.Faces.Count)
                .Select(picture => picture.Index));
        Add("mixed_scripts",
            "The names of these pictures' people mix letters of scripts that look alike, such as Latin and Cyrillic: a person "
            + "may count as two.",
            subjects.Index().Where(subject => subject.Item?.Subject is { } name && SubjectNames.MixesScripts(name))
                .Select(subject => subject.Index));
        Add("class_not_kept", "Fewer than k people are of their class: they were grouped with people of other classes.",
            options.Algorithm == KSameAlgorithm.KSameSelect
                ? classes.Where(c => c.Name is null).SelectMany(c => c.People).SelectMany(person => person.Faces)
                    .Select(face => face.Index)
                : []);
        Add("still_recognised",
            $"In these photos a face is still similar to the original ({PersonMatch.StillRecognised} or more). Raise 'k', use "
            + "k-same-furthest, or pass on chips only.",
            photos?.Where(photo => photo.Faces.Values.Any(face => face.Similarity >= PersonMatch.StillRecognised))
                .Select(photo => photo.Index) ?? []);
        return warnings;

        void Add(string code, string detail, IEnumerable<int> indexes)
        {
            if (indexes.Distinct().Order().ToArray() is { Length: > 0 } found)
                warnings.Add(new CertificateWarning(code, detail, found));
        }
    }

    /// <summary>Pictures whose faces are surely one person's to the embedding, and yet count as several people.</summary>
    public static IEnumerable<CertificateWarning> UnderSeveralNames(
        IReadOnlyList<Person> people, CancellationToken cancellationToken)
    {
        (Person Person, AlignedFace Face)[] faces = [.. people.SelectMany(person => person.Faces.Select(face => (person, face)))];
        var seen = new bool[faces.Length];
        var warnings = 0;
        for (var i = 0; i < faces.Length && warnings < MostOfOneKind; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (seen[i])
                continue;
            var alike = Enumerable.Range(i + 1, faces.Length - i - 1)
                .Where(j => faces[j].Person != faces[i].Person
                    && faces[j].Face.Embedding.SimilarityTo(faces[i].Face.Embedding) >= PersonMatch.Surely)
                .ToList();
            if (alike.Count == 0)
                continue;
            for (var j = i + 1; j < faces.Length; j++)
                seen[j] |= faces[j].Person == faces[i].Person || alike.Contains(j);
            warnings++;
            yield return new CertificateWarning(
                "same_person",
                "To the face embedding these pictures show one person, and they count as several people. If it is right, fewer "
                + "than k people share a face: name the person in 'subjects'.",
                [.. alike.Prepend(i).Select(j => faces[j].Face.Index).Distinct().Order()]);
        }
    }
}

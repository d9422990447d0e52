using System.Globalization;
using FaceDeid.Recognition;

namespace FaceDeid.KSame;

/// <summary>Who is who in a collection.</summary>
internal static class Subjects
{
    private const int MostWarnings = 100;

    /// <summary>The people of some faces, numbered as they come: a name is one person, a face without a name is another.</summary>
    public static IReadOnlyList<Person> Of(IEnumerable<AlignedFace> faces, IReadOnlyList<PictureSubject?> subjects) =>
    [
        .. faces.GroupBy(face => subjects[face.Index]?.Subject is { } name ? $"name {name}" : string.Create(CultureInfo.InvariantCulture, $"face {face.Index} {face.Number}"), StringComparer.Ordinal)
            .Select((person, i) => new Person(i + 1, [.. person], subjects[person.First().Index]?.Label)),
    ];

    /// <summary>Pictures whose faces are surely one person's to the embedding, and yet count as several people.</summary>
    public static IEnumerable<CertificateWarning> UnderSeveralNames(IReadOnlyList<Person> people, CancellationToken cancellationToken)
    {
        (Person Person, AlignedFace Face)[] faces = [.. people.SelectMany(person => person.Faces.Select(face => (person, face)))];
        var seen = new bool[faces.Length];
        var warnings = 0;
        for (var i = 0; i < faces.Length && warnings < MostWarnings; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (seen[i])
                continue;
            var alike = Enumerable.Range(i + 1, faces.Length - i - 1)
                .Where(j => faces[j].Person != faces[i].Person && faces[j].Face.Embedding.SimilarityTo(faces[i].Face.Embedding) >= PersonMatch.Surely)
                .ToList();
            if (alike.Count == 0)
                continue;
            for (var j = i + 1; j < faces.Length; j++)
                seen[j] |= faces[j].Person == faces[i].Person || alike.Contains(j);
            warnings++;
            yield return new CertificateWarning(
                "same_person",
                "To the face embedding these pictures show one person, and they count as several people. If it is right, fewer than k people share a face: name the person in 'subjects'.",
                [.. alike.Prepend(i).Select(j => faces[j].Face.Index).Distinct().Order()]);
        }
    }
}

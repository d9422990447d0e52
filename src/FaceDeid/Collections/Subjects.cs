using System.Globalization;

namespace FaceDeid.Collections;

/// <summary>Who is who in a collection.</summary>
internal static class Subjects
{
    /// <summary>
    /// The people of some faces, numbered as they come: a name is one person, a face without a name is another.
    /// </summary>
    public static IReadOnlyList<Person> Group(IEnumerable<AlignedFace> faces, IReadOnlyList<PictureSubject?> subjects) =>
    [
        .. faces.GroupBy(
                face => subjects[face.Index]?.Subject is { } name
                    ? $"name {name}"
                    : string.Create(CultureInfo.InvariantCulture, $"face {face.Index} {face.Number}"),
                StringComparer.Ordinal)
            .Select((person, i) => new Person(i + 1, [.. person], subjects[person.First().Index]?.Label)),
    ];
}

using System.Text;
using System.Text.RegularExpressions;

namespace FaceDeid.Collections;

/// <summary>The field <c>subjectPattern</c>: where the subject, and perhaps the label, stands in a file's name.</summary>
internal static class SubjectPattern
{
    private const string Field = "subjectPattern";
    private const string Subject = "subject";
    private const string Label = "label";

    /// <summary>Who is in each picture; null where its name does not match.</summary>
    public static IReadOnlyList<PictureSubject?> Match(string pattern, IReadOnlyList<string> fileNames)
    {
        var regex = Compile(pattern);
        var subjects = fileNames.Select(name => Match(regex, name)).ToArray();
        return Array.Exists(subjects, subject => subject is not null)
            ? subjects
            : throw FaceDeidException.Invalid(
                Field, "matches the name of no picture. It is compared with the whole name: in an archive, with the path.");
    }

    private static PictureSubject? Match(Regex regex, string fileName)
    {
        var match = regex.Match(fileName);
        var subject = match.Groups[Subject].Value.Trim();
        var label = match.Groups[Label].Value.Trim();
        return SubjectNames.Key(subject).Length == 0 ? null : new PictureSubject(subject, label.Length == 0 ? null : label);
    }

    private static Regex Compile(string pattern)
    {
        if (Count(pattern, $"{{{Subject}}}") != 1 || Count(pattern, $"{{{Label}}}") > 1)
            throw FaceDeidException.Invalid(Field, "must have {subject} once, and may have {label} once.");

        var regex = new StringBuilder(@"\A");
        foreach (var piece in Pieces(pattern))
        {
            regex.Append(piece switch
            {
                "*" => ".*",
                $"{{{Subject}}}" => $"(?<{Subject}>[^/]+)",
                $"{{{Label}}}" => $"(?<{Label}>[^/]+)",
                _ => Regex.Escape(piece),
            });
        }

        // Without backtracking a match takes time in proportion to the name, whatever the pattern.
        return new Regex(
            regex.Append(@"\z").ToString(),
            RegexOptions.NonBacktracking | RegexOptions.Singleline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
            TimeSpan.FromSeconds(10));
    }

    private static IEnumerable<string> Pieces(string pattern)
    {
        string[] special = ["*", $"{{{Subject}}}", $"{{{Label}}}"];
        for (var i = 0; i < pattern.Length;)
        {
            var piece = Array.Find(special, s => string.CompareOrdinal(pattern, i, s, 0, s.Length) == 0) ?? pattern[i].ToString();
            yield return piece;
            i += piece.Length;
        }
    }

    private static int Count(string text, string sought) => text.AsSpan().Count(sought);
}

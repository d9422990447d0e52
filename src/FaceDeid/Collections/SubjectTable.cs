using System.Globalization;
using System.Text.Json;
using CsvHelper;

namespace FaceDeid.Collections;

/// <summary>
/// The field <c>subjects</c>: who is in which picture, as CSV or JSON. Error texts name the row, never what is in it: names of
/// people are the last thing to repeat.
/// </summary>
public sealed class SubjectTable
{
    /// <summary>Longest table, in characters.</summary>
    public const int MaxCharacters = 4_000_000;

    /// <summary>Longest pattern, in characters.</summary>
    public const int MaxPatternCharacters = 200;

    private const string Field = "subjects";
    private const string Expected =
        "must be CSV with the columns subject, file or index, and perhaps label; or a JSON array of subjects in the order of the "
        + "pictures, or of objects with these fields, or a JSON object of subjects by file.";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Strict) { MaxDepth = 3 };

    private readonly PictureSubject?[] _subjects;
    private readonly Dictionary<string, int> _indexes = new(StringComparer.Ordinal); // by file name; -1: there are several

    private SubjectTable(IReadOnlyList<string> fileNames)
    {
        _subjects = new PictureSubject?[fileNames.Count];
        for (var i = 0; i < fileNames.Count; i++)
            _indexes[fileNames[i]] = _indexes.ContainsKey(fileNames[i]) ? -1 : i;
    }

    /// <summary>Who is in each picture, null where it is not said; or null when nothing is said at all.</summary>
    public static IReadOnlyList<PictureSubject?>? Read(string? table, string? pattern, IReadOnlyList<string> fileNames)
    {
        if (table is not null && pattern is not null)
        {
            throw FaceDeidException.Invalid(
                "subjectPattern", "may not be sent together with 'subjects'. Leave one of the two out.");
        }

        if (pattern is not null)
            return SubjectPattern.Match(pattern, fileNames);
        if (table is null)
            return null;

        var subjects = new SubjectTable(fileNames);
        var text = table.AsSpan().TrimStart();
        if (text.StartsWith('['))
            subjects.ReadJson(table);
        else if (text.StartsWith('{'))
            subjects.ReadJsonByFile(table);
        else
            subjects.ReadCsv(table);
        return subjects._subjects;
    }

    private void ReadCsv(string text)
    {
        using var csv = CsvText.Open(text);
        try
        {
            string[] columns = [.. csv.Headers];
            var (subject, label) = (Column("subject"), Column("label"));
            var (file, index) = (Column("file"), Column("index"));
            if (subject < 0 || file < 0 == index < 0 || columns.Length != (label < 0 ? 2 : 3))
                throw FaceDeidException.Invalid(Field, Expected);

            while (csv.Read())
            {
                var row = $"row {csv.LineNumber}";
                Set(
                    row, index < 0 ? IndexOf(row, csv.GetString(file)) : ParseIndex(row, csv.GetString(index)),
                    csv.GetString(subject), label < 0 ? null : csv.GetString(label));
            }

            int Column(string name) =>
                Array.FindIndex(columns, column => string.Equals(column, name, StringComparison.OrdinalIgnoreCase));
        }
        catch (CsvFormatException e)
        {
            throw Wrong(
                $"row {e.LineNumber}",
                "has not as many fields as the header, or wrong quotes: put fields with commas or quotes in quotes, and double "
                + "the quotes in them");
        }
    }

    private void ReadJson(string text)
    {
        try
        {
            var number = 0;
            foreach (var item in JsonSerializer.Deserialize<List<JsonElement>>(text, Json)!)
            {
                var row = $"entry {++number}";
                if (item.ValueKind == JsonValueKind.Object)
                    SetObject(row, item);
                else if (item.ValueKind == JsonValueKind.String)
                    Set(row, number - 1, item.GetString()!, label: null);
                else if (item.ValueKind != JsonValueKind.Null)
                    throw FaceDeidException.Invalid(Field, Expected);
                else
                    RequirePicture(row, number - 1);
            }
        }
        catch (JsonException)
        {
            throw FaceDeidException.Invalid(Field, Expected);
        }
    }

    private void ReadJsonByFile(string text)
    {
        try
        {
            foreach (var (number, (file, subject))
                in JsonSerializer.Deserialize<Dictionary<string, string?>>(text, Json)!.Index())
                Set($"entry {number + 1}", IndexOf($"entry {number + 1}", file), subject ?? string.Empty, label: null);
        }
        catch (JsonException)
        {
            throw FaceDeidException.Invalid(Field, Expected);
        }
    }

    private void SetObject(string row, JsonElement item)
    {
        string? subject = null, label = null;
        int? byFile = null, byIndex = null;
        foreach (var (name, value) in item.Deserialize<Dictionary<string, JsonElement>>(Json)!)
        {
            switch (name, value.ValueKind)
            {
                case ("subject", JsonValueKind.String):
                    subject = value.GetString();
                    break;
                case ("label", JsonValueKind.String):
                    label = value.GetString();
                    break;
                case ("label", JsonValueKind.Null):
                    break;
                case ("file", JsonValueKind.String):
                    byFile = IndexOf(row, value.GetString()!);
                    break;
                case ("index", JsonValueKind.Number):
                    byIndex = value.TryGetInt32(out var index) ? index : -1;
                    break;
                default:
                    throw Wrong(row, "must have a subject, a file or an index, perhaps a label, and nothing else");
            }
        }

        if (byFile is null == byIndex is null)
            throw Wrong(row, "must have either a file or an index");
        Set(row, (byFile ?? byIndex)!.Value, subject ?? string.Empty, label);
    }

    private void Set(string row, int index, string subject, string? label)
    {
        RequirePicture(row, index);
        if (_subjects[index] is not null)
            throw Wrong(row, "is about a picture that an earlier one is about already");
        // Spaces around a name would make two people of one.
        if (SubjectNames.Key(subject).Length == 0)
            throw Wrong(row, "has no subject; leave pictures of unknown people out");
        _subjects[index] = new PictureSubject(subject.Trim(), string.IsNullOrWhiteSpace(label) ? null : label.Trim());
    }

    private void RequirePicture(string row, int index)
    {
        if (index < 0 || index >= _subjects.Length)
            throw Wrong(row, $"is about a picture that was not sent; there are {_subjects.Length}, numbered from 0");
    }

    private int IndexOf(string row, string file)
    {
        if (!_indexes.TryGetValue(file, out var index))
            throw Wrong(row, "is about a file that was not sent; names in an archive are paths, and letters count as they stand");
        return index >= 0 ? index : throw Wrong(row, "is about a file name that several pictures have; use index");
    }

    private static int ParseIndex(string row, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? index
            : throw Wrong(row, "has an index that is no whole number from 0");

    private static FaceDeidException Wrong(string row, string mistake) =>
        FaceDeidException.Invalid(Field, $"are wrong: {row} {mistake}.");
}

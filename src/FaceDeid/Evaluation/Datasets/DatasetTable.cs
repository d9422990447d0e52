using System.Text;
using CsvHelper;
using FaceDeid.Collections;

namespace FaceDeid.Evaluation.Datasets;

/// <summary>
/// Who is in which picture of a dataset, as CSV. Either each line is a pair: <c>subject,original,deidentified</c> and perhaps
/// <c>gallery</c>; or it says who is in a file: <c>subject,file</c>.
/// </summary>
internal sealed class DatasetTable
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true);

    private DatasetTable(bool hasPairs, bool hasGallery) => (HasPairs, HasGallery) = (hasPairs, hasGallery);

    /// <summary>Whether each line is a pair; else it says who is in a file.</summary>
    public bool HasPairs { get; }

    /// <summary>Whether lines of pairs name the gallery's pictures, too.</summary>
    public bool HasGallery { get; }

    public List<DatasetLine> Lines { get; } = [];

    /// <summary>The text of the dataset's own table.</summary>
    /// <exception cref="FaceDeidException">422: it is no text, or too long.</exception>
    public static string Decode(byte[] file, DatasetFaults faults)
    {
        var bytes = file.AsSpan();
        if (bytes.StartsWith(Utf8.Preamble))
            bytes = bytes[Utf8.Preamble.Length..];
        try
        {
            if (bytes.Length <= SubjectTable.MaxCharacters)
                return Utf8.GetString(bytes);
            faults.Add(
                DatasetFolders.TableName, $"is longer than {SubjectTable.MaxCharacters} bytes: leave out what it need not say.");
        }
        catch (DecoderFallbackException)
        {
            faults.Add(DatasetFolders.TableName, "is not UTF-8: save it as UTF-8.");
        }

        faults.ThrowIfAny();
        return string.Empty;
    }

    /// <summary>Reads a table.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="isMadeHere">
    /// Whether the service de-identifies the originals: then there is no column of de-identified pictures.
    /// </param>
    /// <param name="faults">Where wrong lines are noted.</param>
    /// <exception cref="FaceDeidException">422: its header is not that of a table, or its lines cannot be told apart.</exception>
    public static DatasetTable Read(string text, bool isMadeHere, DatasetFaults faults)
    {
        using var csv = CsvText.Open(text);
        DatasetTable? table = null;
        try
        {
            string[] columns = [.. csv.Headers];
            var (subject, file, original) = (Column("subject"), Column("file"), Column("original"));
            var (deidentified, gallery) = (Column("deidentified"), Column("gallery"));
            if (IsHeader())
            {
                table = new DatasetTable(hasPairs: original >= 0, hasGallery: gallery >= 0);
                while (csv.Read())
                {
                    table.Add(
                        new DatasetLine(
                            (int)csv.LineNumber, Cell(subject), Cell(file), Cell(original), Cell(deidentified), Cell(gallery)),
                        faults);
                }
            }

            bool IsHeader()
            {
                var found = new[] { subject, file, original, deidentified, gallery }.Count(column => column >= 0);
                return found == columns.Length && subject >= 0
                    && (original >= 0 ? file < 0 && deidentified < 0 == isMadeHere : found == 2 && file >= 0);
            }

            int Column(string name) =>
                Array.FindIndex(columns, column => string.Equals(column, name, StringComparison.OrdinalIgnoreCase));

            string Cell(int column) => column < 0 ? string.Empty : csv.GetString(column).Trim();
        }
        catch (CsvFormatException e)
        {
            faults.Add(
                DatasetFolders.TableName, (int)e.LineNumber,
                "has not as many fields as the header, or wrong quotes: put fields with commas or quotes in quotes, and double "
                + "the quotes in them. Later lines were not read.");
            faults.ThrowIfAny(); // what the lines after it say is not known
        }

        if (table is not null)
            return table;
        faults.Add(DatasetFolders.TableName, 1, isMadeHere
            ? "must name the columns subject and original, and perhaps gallery; or the columns subject and file. The service "
                + "de-identifies the originals: there is no column deidentified."
            : "must name the columns subject, original and deidentified, and perhaps gallery; or the columns subject and file.");
        faults.ThrowIfAny();
        throw new InvalidOperationException("A fault was noted.");
    }

    private void Add(DatasetLine line, DatasetFaults faults)
    {
        if (SubjectNames.Key(line.Subject).Length == 0)
            faults.Add(DatasetFolders.TableName, line.Number, "has no subject: say who it is.");
        Lines.Add(line);
    }
}

/// <summary>A line of a table; cells that are not there are empty.</summary>
/// <param name="Number">Its number; the header is 1.</param>
/// <param name="Subject">Who it is.</param>
/// <param name="File">The file, in any folder, that the person is in.</param>
/// <param name="Original">The original.</param>
/// <param name="Deidentified">The picture that was made of it.</param>
/// <param name="Gallery">Another photo of the person.</param>
internal sealed record DatasetLine(int Number, string Subject, string File, string Original, string Deidentified, string Gallery);

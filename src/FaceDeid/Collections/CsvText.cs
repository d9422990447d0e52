using CsvHelper;

namespace FaceDeid.Collections;

/// <summary>Tables that callers send as CSV.</summary>
internal static class CsvText
{
    /// <summary>Reads strictly, and tells lines; the caller owns the reader. Nothing of the text gets into exceptions.</summary>
    public static CsvReader Open(string text)
    {
        var header = text.AsSpan().TrimStart();
        header = header[..Math.Max(header.IndexOf('\n'), 0)];
        return CsvReader.FromText(text, new CsvReaderOptions
        {
            Separator = header.Contains(';') && !header.Contains(',') ? ';' : ',', // as spreadsheets of many countries save it
            TrimWhitespace = true,
            MalformedData = CsvMalformedDataHandling.Throw,
            FieldCountMismatch = CsvFieldCountHandling.Throw,
            TrackLineNumbers = true,
            IncludeValuesInExceptions = false,
        });
    }
}

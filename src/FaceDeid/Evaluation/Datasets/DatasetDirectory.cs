namespace FaceDeid.Evaluation.Datasets;

/// <summary>The files of a dataset that lies in a folder.</summary>
public static class DatasetDirectory
{
    /// <summary>Every file in it, however deep, by its path in it.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="maxFileBytes">Longest file that is read.</param>
    /// <exception cref="IOException">There is no such folder; or a file that is asked for is longer.</exception>
    public static IReadOnlyList<DatasetFile> Files(string folder, long maxFileBytes) =>
    [
        .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(path => new DatasetFile(
            Path.GetRelativePath(folder, path), cancellationToken => new FileInfo(path).Length > maxFileBytes
                ? throw new IOException(
                    $"A file of the folder is longer than {maxFileBytes} bytes. Take it out, or make it smaller.")
                : File.ReadAllBytesAsync(path, cancellationToken))),
    ];
}

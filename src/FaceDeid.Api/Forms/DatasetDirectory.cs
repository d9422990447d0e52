using FaceDeid.Api.Errors;
using FaceDeid.Evaluation;

namespace FaceDeid.Api.Forms;

/// <summary>The files of a dataset that lies in a folder.</summary>
internal static class DatasetDirectory
{
    /// <summary>Every file in it, however deep, by its path in it.</summary>
    /// <exception cref="IOException">There is no such folder.</exception>
    public static IReadOnlyList<DatasetFile> Files(string folder, int maxFileBytes) =>
    [
        .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(path => new DatasetFile(
            Path.GetRelativePath(folder, path), cancellationToken => new FileInfo(path).Length > maxFileBytes
                ? throw ProblemMiddleware.TooLarge()
                : File.ReadAllBytesAsync(path, cancellationToken))),
    ];
}

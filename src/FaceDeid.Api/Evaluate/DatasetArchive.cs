using FaceDeid.Api.Forms;
using FaceDeid.Evaluation.Datasets;

namespace FaceDeid.Api.Evaluate;

/// <summary>
/// The files of an uploaded ZIP file with a dataset, unpacked one after the other when they are needed, and never kept.
/// </summary>
internal sealed class DatasetArchive : IAsyncDisposable
{
    private readonly UploadedArchive _archive;
    private readonly SemaphoreSlim _turn = new(1, 1); // a ZipArchive is read by one thread at a time

    private DatasetArchive(UploadedArchive archive, int maxFileBytes)
    {
        _archive = archive;
        Files = [.. archive.Files.Select(entry => new DatasetFile(UploadedArchive.NameOf(entry), async cancellationToken =>
        {
            await _turn.WaitAsync(cancellationToken);
            try
            {
                return await archive.ReadAsync(entry, maxFileBytes, cancellationToken);
            }
            finally
            {
                _turn.Release();
            }
        }))];
    }

    public IReadOnlyList<DatasetFile> Files { get; }

    /// <summary>Opens a ZIP file, which is then this object's to free.</summary>
    /// <exception cref="Errors.ProblemException">422: it is none, it is damaged, or it has far too many entries.</exception>
    public static async Task<DatasetArchive> OpenAsync(
        Stream bytes, LimitSettings limits, CancellationToken cancellationToken) =>
        new(await UploadedArchive.OpenAsync(bytes, ArchiveUse.Dataset(limits), limits, cancellationToken), limits.MaxUploadBytes);

    public async ValueTask DisposeAsync()
    {
        await _archive.DisposeAsync();
        _turn.Dispose();
    }
}

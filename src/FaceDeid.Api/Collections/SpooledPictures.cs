using System.Runtime.CompilerServices;
using FaceDeid.Api.Jobs;
using FaceDeid.Video.Spool;

namespace FaceDeid.Api.Collections;

/// <summary>Pictures that were sent one by one and lie in a job's store.</summary>
internal sealed class SpooledPictures(Stream source, IReadOnlyList<SpooledFile> files) : PictureSource
{
    public override IReadOnlyList<string> FileNames { get; } = [.. files.Select(file => file.Name)];

    /// <summary>Opens what was sent of a collection: its pictures, or the archive of them.</summary>
    /// <exception cref="ProblemException">422: the archive cannot be used.</exception>
    public static async Task<PictureSource> OpenAsync(
        IMediaStore store, LimitSettings limits, CancellationToken cancellationToken)
    {
        var files = await SpooledFiles.ListAsync(store, cancellationToken);
#pragma warning disable IDISP001 // the returned object's
        var source = store.OpenRead(JobObjects.Source);
#pragma warning restore IDISP001
        return files is [{ Field: var field }] && CollectionUpload.IsArchive(field)
            ? await PictureArchive.OpenAsync(source, limits, cancellationToken)
            : new SpooledPictures(source, files);
    }

    public override async IAsyncEnumerable<byte[]> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var file in files)
        {
            var content = new byte[file.Length];
            source.Position = file.Start;
            await source.ReadExactlyAsync(content, cancellationToken);
            yield return content;
        }
    }

    public override ValueTask DisposeAsync() => source.DisposeAsync();
}

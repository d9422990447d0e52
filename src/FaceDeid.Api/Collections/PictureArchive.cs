using System.IO.Compression;
using System.Runtime.CompilerServices;
using FaceDeid.Api.Forms;

namespace FaceDeid.Api.Collections;

/// <summary>The pictures of an uploaded ZIP file.</summary>
internal sealed class PictureArchive : PictureSource
{
    private readonly UploadedArchive _archive;
    private readonly int _maxPictureBytes;
    private readonly List<ZipArchiveEntry> _pictures;

    private PictureArchive(UploadedArchive archive, int maxPictureBytes)
    {
        (_archive, _maxPictureBytes) = (archive, maxPictureBytes);
        _pictures = [.. archive.Files.Where(UploadedArchive.IsPicture)];
        FileNames = [.. _pictures.Select(UploadedArchive.NameOf)];
    }

    /// <summary>Paths in the archive.</summary>
    public override IReadOnlyList<string> FileNames { get; }

    /// <summary>Opens a ZIP file, which is then this object's to free.</summary>
    /// <exception cref="ProblemException">
    /// 422: it is no ZIP file, or it has too many pictures or none; nothing was unpacked.
    /// </exception>
    public static async Task<PictureArchive> OpenAsync(
        Stream bytes, LimitSettings limits, CancellationToken cancellationToken)
    {
        var archive = await UploadedArchive.OpenAsync(bytes, limits, cancellationToken);
        var pictures = new PictureArchive(archive, limits.MaxUploadBytes);
        var refusal = pictures.FileNames.Count switch
        {
            0 => archive.Corrupt("There is no picture in it. Pack the pictures, in folders or not."),
            var count when count > limits.MaxCollectionFaces => archive.TooManyFiles(),
            _ => null,
        };
        if (refusal is null)
            return pictures;
        await pictures.DisposeAsync();
        throw refusal;
    }

    /// <summary>Unpacks one picture after the other.</summary>
    public override async IAsyncEnumerable<byte[]> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var picture in _pictures)
            yield return await _archive.ReadAsync(picture, _maxPictureBytes, cancellationToken);
    }

    public override ValueTask DisposeAsync() => _archive.DisposeAsync();
}

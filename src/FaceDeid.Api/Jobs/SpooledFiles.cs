using System.Security.Cryptography;
using System.Text.Json;
using FaceDeid.Api.Forms;
using FaceDeid.Video.Spool;

namespace FaceDeid.Api.Jobs;

/// <summary>A file that was sent.</summary>
/// <param name="Field">The form field.</param>
/// <param name="Name">What the client calls it.</param>
/// <param name="Start">Where it begins in the object.</param>
/// <param name="Length">How many bytes it has.</param>
internal sealed record SpooledFile(string Field, string Name, long Start, long Length);

/// <summary>The files of a request, sealed as they come: one behind the other in one object, and a list of them.</summary>
internal sealed class SpooledFiles(JobUpload upload) : IAsyncDisposable
{
    private const string ListObject = "files";

    private readonly SealedWriter _target = upload.Store.Create(JobObjects.Source);
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<SpooledFile> _files = [];

    /// <summary>Takes a file, of which nothing else is kept.</summary>
    /// <exception cref="ProblemException">413: there are more bytes than <paramref name="most"/>.</exception>
    public async Task AddAsync(UploadedPart part, long most)
    {
        var start = _target.Position;
        await CopyAsync(part, _target, _hash, most);
        _files.Add(new SpooledFile(part.Name, part.FileName!, start, _target.Position - start));
    }

    /// <summary>All files are there; the SHA-256 of everything.</summary>
    public async Task<byte[]> CompleteAsync()
    {
        await _target.CompleteAsync(CancellationToken.None);
        var list = JsonSerializer.SerializeToUtf8Bytes(_files);
        await upload.Store.WriteAsync(ListObject, list);
        _hash.AppendData(list);
        return _hash.GetHashAndReset();
    }

    /// <summary>The list of what was sent.</summary>
    public static async Task<IReadOnlyList<SpooledFile>> ListAsync(IMediaStore store, CancellationToken cancellationToken)
    {
        await using var list = store.OpenRead(ListObject);
        return (await JsonSerializer.DeserializeAsync<SpooledFile[]>(list, cancellationToken: cancellationToken))!;
    }

    /// <summary>Seals a part of a request piece by piece: it takes of the disk, and not of the memory for uploads.</summary>
    public static Task CopyAsync(UploadedPart part, SealedWriter target, IncrementalHash hash, long most) =>
        part.ReadAsync(most, async piece =>
        {
            hash.AppendData(piece.Span);
            await target.WriteAsync(piece, CancellationToken.None);
        });

    public ValueTask DisposeAsync()
    {
        _hash.Dispose();
        return _target.DisposeAsync();
    }
}

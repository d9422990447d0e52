using System.Security.Cryptography;
using FaceDeid.Api.Forms;
using FaceDeid.Api.Jobs;
using FaceDeid.Api.Webhooks;

namespace FaceDeid.Api.Videos;

/// <summary>
/// Reads the form of a recording: the fields first, then the recording, which goes to the spool as it comes. Mistakes in the
/// fields are told before a byte of it is read.
/// </summary>
internal sealed class VideoUpload(HttpContext context, FaceDeidOptions options, JobUpload job)
{
    private const int MaxTextBytes = 64 * 1024;

    private static readonly string Video = WireNames.OfProperty(nameof(VideoForm.Video));
    private static readonly string Keep = WireNames.OfProperty(nameof(VideoForm.Keep));
    private static readonly string Only = WireNames.OfProperty(nameof(VideoForm.Only));

    private VideoWishes? _wishes;
    private VideoForm? _form;
    private byte[]? _hash;

    /// <summary>Puts all of it into the job's store.</summary>
    /// <returns>What is wished for, and the SHA-256 of everything.</returns>
    public async Task<(VideoWishes Wishes, byte[] Digest)> ReadAsync()
    {
        var parts = await FormReader.ReadAsync(context, MaxTextBytes, TakeAsync);
        if (_wishes is null || _form is null || _hash is null)
        {
            _ = parts.Bind<VideoForm>(); // which says what is wrong, at least that there is no recording
            throw new InvalidOperationException("A form without a recording was bound.");
        }

        if (parts.HasNews)
            throw NotLast();
        var json = _wishes.ToJson();
        await job.Store.WriteAsync(JobObjects.Options, json);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        digest.AppendData(SHA256.HashData(json));
        digest.AppendData(_hash);
        foreach (var (field, photos) in new[] { (Keep, _form.Keep), (Only, _form.Only) })
        {
            for (var i = 0; i < photos.Count; i++)
            {
                var photo = photos[i].Bytes();
                digest.AppendData(SHA256.HashData(photo));
                await job.Store.WriteAsync(VideoFiles.Reference(field, i + 1), photo);
            }
        }

        return (_wishes, digest.GetHashAndReset());
    }

    private async Task TakeAsync(UploadedPart part, FormParts parts)
    {
        if (_hash is not null)
            throw part.Is(Video) ? Twice() : NotLast();
        if (!part.Is(Video))
        {
            parts.AddFile(part, await part.ReadAsync(options.Limits.MaxUploadBytes));
            return;
        }

        parts.AddFile(part);
        _form = parts.Bind<VideoForm>();
        _wishes = _form.ToWishes(options.Videos.RetentionSeconds);
        WebhookField.Check(_wishes.Webhook, options.Webhooks);
        _hash = await SpoolAsync(part);
    }

    /// <summary>Seals the recording; nothing else of it is kept.</summary>
    private async Task<byte[]> SpoolAsync(UploadedPart part)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var writer = job.Store.Create(JobObjects.Source);
        await SpooledFiles.CopyAsync(part, writer, hash, options.Videos.MaxBytes);
        if (writer.Position == 0)
            throw new ProblemException(ProblemKinds.EmptyPart, $"The file part '{Video}' has no bytes. Send a whole recording.");
        await writer.CompleteAsync(CancellationToken.None);
        return hash.GetHashAndReset();
    }

    private static ProblemException NotLast() => new(
        ProblemKinds.MalformedForm,
        $"Something came behind the recording. Send the fields and photos first, and '{Video}' as the last part.");

    private static ProblemException Twice() => new(
        ProblemKinds.DuplicatePart, $"'{Video}' may be sent once only. Send one request per recording.");
}

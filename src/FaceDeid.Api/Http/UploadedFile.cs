namespace FaceDeid.Api.Http;

/// <summary>A file of a form, in memory until its request is answered.</summary>
/// <param name="content">Its bytes.</param>
/// <param name="name">The form field.</param>
/// <param name="fileName">What the client calls it.</param>
internal sealed class UploadedFile(byte[] content, string name, string fileName) : IFormFile
{
    private byte[] _content = content;

    public string ContentType => string.Empty;

    public string ContentDisposition => string.Empty;

    public IHeaderDictionary Headers { get; } = new HeaderDictionary();

    public long Length => _content.Length;

    public string Name => name;

    public string FileName => fileName;

    /// <summary>The bytes themselves, and no copy.</summary>
    public byte[] Content => _content;

    /// <summary>Notes that a request holds this file.</summary>
    public void HoldFor(HttpContext context)
    {
        if (context.Items[typeof(UploadedFile)] is not List<UploadedFile> held)
            context.Items[typeof(UploadedFile)] = held = [];
        held.Add(this);
    }

    /// <summary>Lets go of a request's files: until an answer is read, the request's form is still there.</summary>
    public static void ForgetAll(HttpContext context)
    {
        foreach (var file in context.Items[typeof(UploadedFile)] as List<UploadedFile> ?? [])
            file._content = [];
    }

    public Stream OpenReadStream() => new MemoryStream(_content, writable: false);

    public void CopyTo(Stream target) => target.Write(_content);

    public Task CopyToAsync(Stream target, CancellationToken cancellationToken = default) =>
        target.WriteAsync(_content, cancellationToken).AsTask();
}

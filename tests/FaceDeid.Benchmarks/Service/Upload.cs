using System.Net.Http.Headers;
using System.Text;

namespace FaceDeid.Benchmarks.Service;

/// <summary>
/// A request whose multipart body is built once and sent any number of times: the load generator shares the processors with the
/// service, so it must do as little as it can.
/// </summary>
internal sealed class Upload
{
    private const string Boundary = "----facedeid-bench";
    private readonly ReadOnlyMemory<byte> _body;
    private readonly string _path;
    private readonly string? _key;

    /// <summary>Builds the body.</summary>
    /// <param name="path">Address of the call, such as <c>/v1/landmarks</c>.</param>
    /// <param name="pictures">The file parts, by name.</param>
    /// <param name="fields">The text fields, by name.</param>
    /// <param name="key">The header <c>X-FaceDeid-Key</c>; null: without.</param>
    public Upload(
        string path, IEnumerable<(string Name, byte[] Bytes)> pictures,
        IEnumerable<(string Name, string Value)> fields, string? key = null)
    {
        using var body = new MemoryStream();
        // Fields first: of a collection's pictures then only what is needed is held.
        foreach (var (name, value) in fields)
            Write($"--{Boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        foreach (var (name, bytes) in pictures)
        {
            Write(
                $"--{Boundary}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"p\"\r\n"
                + "Content-Type: application/octet-stream\r\n\r\n");
            body.Write(bytes);
            Write("\r\n");
        }

        Write($"--{Boundary}--\r\n");
        (_path, _key) = (path, key);
        _body = body.ToArray();

        void Write(string text) => body.Write(Encoding.ASCII.GetBytes(text));
    }

    /// <summary>Sends it; the caller owns the answer, whose body is not read yet.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_path, UriKind.Relative));
        if (_key is not null)
            request.Headers.Add("X-FaceDeid-Key", _key);
        request.Content = new ReadOnlyMemoryContent(_body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("multipart/form-data")
        {
            Parameters = { new NameValueHeaderValue("boundary", Boundary) },
        };
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>Sends it and reads a successful answer to its end.</summary>
    /// <exception cref="HttpRequestException">The answer is an error.</exception>
    public async Task<byte[]> SendAndReadAsync(HttpClient client)
    {
        using var answer = await SendAsync(client);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsByteArrayAsync();
    }
}

using System.Text;

namespace FaceDeid.Api.Tests;

/// <summary>Uploads that a test sends byte by byte.</summary>
internal static class RawUpload
{
    public const string Continue = "HTTP/1.1 100 Continue\r\n\r\n";

    private const string Expect = "Expect: 100-continue";

    /// <summary>What is before the bytes of a picture.</summary>
    public static byte[] Start(string part = "image") =>
        Encoding.ASCII.GetBytes($"--b\r\nContent-Disposition: form-data; name=\"{part}\"; filename=\"face\"\r\n\r\n");

    /// <summary>A whole body with one picture, with the boundary <c>b</c>.</summary>
    public static byte[] Body(byte[] picture) => [.. Start(), .. picture, .. "\r\n--b--\r\n"u8];

    /// <summary>Announces an upload; the server says when it begins to read.</summary>
    public static async Task<RawConnection> BeginAsync(Uri address, int length, string path = "/v1/detect")
    {
        var connection = await RawConnection.OpenAsync(address);
        await connection.SendHeadAsync(path, Expect, $"Content-Length: {length}");
        return connection;
    }

    /// <summary>An upload of which a picture's first bytes were sent, and read.</summary>
    public static async Task<RawConnection> HalfAsync(
        Uri address, int sent, int announced, string path = "/v1/detect", string part = "image")
    {
        var connection = await BeginAsync(address, announced, path);
        await connection.ReceiveAsync(Continue);
        await connection.SendAsync(Start(part));
        await connection.SendAsync(new byte[sent]);
        return connection;
    }
}

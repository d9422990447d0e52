namespace FaceDeid.Api.Forms;

internal static class FormFileExtensions
{
    /// <summary>The whole file; it is in memory already.</summary>
    public static async Task<byte[]> ReadAsync(this IFormFile file)
    {
        var bytes = new byte[file.Length];
        await using var stream = file.OpenReadStream();
        await stream.ReadExactlyAsync(bytes);
        return bytes;
    }
}

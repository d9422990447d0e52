namespace FaceDeid.Api.Http;

internal static class StreamExtensions
{
    private const int FirstBytes = 32 * 1024;

    /// <summary>The rest of the stream, counted while it is read.</summary>
    /// <exception cref="ProblemException">413: it is longer than <paramref name="most"/>.</exception>
    public static async Task<byte[]> ReadAtMostAsync(this Stream stream, int most, CancellationToken cancellationToken)
    {
        var bytes = new byte[Math.Min(FirstBytes, most + 1L)];
        var length = 0;
        int count;
        while ((count = await stream.ReadAsync(bytes.AsMemory(length), cancellationToken)) > 0)
        {
            length += count;
            if (length > most)
                throw ProblemMiddleware.TooLarge();
            if (length == bytes.Length)
                Array.Resize(ref bytes, (int)Math.Min(2L * length, most + 1L));
        }

        Array.Resize(ref bytes, length);
        return bytes;
    }
}

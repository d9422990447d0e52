namespace FaceDeid.Api.Http;

internal static class StreamExtensions
{
    private const int Piece = 32 * 1024; // less than what .NET keeps for long

    /// <summary>The rest of the stream, counted while it is read.</summary>
    /// <exception cref="ProblemException">413: it is longer than <paramref name="most"/>.</exception>
    public static async Task<byte[]> ReadAtMostAsync(this Stream stream, int most, CancellationToken cancellationToken)
    {
        List<byte[]> pieces = [];
        var length = 0;
        while (true)
        {
            if (length == pieces.Count * Piece)
                pieces.Add(new byte[Piece]);
            var count = await stream.ReadAsync(pieces[^1].AsMemory(length % Piece), cancellationToken);
            if (count == 0)
                break;
            length += count;
            if (length > most)
                throw ProblemMiddleware.TooLarge();
        }

        var bytes = GC.AllocateUninitializedArray<byte>(length);
        for (var at = 0; at < length; at += Piece)
            pieces[at / Piece].AsSpan(0, Math.Min(Piece, length - at)).CopyTo(bytes.AsSpan(at));
        return bytes;
    }
}

using System.Security.Cryptography;
using OpenCvSharp;

namespace FaceDeid.Protection.Scrambling;

/// <summary>
/// Puts the blocks of a face in a secret order, mirrored and inverted, and back again: pixels, and no codec's coefficients, so
/// that the picture may be compressed in between (after Carrillo, Kalva and Magliveras 2009). To the byte:
/// <list type="number">
/// <item>The key is HKDF with SHA-256 (RFC 5869) of the data key, with the nonce as salt and <c>FaceDeid seal v1 scramble</c> as
/// info, 32 bytes long. <see cref="KeyStream"/> makes numbers of it.</item>
/// <item>The region's own blocks are put into the groups of <see cref="OwnBlocks"/>, in its order.</item>
/// <item>Each group of n blocks, one after the other, is shuffled (Fisher and Yates): <c>order[i] = i</c> at first; then for i
/// from n - 1 down to 1, <c>order[i]</c> and <c>order[j]</c> are exchanged, with j from <see cref="KeyStream.Below"/> of i +
/// 1.</item>
/// <item>After all the orders, each place of each group takes the next byte of the stream: with bit 0 (the least) set its block
/// is mirrored left to right, with bit 1 top to bottom, and with bit 2 each sample v becomes 255 - v.</item>
/// <item>The place i of a group shows the original's block <c>order[i]</c>, changed by the place's byte.</item>
/// </list>
/// </summary>
internal static class BlockScrambler
{
    private const int Mirrored = 1;
    private const int UpsideDown = 2;
    private const int Inverted = 4;

    /// <summary>Scrambles a face's own blocks in place.</summary>
    /// <param name="canvas">The whole picture, <c>CV_8UC3</c>.</param>
    /// <param name="blocks">The face's own blocks.</param>
    /// <param name="dataKey">The face's data key.</param>
    /// <param name="nonce">The face's nonce.</param>
    public static void Scramble(Mat canvas, OwnBlocks blocks, byte[] dataKey, byte[] nonce)
    {
        using var before = Part(canvas, blocks.Region);
        foreach (var (source, place, change) in Moves(blocks, dataKey, nonce))
            Move(before, source - Corner(blocks.Region), canvas, place, change);
    }

    /// <summary>
    /// Undoes <see cref="Scramble"/> with the same arguments. Other faces' blocks are left as they are, scrambled or not.
    /// </summary>
    /// <inheritdoc cref="Scramble"/>
    public static void Restore(Mat canvas, OwnBlocks blocks, byte[] dataKey, byte[] nonce)
    {
        using var before = Part(canvas, blocks.Region);
        foreach (var (source, place, change) in Moves(blocks, dataKey, nonce))
            Move(before, place.TopLeft - Corner(blocks.Region), canvas, new Rect(source, place.Size), change);
    }

    /// <summary>
    /// Whether no block stays where it is. One that has no other of its size to go to must be inverted instead.
    /// </summary>
    public static bool MovesAll(OwnBlocks blocks, byte[] dataKey, byte[] nonce)
    {
        var alone = blocks.Groups.Where(group => group.Length == 1).Select(group => group[0]).ToHashSet();
        return Moves(blocks, dataKey, nonce).TrueForAll(
            move => move.Source != move.Place.TopLeft || (alone.Contains(move.Place) && (move.Change & Inverted) != 0));
    }

    private static List<(Point Source, Rect Place, byte Change)> Moves(OwnBlocks blocks, byte[] dataKey, byte[] nonce)
    {
        var key = DataKey.Derive(dataKey, nonce, "FaceDeid seal v1 scramble"u8);
        try
        {
            using var stream = new KeyStream(key);
            var moves = new List<(Point Source, Rect Place, byte Change)>();
            foreach (var group in blocks.Groups)
            {
                var order = Enumerable.Range(0, group.Length).ToArray();
                for (var i = group.Length - 1; i > 0; i--)
                {
                    var j = stream.Below(i + 1);
                    (order[i], order[j]) = (order[j], order[i]);
                }

                moves.AddRange(group.Select((place, i) => (group[order[i]].TopLeft, place, (byte)0)));
            }

            return moves.ConvertAll(move => move with { Change = stream.Next() });
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static Point Corner(Box region) => new(region.X, region.Y);

    private static Mat Part(Mat canvas, Box region)
    {
        using var part = canvas.SubMat(new Rect(region.X, region.Y, region.Width, region.Height));
        return part.Clone();
    }

    // Mirroring and inverting undo themselves: the same move there and back.
    private static unsafe void Move(Mat from, Point source, Mat to, Rect place, byte change)
    {
        var invert = (change & Inverted) != 0 ? byte.MaxValue : (byte)0; // 255 - v is v with all its bits changed
        for (var y = 0; y < place.Height; y++)
        {
            var row = (change & UpsideDown) != 0 ? place.Height - 1 - y : y;
            var read = new ReadOnlySpan<Vec3b>((Vec3b*)from.Ptr(source.Y + row) + source.X, place.Width);
            var write = new Span<Vec3b>((Vec3b*)to.Ptr(place.Y + y) + place.X, place.Width);
            for (var x = 0; x < write.Length; x++)
            {
                var pixel = read[(change & Mirrored) != 0 ? read.Length - 1 - x : x];
                write[x] = new Vec3b((byte)(pixel.Item0 ^ invert), (byte)(pixel.Item1 ^ invert), (byte)(pixel.Item2 ^ invert));
            }
        }
    }
}

using System.Security.Cryptography;
using FaceDeid.Protection.Subjects;
using OpenCvSharp;

namespace FaceDeid.Protection.Scrambling;

/// <summary>A face whose blocks are in another order.</summary>
/// <param name="Id">Its number in the report.</param>
/// <param name="Blocks">Its own blocks.</param>
/// <param name="DataKey">32 random bytes; whoever has them and the nonce brings the face back.</param>
/// <param name="Nonce">12 random bytes.</param>
internal sealed record ScrambledFace(int Id, OwnBlocks Blocks, byte[] DataKey, byte[] Nonce)
{
    /// <summary>The blocks around it: whole ones of <see cref="ScrambleGrid"/>, inside the picture.</summary>
    public Box Region => Blocks.Region;
}

/// <summary>Which faces of a picture are scrambled, and with what. Disposing of it zeroes the data keys.</summary>
internal sealed class ScramblePlan : IDisposable
{
    /// <summary>
    /// Whole blocks that a face needs for itself: they have 16!/e orders in which none stays at its place, about 2^42, beside
    /// their turns and inversions.
    /// </summary>
    public const int LeastBlocks = 16;

    private ScramblePlan(IReadOnlyList<ScrambledFace> faces)
    {
        Faces = faces;
        Regions = [.. faces.Select(face => face.Region)];
    }

    /// <summary>The faces that can be scrambled, in the order of the subjects.</summary>
    public IReadOnlyList<ScrambledFace> Faces { get; }

    /// <summary>Their regions.</summary>
    public IReadOnlyList<Box> Regions { get; }

    /// <summary>
    /// Plans for the faces of a picture, with a fresh data key and nonce for each. A face with too few blocks claims none.
    /// </summary>
    public static ScramblePlan Create(IEnumerable<Subject> subjects, Size picture, RegionShape shape)
    {
        var faces = new List<ScrambledFace>();
        var claims = new BlockClaims(picture);
        foreach (var subject in subjects)
        {
            WorkerGate.Checkpoint();
            using var face = ProtectedRegion.Create(subject, picture, shape);
            var region = ScrambleGrid.Around(face.Bounds, picture);
            if (!face.IsEmpty && claims.Claim(region, LeastBlocks) is { } blocks)
                faces.Add(WithKeys(subject.Face.Id, blocks));
        }

        return new ScramblePlan(faces);
    }

    // About one key in e moves every whole block; of a small face, any other could leave an eye where it was.
    private static ScrambledFace WithKeys(int id, OwnBlocks blocks)
    {
        while (true)
        {
            WorkerGate.Checkpoint();
            var face = new ScrambledFace(
                id, blocks, RandomNumberGenerator.GetBytes(DataKey.Length), RandomNumberGenerator.GetBytes(DataKey.NonceLength));
            if (BlockScrambler.MovesAll(blocks, face.DataKey, face.Nonce))
                return face;
            CryptographicOperations.ZeroMemory(face.DataKey);
        }
    }

    /// <summary>Which of <see cref="Faces"/> a subject is; -1: none.</summary>
    public int IndexOf(Subject subject)
    {
        for (var i = 0; i < Faces.Count; i++)
        {
            if (Faces[i].Id == subject.Face.Id)
                return i;
        }

        return -1;
    }

    public void Dispose()
    {
        foreach (var face in Faces)
            CryptographicOperations.ZeroMemory(face.DataKey);
    }
}

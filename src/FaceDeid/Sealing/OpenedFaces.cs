using System.Security.Cryptography;
using FaceDeid.Protection.Scrambling;
using FaceDeid.Sealing.Keys;
using OpenCvSharp;

namespace FaceDeid.Sealing;

/// <summary>Faces of a seal whose data keys were unwrapped, every one of them genuine. Zeroes the data keys at the end.</summary>
internal sealed class OpenedFaces : IDisposable
{
    private readonly List<OpenedFace> _faces = [];
    private IReadOnlyList<OwnBlocks>? _blocks;

    private OpenedFaces(Seal seal)
    {
        Seal = seal;
        Lock = new FaceLock(seal);
    }

    public Seal Seal { get; }

    public FaceLock Lock { get; }

    public IReadOnlyList<OpenedFace> Faces => _faces;

    /// <summary>Opens the faces that are asked for: all of them, or none.</summary>
    /// <exception cref="FaceDeidException">A face is not in the seal, a key does not open it, or it was altered.</exception>
    public static OpenedFaces Open(Seal seal, OpenOptions options)
    {
        SealRules.CheckKnown("faces", options.Faces ?? [], [.. seal.Faces.Select(face => face.Id)], "is not in the seal");
        var opened = new OpenedFaces(seal);
        try
        {
            foreach (var (index, face) in seal.Faces.Index())
            {
                if (options.Faces?.Contains(face.Id) ?? true)
                    opened.Open(index, options.Keys);
            }

            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Of scrambled faces the own blocks, by the seal's faces; all of them, opened or not, have a claim.</summary>
    /// <exception cref="FaceDeidException">A region is none of this picture's.</exception>
    public IReadOnlyList<OwnBlocks> BlocksIn(Size picture)
    {
        var regions = Seal.Faces.Select(face => face.Region).ToList();
        return _blocks ??= regions.TrueForAll(region => ScrambleGrid.IsWhole(region, picture))
            ? OwnBlocks.Divide(picture, regions)
            : throw SealFile.Tampered();
    }

    public void Dispose()
    {
        foreach (var face in _faces)
            CryptographicOperations.ZeroMemory(face.DataKey);
    }

    private void Open(int index, IReadOnlyList<SealingKey> keys)
    {
        if (Lock.UnwrapDataKey(index, keys) is not { } dataKey)
        {
            throw new FaceDeidException(
                FaceDeidError.WrongKey,
                "No key that was sent opens every face that is asked for. Send another key, or name in 'faces' only those that "
                + "this one opens.");
        }

        _faces.Add(new OpenedFace(index, Seal.Faces[index], dataKey));
        if (!Lock.IsGenuine(index, dataKey))
            throw SealFile.Tampered();
    }
}

/// <summary>A face whose data key was unwrapped.</summary>
/// <param name="Index">Which of the seal's faces.</param>
/// <param name="Face">It.</param>
/// <param name="DataKey">Its data key.</param>
internal sealed record OpenedFace(int Index, SealedFace Face, byte[] DataKey);

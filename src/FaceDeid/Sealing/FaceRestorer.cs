using System.Security.Cryptography;
using FaceDeid.Imaging;
using FaceDeid.Scrambling;
using OpenCvSharp;

namespace FaceDeid.Sealing;

/// <summary>Brings opened faces back. Thread-safe.</summary>
internal sealed class FaceRestorer(ImageDecoder decoder)
{
    /// <summary>Brings one face back in the public picture; where it fails, what it was given is of no use any more.</summary>
    /// <exception cref="FaceDeidException">The scrambled blocks are not those that were sealed; or what was sealed is not what this version seals.</exception>
    public void Restore(Mat canvas, OpenedFaces opened, OpenedFace face, SealFile file)
    {
        var content = opened.Lock.Open(face.Index, face.DataKey) ?? throw SealFile.Tampered();
        try
        {
            if (opened.Seal.Kind == SealKind.Pixels)
                Paste(canvas, face.Face, content);
            else
                Unscramble(canvas, opened, face, content, file);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    private static void Unscramble(Mat canvas, OpenedFaces opened, OpenedFace face, byte[] means, SealFile file)
    {
        var blocks = opened.BlocksIn(canvas.Size())[face.Index];
        if (!BlockMeans.AreSame(means, BlockMeans.Of(canvas, blocks)))
            throw file.Mismatch();
        BlockScrambler.Restore(canvas, blocks, face.DataKey, face.Face.Nonce);
    }

    private void Paste(Mat canvas, SealedFace face, byte[] content)
    {
        try
        {
            // Who seals could have written anything: the header is looked at before any pixel is decoded.
            if (decoder.Inspect(content) is { HasAlpha: true } header && header.Size == new ImageSize(face.Region.Width, face.Region.Height))
            {
                using var pixels = decoder.Decode(content);
                FacePixels.Restore(canvas, face.Region, pixels);
                return;
            }
        }
        catch (FaceDeidException)
        {
            // No picture: said below, because it is not the caller's picture that is damaged.
        }

        throw SealFile.Tampered();
    }
}

using System.Security.Cryptography;
using FaceDeid.Imaging;
using FaceDeid.Protection.Scrambling;
using OpenCvSharp;

namespace FaceDeid.Sealing;

/// <summary>Brings opened faces back. Thread-safe.</summary>
internal sealed class FaceRestorer(ImageDecoder decoder)
{
    /// <summary>Brings one face back in the public picture; where it fails, what it was given is of no use any more.</summary>
    /// <exception cref="FaceDeidException">
    /// The scrambled blocks are not those that were sealed; or what was sealed is not what this version seals.
    /// </exception>
    public void Restore(UprightImage canvas, OpenedFaces opened, OpenedFace face, SealFile file)
    {
        var content = opened.Lock.Open(face.Index, face.DataKey) ?? throw SealFile.Tampered();
        try
        {
            if (opened.Seal.Kind == SealKind.Pixels)
                Paste(canvas, face.Face, content, file.Uploaded);
            else
                Unscramble(canvas.Bgr, opened, face, content, file);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    private static void Unscramble(Mat canvas, OpenedFaces opened, OpenedFace face, byte[] means, SealFile file)
    {
        var blocks = opened.BlocksIn(canvas.Size())[face.Index];
        if (!BlockMeans.AreSame(means, BlockMeans.Compute(canvas, blocks)))
            throw file.Mismatch();
        BlockScrambler.Restore(canvas, blocks, face.DataKey, face.Face.Nonce);
    }

    private void Paste(UprightImage canvas, SealedFace face, byte[] content, int uploaded)
    {
        List<UprightImage> pixels = [];
        try
        {
            // Who seals could have written anything: the headers are looked at before any pixel is decoded.
            var files = FacePixels.Split(content);
            if (files is not null && files.All(file => Fits(file, face.Region, uploaded))
                && (files.Count == 1 || canvas.Alpha is not null))
            {
                pixels.AddRange(files.Select(file => decoder.Decode(file, uploaded: uploaded)));
                FacePixels.Restore(canvas, face.Region, pixels);
                return;
            }
        }
        catch (FaceDeidException)
        {
            // No picture: said below, because it is not the caller's picture that is damaged.
        }
        finally
        {
            pixels.ForEach(picture => picture.Dispose());
        }

        throw SealFile.Tampered();
    }

    private bool Fits(byte[] file, Box region, int uploaded) =>
        decoder.Inspect(file, uploaded) is { HasAlpha: true } header && header.Size == new ImageSize(region.Width, region.Height);
}

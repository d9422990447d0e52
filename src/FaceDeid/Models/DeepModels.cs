using OpenCvSharp;
using OpenCvSharp.Dnn;

namespace FaceDeid.Models;

/// <summary>Loads neural networks.</summary>
internal static class DeepModels
{
    /// <summary>
    /// Networks of an ONNX file; the caller owns the pool. The file is read once, now: a pool makes further networks when more
    /// are used at once, and by then the file may be gone, cut short or another one.
    /// </summary>
    /// <exception cref="FaceDeidException">
    /// <see cref="FaceDeidError.ModelUnavailable"/>: the file is not a network that can be run.
    /// </exception>
    public static ResourcePool<Net> Pool(string file)
    {
        var model = Read(file);
        var pool = new ResourcePool<Net>(() => Load(model, file));
        pool.Use(net => net.Empty()); // a broken file shows at start, not at the first request
        return pool;
    }

    private static byte[] Read(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(file, e);
        }
    }

    private static Net Load(byte[] model, string file)
    {
        try
        {
            return CvDnn.ReadNetFromOnnx(model) ?? throw Unreadable(file, inner: null);
        }
        catch (Exception e) when (e is OpenCVException or ArgumentException)
        {
            throw Unreadable(file, e);
        }
    }

    private static FaceDeidException Unreadable(string file, Exception? inner) =>
        new(FaceDeidError.ModelUnavailable, $"The network {file} cannot be read. Delete it and run 'make models'.", inner);
}

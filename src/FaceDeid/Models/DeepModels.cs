using OpenCvSharp;
using OpenCvSharp.Dnn;

namespace FaceDeid.Models;

/// <summary>Loads neural networks.</summary>
internal static class DeepModels
{
    /// <summary>A network from an ONNX file; the caller owns it.</summary>
    /// <exception cref="FaceDeidException"><see cref="ErrorCode.ModelUnavailable"/>: the file is not a network that can be run.</exception>
    public static Net Load(string file)
    {
        try
        {
            return CvDnn.ReadNetFromOnnx(file) ?? throw Unreadable(file, inner: null);
        }
        catch (OpenCVException e)
        {
            throw Unreadable(file, e);
        }
    }

    private static FaceDeidException Unreadable(string file, Exception? inner) =>
        new(ErrorCode.ModelUnavailable, $"The network {file} cannot be read. Delete it and run 'make models'.", inner);
}

using FaceDeid.Api.Http;

namespace FaceDeid.Api.Forms;

internal static class FormFileExtensions
{
    /// <summary>The whole file; it is in memory already.</summary>
    public static byte[] Bytes(this IFormFile file) => ((UploadedFile)file).Content;
}

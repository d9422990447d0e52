using NetVips;

namespace FaceDeid.Imaging;

/// <summary>Lets libvips end with the caller: to read or write a large picture takes it seconds.</summary>
internal static class CallersEnd
{
    /// <summary>Stops whatever computes pixels of this image when the caller gives up; to be disposed before the image.</summary>
    public static IDisposable EndWithCaller(this Image image) => WorkerGate.Abandoned.Register(() => image.SetKill(true));
}

using NetVips;
using OpenCvSharp;

namespace FaceDeid.Core;

/// <summary>
/// Process-wide settings of the native libraries. One request is one thread; the worker gate decides how many there are.
/// </summary>
internal static class NativeLibraries
{
    private static readonly Lock Once = new();
    private static bool _configured;

    public static void Configure()
    {
        lock (Once)
        {
            if (_configured)
                return;
            Cv2.SetNumThreads(1);
            NetVips.NetVips.Concurrency = 1;
            NetVips.NetVips.BlockUntrusted = true; // only loaders that libvips fuzzes
            Cache.Max = 0; // a cache of operations would hold pictures of earlier requests

            // Damaged uploads make decoders print a line each; what matters reaches the caller as an exception.
            foreach (var domain in new[] { "VIPS", "GLib", "GLib-GObject" })
                Log.SetLogHandler(domain, Enums.LogLevelFlags.All, static (_, _, _) => { });
            _configured = true;
        }
    }
}

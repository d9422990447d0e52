using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]
[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]

namespace FaceDeid.Dlib;

/// <summary>The C ABI of <c>native/facedeid_dlib.h</c>, and the search for it.</summary>
internal static partial class NativeMethods
{
    private const string Library = "facedeid_dlib";
    private const int AbiVersion = 3;

    static NativeMethods() => NativeLibrary.SetDllImportResolver(typeof(NativeMethods).Assembly, Resolve);

    /// <summary>Turns a status other than success into an exception, with the text of this thread's last native call.</summary>
    public static void ThrowIfFailed(DlibError status)
    {
        if (status != DlibError.None)
            throw new DlibException(status, Marshal.PtrToStringUTF8(LastError()) ?? "");
    }

    [LibraryImport(Library, EntryPoint = "facedeid_detector_create")]
    public static partial DlibError CreateDetector(InstructionSet instructionSet, out DetectorHandle detector);

    [LibraryImport(Library, EntryPoint = "facedeid_detector_give_back")]
    public static partial DlibError GiveBack(DetectorHandle detector);

    [LibraryImport(Library, EntryPoint = "facedeid_search_create")]
    public static unsafe partial DlibError CreateSearch(DetectorHandle detector, byte* pixels, int width, int height, int stride,
        int upsample, double threshold, int smallest, out SearchHandle search, out int levels);

    [LibraryImport(Library, EntryPoint = "facedeid_search_scan")]
    public static partial DlibError ScanLevel(SearchHandle search, int level);

    [LibraryImport(Library, EntryPoint = "facedeid_search_finish")]
    public static partial DlibError FinishSearch(SearchHandle search, out int count);

    [LibraryImport(Library, EntryPoint = "facedeid_search_results")]
    public static partial DlibError GetSearchResults(SearchHandle search, Span<FaceDetection> results, int capacity);

    [LibraryImport(Library, EntryPoint = "facedeid_predictor_load", StringMarshalling = StringMarshalling.Utf8)]
    public static partial DlibError LoadPredictor(string path, out PredictorHandle predictor);

    [LibraryImport(Library, EntryPoint = "facedeid_predictor_point_count")]
    public static partial DlibError GetPointCount(PredictorHandle predictor, out int count);

    [LibraryImport(Library, EntryPoint = "facedeid_predictor_predict")]
    public static partial DlibError Predict(PredictorHandle predictor, ReadOnlySpan<byte> pixels, int width, int height,
        int stride, in DlibRectangle face, Span<DlibPoint> points, int capacity);

    [LibraryImport(Library, EntryPoint = "facedeid_last_error")]
    private static partial nint LastError();

    [LibraryImport(Library, EntryPoint = "facedeid_detector_destroy")]
    private static partial void DestroyDetector(nint detector);

    [LibraryImport(Library, EntryPoint = "facedeid_search_destroy")]
    private static partial void DestroySearch(nint search);

    [LibraryImport(Library, EntryPoint = "facedeid_predictor_destroy")]
    private static partial void DestroyPredictor(nint predictor);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (!string.Equals(name, Library, StringComparison.Ordinal))
            return 0;

        var library = NativeLibrary.Load(Library, assembly, searchPath);
        var version = ReadAbiVersion(library);
        if (version != AbiVersion)
        {
            throw new DlibException(
                DlibError.VersionMismatch, $"The native library has ABI version {version}, {AbiVersion} is needed: rebuild it.");
        }

        return library;
    }

    private static int ReadAbiVersion(nint library) =>
        Marshal.GetDelegateForFunctionPointer<AbiVersionFunction>(NativeLibrary.GetExport(library, "facedeid_abi_version"))();

    private delegate int AbiVersionFunction();

    /// <summary>Owns a <c>facedeid_detector</c>.</summary>
    internal sealed class DetectorHandle() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            DestroyDetector(handle);
            return true;
        }
    }

    /// <summary>Owns a <c>facedeid_search</c>.</summary>
    internal sealed class SearchHandle() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            DestroySearch(handle);
            return true;
        }
    }

    /// <summary>Owns a <c>facedeid_predictor</c>.</summary>
    internal sealed class PredictorHandle() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            DestroyPredictor(handle);
            return true;
        }
    }
}

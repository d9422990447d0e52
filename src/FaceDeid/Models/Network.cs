using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using OpenCvSharp;

namespace FaceDeid.Models;

/// <summary>
/// A neural network of an ONNX file on ONNX Runtime, the one place that knows the runtime. A call runs on its caller's thread
/// alone; calls of all threads share one session and give the same bits however many there are.
/// </summary>
internal sealed partial class Network : IDisposable
{
    /// <summary>
    /// Set before the runtime's first call, it keeps the runtime from telling its maker about this machine and its models, and
    /// from writing the files that it keeps for that. .NET's own variables are not seen by native code.
    /// </summary>
    private const string NoTelemetry = "ORT_DISABLE_TELEMETRY";

    private readonly InferenceSession _session;
    private readonly string _input;
    private readonly string[] _outputs;

    static Network()
    {
        if (SetEnvironment(NoTelemetry, "1", overwrite: 1) != 0)
            throw new InvalidOperationException($"{NoTelemetry} cannot be set.");
        OrtEnv.Instance().DisableTelemetryEvents();
        KeepMemory();
    }

    /// <summary>A network as its file has it.</summary>
    /// <param name="file">The ONNX file, read once, now.</param>
    /// <exception cref="FaceDeidException">
    /// <see cref="FaceDeidError.ModelUnavailable"/>: the file is not a network that can be run.
    /// </exception>
    public Network(string file)
        : this(file, OnnxFile.WithoutPRelu)
    {
    }

    private Network(string file, Func<byte[], byte[]> change)
    {
        try
        {
            using var options = Options();
            _session = new InferenceSession(change(File.ReadAllBytes(file)), options);
        }
        catch (Exception e) when (e is OnnxRuntimeException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new FaceDeidException(
                FaceDeidError.ModelUnavailable, $"The network {file} cannot be read. Delete it and run 'make models'.", e);
        }

        (_input, _outputs) = (_session.InputNames.Single(), [.. _session.OutputNames]);
    }

    /// <summary>A network that takes pictures of any size, which its file does not let it do.</summary>
    /// <param name="file">The ONNX file.</param>
    /// <param name="outputs">The values to give, by their names in the file; what is only needed for others is left out.</param>
    /// <inheritdoc cref="Network(string)"/>
    public static Network OfAnySize(string file, params string[] outputs) =>
        new(file, model => OnnxFile.OfAnySize(model, outputs));

    /// <summary>A network of weights that their file has without it.</summary>
    /// <param name="file">The weights' file.</param>
    /// <param name="toOnnx">Makes an ONNX file of it.</param>
    /// <inheritdoc cref="Network(string)"/>
    public static Network Converted(string file, Func<byte[], byte[]> toOnnx) => new(file, toOnnx);

    /// <summary>What the network says, in the order of its outputs; the caller disposes of it.</summary>
    /// <param name="input">What it is shown.</param>
    /// <param name="givesBack">Whether the memory that all networks keep goes back to the system after it.</param>
    public NetworkAnswer Run(NetworkInput input, bool givesBack = false)
    {
        using var values = input.AsTensor();
        using var options = new RunOptions();
        if (givesBack)
            options.AddRunConfigEntry("memory.enable_memory_arena_shrinkage", "cpu:0");
        return new NetworkAnswer(_session, options, _input, values, _outputs);
    }

    public void Dispose() => _session.Dispose();

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    /// <summary>
    /// One store of memory for all networks and threads. Without it a picture's calculation takes half as long again: the system
    /// gives large memory page by page, cleared. It grows by what is asked for, not by powers of two.
    /// </summary>
    private static void KeepMemory()
    {
        const int AsRequested = 1;
        const int Default = -1;
        using var memory = new OrtMemoryInfo(
            OrtMemoryInfo.allocatorCPU, OrtAllocatorType.ArenaAllocator, deviceId: 0, OrtMemType.Default);
        using var settings = new OrtArenaCfg(maxMemory: 0, AsRequested, Default, Default);
        OrtEnv.Instance().CreateAndRegisterAllocator(memory, settings);
    }

    private static SessionOptions Options()
    {
        var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            EnableMemoryPattern = false, // every size of picture would have its own
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        options.AddSessionConfigEntry("session.use_env_allocators", "1");
        options.AddSessionConfigEntry("session.use_device_allocator_for_initializers", "1"); // weights stay: not in the store
        return options;
    }
}

/// <summary>What a network said: 32-bit floats.</summary>
internal sealed class NetworkAnswer : IDisposable
{
    private readonly IDisposableReadOnlyCollection<OrtValue> _values;

    internal NetworkAnswer(InferenceSession session, RunOptions options, string input, OrtValue values, string[] outputs) =>
        _values = session.Run(options, [input], [values], outputs);

    /// <summary>All values of an output, valid until this is disposed of.</summary>
    public ReadOnlySpan<float> this[int output] => _values[output].GetTensorDataAsSpan<float>();

    public void Dispose() => _values.Dispose();
}

/// <summary>Pictures in the form that networks take: picture, channel, row, column of 32-bit floats.</summary>
internal sealed class NetworkInput : IDisposable
{
    private readonly Mat _values;
    private readonly Size _size;
    private readonly int _channels;

    /// <summary>Room for pictures of one size.</summary>
    public NetworkInput(int count, int channels, Size size)
    {
        (_size, _channels) = (size, channels);
        _values = new Mat(count * channels * size.Height, size.Width, MatType.CV_32FC1);
    }

    /// <summary>
    /// Puts in a picture of that size, gray or blue-green-red (<c>CV_8U</c>), as <c>(sample - mean) * scale</c>; colours become
    /// red-green-blue.
    /// </summary>
    public NetworkInput Put(int index, Mat picture, double scale, double mean)
    {
        if (picture.Size() != _size || picture.Channels() != _channels)
            throw new ArgumentException("Pictures of one size and one number of channels go together.", nameof(picture));
        using var samples = new Mat();
        for (var channel = 0; channel < _channels; channel++)
        {
            var first = ((index * _channels) + channel) * _size.Height;
            using var plane = _values.RowRange(first, first + _size.Height);
            Cv2.ExtractChannel(picture, samples, _channels - 1 - channel);
            samples.ConvertTo(plane, MatType.CV_32F, scale, -mean * scale);
        }

        return this;
    }

    internal OrtValue AsTensor() => OrtValue.CreateTensorValueWithData(
        OrtMemoryInfo.DefaultInstance, Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float,
        [_values.Rows / (_channels * _size.Height), _channels, _size.Height, _size.Width],
        _values.Data, _values.Total() * sizeof(float));

    public void Dispose() => _values.Dispose();
}

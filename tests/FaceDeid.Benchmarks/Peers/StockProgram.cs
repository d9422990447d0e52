using System.Diagnostics;
using System.Globalization;

namespace FaceDeid.Benchmarks.Peers;

/// <summary>The C++ program (stock.cpp), a process that answers a line with a line. It ends when its input does.</summary>
internal sealed class StockProgram : IDisposable
{
    private readonly Process _process;

    private StockProgram(Process process) => _process = process;

    /// <summary>Starts it with the pictures that it is asked about by number.</summary>
    public static StockProgram Start(string model, IEnumerable<ExamplePicture> pictures) => new(
        Process.Start(new ProcessStartInfo(PeerSources.Stock(), [model, .. pictures.Select(picture => picture.Path)])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!);

    /// <summary>Milliseconds by its own clock, and left, top, right, bottom and 68 times x and y of each face.</summary>
    public (double Milliseconds, int[] Faces) Landmarks(int picture)
    {
        var words = Ask($"landmarks {picture}");
        return (Number(words[0]), [.. words[2..].Select(word => int.Parse(word, CultureInfo.InvariantCulture))]);
    }

    /// <summary>Milliseconds for detection, the blur of each box, and the JPEG.</summary>
    public double Blur(int picture) => Number(Ask($"blur {picture}")[0]);

    /// <summary>Calls a second on one thread, over all pictures in turn.</summary>
    public double Rate(string call, TimeSpan duration) =>
        Number(Ask(string.Create(CultureInfo.InvariantCulture, $"rate {call} {duration.TotalSeconds}"))[0]);

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static double Number(string word) => double.Parse(word, CultureInfo.InvariantCulture);

    private string[] Ask(string command)
    {
        _process.StandardInput.WriteLine(command);
        _process.StandardInput.Flush();
        return _process.StandardOutput.ReadLine()?.Split(' ')
            ?? throw new InvalidOperationException("The C++ program has ended.");
    }
}

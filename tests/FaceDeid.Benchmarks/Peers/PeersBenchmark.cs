using FaceDeid.Benchmarks.Service;
using FaceDeid.Models;

namespace FaceDeid.Benchmarks.Peers;

/// <summary>
/// The service beside what would be written instead of it: a C++ program and a FastAPI service, both with Debian's dlib and
/// OpenCV. Then what HTTP and the service add to the steps of its own library.
/// </summary>
internal static class PeersBenchmark
{
    public const int Workers = 2;
    private const int WarmUps = 40;

    public static async Task<bool> RunAsync()
    {
        var model = ModelManifest.Load("models").Verified("landmarks68");
        using var stock = StockProgram.Start(model, ExamplePicture.All);
        await BesidePeersAsync(model, stock);
        await BlurBenchmark.RunAsync(stock);
        return true;
    }

    private static async Task BesidePeersAsync(string model, StockProgram stock)
    {
        using var peer = await FastApiPeer.StartAsync(model, Workers);
        using var service = await ServiceProcess.StartAsync(Workers);
        foreach (var subject in PeerSubject.All)
        {
            await subject.CheckAsync(service.Client, stock, peer.Client);
            for (var i = 0; i < WarmUps; i++)
            {
                await subject.Landmarks.SendAndReadAsync(service.Client);
                await subject.Merge.SendAndReadAsync(service.Client);
            }
        }

        await PeerLatency.RunAsync(service, stock, peer);
        await PeerThroughput.RunAsync(service, stock, peer);
    }
}

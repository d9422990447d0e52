using System.Collections.Concurrent;
using System.Text.Json;
using FaceDeid.Benchmarks.Service;

namespace FaceDeid.Benchmarks.Peers;

/// <summary>
/// Clients of the FastAPI service, as many for each of its workers. A connection belongs to the worker that accepted it, and an
/// idle one accepts all that wait: left to chance, one worker had all 16 and the other none.
/// </summary>
internal sealed class EvenClients : IDisposable
{
    private const int MostAttempts = 500;
    private static readonly Uri Ready = new("/health/ready", UriKind.Relative);
    private readonly ConcurrentQueue<HttpClient> _clients = [];

    private sealed record Answer(int Worker);

    /// <summary>Connects them one after the other.</summary>
    /// <param name="address">Of the service.</param>
    /// <param name="count">How many clients.</param>
    /// <param name="workers">How many workers it has.</param>
    /// <param name="busy">A call that keeps a worker busy, so that another accepts.</param>
    public static async Task<EvenClients> ConnectAsync(Uri address, int count, int workers, Upload busy)
    {
        var even = new EvenClients();
        var connected = new Dictionary<int, int>();
        for (var attempts = 0; even._clients.Count < count; attempts++)
        {
            if (attempts == MostAttempts)
                throw new InvalidOperationException("Of the FastAPI service's workers not all answer.");
            var client = Loopback.Client(address);
            var worker = await WorkerAsync(client);
            if (connected.GetValueOrDefault(worker) < count / workers)
            {
                connected[worker] = connected.GetValueOrDefault(worker) + 1;
                even._clients.Enqueue(client);
            }
            else
            {
                // Its worker has enough: while that one works, the next connection is another's.
                _ = busy.SendAndReadAsync(client).ContinueWith(_ => client.Dispose(), TaskScheduler.Default);
                await Task.Delay(10);
            }
        }

        return even;
    }

    /// <summary>Sends a call over a connection that is free, and reads the answer.</summary>
    public async Task SendAsync(Upload upload)
    {
        if (!_clients.TryDequeue(out var client))
            throw new InvalidOperationException("There are more calls at once than clients.");
        await upload.SendAndReadAsync(client);
        _clients.Enqueue(client);
    }

    public void Dispose()
    {
        while (_clients.TryDequeue(out var client))
            client.Dispose();
    }

    private static async Task<int> WorkerAsync(HttpClient client) =>
        JsonSerializer.Deserialize<Answer>(await client.GetByteArrayAsync(Ready), JsonSerializerOptions.Web)!.Worker;
}

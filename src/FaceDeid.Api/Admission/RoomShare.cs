namespace FaceDeid.Api.Admission;

/// <summary>
/// Places and bytes that requests of one kind may hold together, of which one client has a part only, so that nobody keeps
/// everybody else out. Thread-safe.
/// </summary>
/// <param name="uploads">Most uploads under way at once.</param>
/// <param name="bytes">Most bytes held.</param>
/// <param name="largest">Bytes of the largest request, which always fits.</param>
/// <param name="clientPercent">The part of one client.</param>
internal sealed class RoomShare(int uploads, long bytes, long largest, int clientPercent)
{
    private readonly Lock _counting = new();
    private readonly Dictionary<string, Part> _clients = new(StringComparer.Ordinal);
    private readonly int _clientUploads = Math.Max(1, uploads * clientPercent / 100);
    private readonly long _clientBytes = Math.Max(largest, bytes / 100 * clientPercent);
    private readonly Part _all = new();

    /// <summary>Begins an upload; false: there are too many.</summary>
    public bool TryBegin(string client) =>
        Count(client, own => _all.Uploads < uploads && own.Uploads < _clientUploads, part => part.Uploads++);

    /// <summary>An upload is complete, or given up.</summary>
    public void End(string client) => Count(client, part => part.Uploads--);

    /// <summary>Takes room for bytes that have arrived; false: there is none, and nothing was taken.</summary>
    public bool TryTake(string client, long taken) => Count(client, own => Fits(own, taken), part => part.Bytes += taken);

    /// <summary>Gives room back.</summary>
    public void Give(string client, long taken) => Count(client, part => part.Bytes -= taken);

    /// <summary>Whether as many bytes more would fit.</summary>
    public bool HasRoom(string client, long more) => Count(client, own => Fits(own, more), _ => { });

    /// <summary>Takes room for an answer; one fits always, else the largest could never be answered.</summary>
    public bool TryTakeAnswer(string client, long taken) => Count(client, own => _all.Answers == 0 || Fits(own, taken), part =>
    {
        part.Bytes += taken;
        part.Answers++;
    });

    /// <summary>Gives the room of an answer back.</summary>
    public void GiveAnswer(string client, long taken) => Count(client, part =>
    {
        part.Bytes -= taken;
        part.Answers--;
    });

    private bool Fits(Part own, long more) => _all.Bytes + more <= bytes && own.Bytes + more <= _clientBytes;

    private void Count(string client, Action<Part> change) => Count(client, _ => true, change);

    private bool Count(string client, Predicate<Part> may, Action<Part> change)
    {
        lock (_counting)
        {
            if (!_clients.TryGetValue(client, out var own))
                own = new Part();
            if (!may(own))
                return false;
            change(own);
            change(_all);
            if (own is { Uploads: 0, Bytes: 0, Answers: 0 })
                _clients.Remove(client); // a client is known as long as it holds anything
            else
                _clients[client] = own;
            return true;
        }
    }

    private sealed class Part
    {
        public int Uploads { get; set; }

        public long Bytes { get; set; }

        public int Answers { get; set; }
    }
}

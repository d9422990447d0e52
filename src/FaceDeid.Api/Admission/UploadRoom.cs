using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;

namespace FaceDeid.Api.Admission;

/// <summary>
/// What requests may take of the service: bytes of uploads that have really arrived, bytes of answers until they were read, and
/// uploads that are under way. Neither an announced length nor a slow client keeps others out: who sends nothing takes next to
/// nothing. When there is no room nobody waits for it, because those who hold it might wait too.
/// </summary>
internal sealed class UploadRoom
{
    private static readonly Meter Meter = new(FaceDeidDiagnostics.Name);
    private static readonly UpDownCounter<int> Uploads =
        Meter.CreateUpDownCounter<int>("facedeid.uploads", "{request}", "Requests whose upload is under way.");

    private static readonly UpDownCounter<long> HeldBytes =
        Meter.CreateUpDownCounter<long>("facedeid.uploads.held", "By", "Bytes of uploads that are held.");

    private static readonly UpDownCounter<long> AnswerBytes =
        Meter.CreateUpDownCounter<long>("facedeid.answers.held", "By", "Bytes of answers that are held until they were read.");

    private readonly WorkerGate _gate;
    private readonly LimitSettings _limits;
    private readonly RoomShare _requests;
    private readonly RoomShare _collections;

    public UploadRoom(WorkerGate gate, IOptions<FaceDeidOptions> options)
    {
        (_gate, _limits) = (gate, options.Value.Limits);
        _requests = new RoomShare(_limits.MaxUploads, _limits.MaxHeldBytes, _limits.MaxRequestBytes, _limits.MaxClientPercent);
        _collections = new RoomShare(
            _limits.MaxUploads, _limits.MaxHeldCollectionBytes, _limits.MaxCollectionBytes, _limits.MaxClientPercent);
    }

    /// <summary>How long an upload may pause.</summary>
    public TimeSpan MaxPause => TimeSpan.FromSeconds(_limits.MaxUploadPauseSeconds);

    /// <summary>How long the upload of a collection may take.</summary>
    public TimeSpan MaxCollectionTime => TimeSpan.FromSeconds(_limits.MaxCollectionUploadSeconds);

    /// <summary>
    /// Whether a request that is uploaded now would find the queue full, or wait in it for longer than the configuration allows.
    /// </summary>
    public bool IsQueueFull => _gate.IsBusy
        && (_gate.Waiting >= _limits.MaxQueuedRequests || _gate.ExpectedWait > TimeSpan.FromSeconds(_limits.MaxQueueSeconds));

    /// <summary>Begins an upload; null: there are too many, or too many of this client.</summary>
    public HeldRoom? TryBegin(string client, bool isCollection)
    {
        var share = isCollection ? _collections : _requests;
        if (!share.TryBegin(client))
            return null;
        Uploads.Add(1);
        return new HeldRoom(share, client, isCollection);
    }

    public static ProblemException QueueFull() =>
        new(ProblemKinds.ServiceFull, "Too many requests wait already. Try again as Retry-After says.");

    public static ProblemException NoRoom() => new(
        ProblemKinds.ServiceFull, "Too much is being uploaded, or waits to be read, at once. Try again as Retry-After says.");

    /// <summary>What one request holds.</summary>
    /// <param name="share">Of what.</param>
    /// <param name="client">Whose it is.</param>
    /// <param name="isCollection">Whether it has a collection or dataset, which has limits of its own.</param>
    internal sealed class HeldRoom(RoomShare share, string client, bool isCollection) : IDisposable
    {
        private long _taken;
        private long? _answer;
        private bool _hasEnded;

        public bool IsCollection => isCollection;

        /// <summary>Whether an answer would fit that is as large as what was sent: else nobody works for it.</summary>
        public bool HasRoomForAnswer => isCollection || share.HasRoom(client, _taken);

        /// <summary>Takes room for bytes that have arrived.</summary>
        /// <exception cref="ProblemException">503: there is none.</exception>
        public void Take(int bytes)
        {
            if (!share.TryTake(client, bytes))
                throw NoRoom();
            HeldBytes.Add(bytes);
            _taken += bytes;
        }

        /// <summary>
        /// The upload is not needed any more, and its room is the answer's; that of a collection is bounded by its place.
        /// </summary>
        /// <exception cref="ProblemException">503: there is none.</exception>
        public void Answer(long bytes)
        {
            if (isCollection)
                return;
            GiveUpload();
            if (!share.TryTakeAnswer(client, bytes))
                throw NoRoom();
            AnswerBytes.Add(bytes);
            _answer = bytes;
        }

        /// <summary>The upload is complete, or given up.</summary>
        public void End()
        {
            if (_hasEnded)
                return;
            _hasEnded = true;
            share.End(client);
            Uploads.Add(-1);
        }

        public void Dispose()
        {
            End();
            GiveUpload();
            if (_answer is not { } answer)
                return;
            share.GiveAnswer(client, answer);
            AnswerBytes.Add(-answer);
            _answer = null;
        }

        private void GiveUpload()
        {
            share.Give(client, _taken);
            HeldBytes.Add(-_taken);
            _taken = 0;
        }
    }
}

using System.Security.Cryptography;
using FaceDeid.Api.Access;
using FaceDeid.Sealing;
using FaceDeid.Sealing.Keys;

namespace FaceDeid.Api.Operations;

/// <summary>
/// A line in the log for every attempt to open a seal with keys, of the category <c>FaceDeid.Audit</c>: who, with which keys,
/// which faces, of which file, and from where, by the word of trusted proxies and by the connection; and for what is done with
/// jobs. No level of the log leaves it out.
/// </summary>
internal sealed partial class Audit(ILoggerFactory loggers)
{
    /// <summary>Category of the lines.</summary>
    public const string Category = "FaceDeid.Audit";

    private readonly ILogger _logger = loggers.CreateLogger(Category);

    /// <summary>Opens a seal and notes that it was opened, or that this was refused, or that it failed.</summary>
    /// <param name="context">The request.</param>
    /// <param name="call">What was asked for.</param>
    /// <param name="options">The keys that are tried, and the faces that are asked for.</param>
    /// <param name="file">The uploaded file, which is named by its SHA-256.</param>
    /// <param name="open">Opens it.</param>
    /// <param name="faces">The faces that were opened.</param>
    public async Task<T> NoteAsync<T>(
        HttpContext context, string call, OpenOptions options, byte[] file, Func<Task<T>> open, Func<T, IReadOnlyList<int>> faces)
    {
        var outcome = "failed";
        var named = options.Faces;
        try
        {
            var result = await open();
            (outcome, named) = ("done", faces(result));
            return result;
        }
        catch (FaceDeidException refused)
        {
            outcome = ProblemMiddleware.KindOf(refused.Code).Code;
            throw;
        }
        finally
        {
            var (client, address, peer) = (Caller.NameOf(context), Caller.Address(context), Caller.PeerAddress(context));
            var keys = string.Join(' ', options.Keys.Select(Name));
            var asked = named is null ? "all" : string.Join(',', named);
            var hash = Convert.ToHexStringLower(SHA256.HashData(file));
            Line(_logger, call, outcome, client, keys, asked, hash, address, peer);
        }
    }

    /// <summary>Notes what somebody did with a job.</summary>
    public void NoteJob(HttpContext context, string what, string job)
    {
        var (client, address, peer) = (Caller.NameOf(context), Caller.Address(context), Caller.PeerAddress(context));
        JobLine(_logger, what, job, client, address, peer);
    }

    /// <summary>Notes that a job was deleted because its time was over.</summary>
    public void NoteExpired(string job) => ExpiredLine(_logger, job);

    private static string Name(SealingKey key) => key is Passphrase ? "passphrase" : key.Id;

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message =
        "{Call}: {Outcome}. Client {Client}, keys {Keys}, faces {Faces}, file {Sha256}, address {Address}, peer {Peer}")]
    private static partial void Line(
        ILogger logger, string call, string outcome, string client, string keys, string faces, string sha256, string address,
        string peer);

    [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message =
        "Job {Job}: {What}. Client {Client}, address {Address}, peer {Peer}")]
    private static partial void JobLine(
        ILogger logger, string what, string job, string client, string address, string peer);

    [LoggerMessage(EventId = 3, Level = LogLevel.Information, Message = "Job {Job}: expired")]
    private static partial void ExpiredLine(ILogger logger, string job);
}

using System.Security.Cryptography;
using FaceDeid.Api.Forms;
using FaceDeid.Api.Http;
using FaceDeid.Api.Webhooks;

namespace FaceDeid.Api.Jobs;

/// <summary>
/// A request that may be answered at once, its work done as a job: with <c>Prefer: respond-async</c>, or the field <c>async</c>.
/// Then its files go to the spool as they come.
/// </summary>
/// <param name="context">The request.</param>
/// <param name="parts">The jobs.</param>
/// <param name="kind">What the job makes.</param>
internal sealed class JobRequest(HttpContext context, JobParts parts, JobKind kind) : IAsyncDisposable
{
    private readonly bool _isPreferred = Preferences.WantsJob(context.Request);
    private readonly FaceDeidOptions _options = parts.Options.Value;
    private bool? _isJob;
    private string? _retryKey;
    private JobUpload? _upload;
    private SpooledFiles? _files;

    private int Longest => _options.Videos.RetentionSeconds;

    /// <summary>Whether it becomes a job: decided when the first file comes.</summary>
    /// <param name="field">What the field <c>async</c> says by now; null: nothing.</param>
    /// <exception cref="ProblemException">503: there are no jobs, or no more fit.</exception>
    public bool IsJob(bool? field)
    {
        if (_isJob is { } decided)
            return decided;
        _isJob = field ?? _isPreferred;
        if (_isJob is not true)
            return false;
        _retryKey = JobIntake.ReadRetryKey(context.Request);
#pragma warning disable IDISP003 // it is decided once
        _upload = parts.Engine.Receive(WireNames.Of(kind), JobAccess.OwnerOf(context));
        _files = new SpooledFiles(_upload);
#pragma warning restore IDISP003
        return true;
    }

    /// <summary>Takes a file of a job.</summary>
    public Task AddAsync(UploadedPart part, long most) => _files!.AddAsync(part, most);

    /// <summary>Whether it is a job, now that all fields are known.</summary>
    /// <exception cref="ProblemException">400: what the fields say came too late, or has no meaning.</exception>
    public bool IsJob(bool? field, int? retention, string? webhook)
    {
        if (_isJob is { } decided && decided != (field ?? _isPreferred))
            throw FormBinder.Invalid("async", "came too late. Send it before the first file.");
        if ((retention is null ? webhook is null ? null : "webhook" : "retention") is { } ofJobs && _isJob is not true)
            throw FormBinder.Invalid(ofJobs, "belongs to jobs: send 'async' too, or leave it out.");
        if (retention > Longest)
            throw FormBinder.Invalid("retention", $"must be at most {Longest} here.");
        WebhookField.Check(webhook, _options.Webhooks);
        return _isJob is true;
    }

    /// <summary>Takes the job, and says where it is.</summary>
    /// <inheritdoc cref="JobEngine.TakeAsync"/>
    public async Task AnswerAsync<TForm>(TForm form, int? retention, string? webhook)
    {
        var options = StoredForm.ToJson(form);
        await _upload!.Store.WriteAsync(JobObjects.Options, options);
        var digest = SHA256.HashData([.. SHA256.HashData(options), .. await _files!.CompleteAsync()]);
        var answer = await parts.AcceptAsync(
            context, _upload, WireNames.Of(kind), digest, new JobTerms(retention ?? Longest, _retryKey, webhook));
        if (_isPreferred)
            context.Response.Headers[Preferences.AppliedHeader] = Preferences.RespondAsync;
        await answer.ExecuteAsync(context);
    }

    public async ValueTask DisposeAsync()
    {
        if (_files is not null)
            await _files.DisposeAsync();
        _upload?.Dispose();
    }
}

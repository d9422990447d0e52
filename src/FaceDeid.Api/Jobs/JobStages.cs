namespace FaceDeid.Api.Jobs;

/// <summary>Says how far a work of stages is, in the job's words; threads that overtake each other do not set it back.</summary>
internal sealed class JobStages(JobRun run) : IProgress<StageProgress>
{
    private readonly Lock _latest = new();
    private string? _stage;
    private int _done;

    public void Report(StageProgress value)
    {
        lock (_latest)
        {
            if (string.Equals(_stage, value.Stage, StringComparison.Ordinal) && value.Done <= _done)
                return;
            (_stage, _done) = (value.Stage, value.Done);
            run.Report(value.Stage, value.Done, value.Total, faces: 0);
        }
    }
}

using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using Quartz;

namespace FaceDeid.Api.Jobs;

/// <summary>
/// Says when which job runs: Quartz, with its own database, so that a job which was cut off is begun again. Jobs run in the order
/// in which they came.
/// </summary>
internal sealed class JobSchedule : IAsyncDisposable
{
    private const string Work = "work";
    private const string Jobs = "jobs";
    private const string Sweep = "sweep";

    private static readonly TimeSpan BetweenSweeps = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan EverLate = TimeSpan.FromDays(30); // a job that waits for long keeps its place in the queue

    private readonly IScheduler _scheduler;

    private JobSchedule(IScheduler scheduler) => _scheduler = scheduler;

    /// <summary>Opens the schedule; nothing runs before it is started.</summary>
    /// <param name="file">Its database.</param>
    /// <param name="atOnce">How many jobs run at once.</param>
    /// <param name="services">What jobs are made with.</param>
    public static async Task<JobSchedule> OpenAsync(string file, int atOnce, Action<IServiceCollection> services)
    {
        var builder = QuartzSchedulerBuilder.Create(quartz =>
        {
            services(quartz.Services);
            quartz.ConfigureScheduler(options =>
            {
                // In one process no two have one name, and the database remembers it.
                var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(file)));
                options.InstanceName = $"FaceDeid-{hash[..16]}";
                options.ShutdownJobInterruption = ShutdownJobInterruption.Always;
            });
            quartz.UseDefaultThreadPool(atOnce + 1); // a place for the sweep
            quartz.UseExecutionLimits(limits => limits.ForGroup(Work, atOnce));
            quartz.UsePersistentStore(store =>
            {
                store.UseSqlite(SqliteFactory.Instance, JobDatabase.ConnectionString(file));
                store.ProvisionSchema();
                store.ConfigureStore(options => options.MisfireThreshold = EverLate);
            });
        });
        return new JobSchedule(await builder.BuildScheduler());
    }

    /// <summary>Begins, with these jobs and those that were cut off.</summary>
    public async Task StartAsync(IEnumerable<JobRow> jobs, CancellationToken cancellationToken)
    {
        foreach (var job in jobs)
            await AddAsync(job);
        await _scheduler.ScheduleJob(
            JobBuilder.Create<SweepJob>().WithIdentity(Sweep).Build(),
            TriggerBuilder.Create().WithIdentity(Sweep).StartNow()
                .WithSchedule(SimpleScheduleBuilder.Create().WithInterval(BetweenSweeps).RepeatForever()).Build(),
            new ScheduleJobOptions { Replace = true }, cancellationToken);
        await _scheduler.Start(cancellationToken);
    }

    /// <summary>Adds a job behind those that wait; one that is there stays where it is.</summary>
    public async Task AddAsync(JobRow job)
    {
        var key = KeyOf(job);
        if (await _scheduler.Exists(key))
            return;
        await _scheduler.ScheduleJob(
            JobBuilder.Create<RunJob>().WithIdentity(key).RequestRecovery().Build(),
            TriggerBuilder.Create().WithIdentity(key.Name, Jobs).WithExecutionGroup(Work).StartNow().Build());
    }

    /// <summary>Takes a job out, and tells it to stop where it runs.</summary>
    public async Task RemoveAsync(JobRow job)
    {
        var key = KeyOf(job);
        await _scheduler.Interrupt(key);
        try
        {
            await _scheduler.DeleteJob(key);
        }
        catch (SchedulerException)
        {
            // It has just ended by itself, and taken its trigger along. A job that is left over is passed over when it comes.
        }
    }

    /// <summary>Tells jobs to stop, and waits until they have.</summary>
    public async ValueTask DisposeAsync() => await _scheduler.Shutdown(waitForJobsToComplete: true);

    /// <summary>A job has a name for each of its turns: the one before may just be ending.</summary>
    private static JobKey KeyOf(JobRow job) => new(job.Input is null ? job.Id : $"{job.Id}.{job.Input}", Jobs);

    private sealed class RunJob(JobRunner runner) : IJob
    {
        public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
            await runner.RunAsync(context.JobDetail.Key.Name.Split('.')[0], cancellationToken);
    }

    private sealed class SweepJob(JobSweeper sweeper) : IJob
    {
        public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
        {
            sweeper.Sweep();
            return ValueTask.CompletedTask;
        }
    }
}

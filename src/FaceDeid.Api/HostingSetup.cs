using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using FaceDeid.Api.Access;
using FaceDeid.Api.Admission;
using FaceDeid.Api.Forms;
using FaceDeid.Api.Http;
using FaceDeid.Api.Jobs;
using FaceDeid.Api.Keys;
using FaceDeid.Api.Operations;
using FaceDeid.Collections;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Serilog;

namespace FaceDeid.Api;

/// <summary>Puts the parts of the host together; each part is a file of this folder.</summary>
internal static class HostingSetup
{
    /// <summary>The timeout of calls that take a collection or a dataset.</summary>
    public const string CollectionTimeout = "collections";

    /// <summary>The timeout of the call that takes a recording.</summary>
    public const string VideoTimeout = "videos";

    private const int OwnFiles = 512; // assemblies, pipes, sockets: about 300 are open; without any left the runtime ends
    private const int MaxUnsentBytes = 64 * 1024; // of an answer, each
    private const int MaxUnreadBytes = 256 * 1024; // of each connection, whatever it is waiting for

    public static void AddFaceDeidHosting(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton(sp => Options.Create(OptionsCheck.Bind(sp.GetRequiredService<IConfiguration>())));
        services.AddFaceDeid(sp => sp.GetRequiredService<IOptions<FaceDeidOptions>>().Value.ToEngineOptions());
        services.AddSingleton(sp => // null: certificates are not signed
            sp.GetRequiredService<IOptions<FaceDeidOptions>>().Value.Certificates.SigningKeyFile is { Length: > 0 } file
                ? CertificateKey.Load(file)
                : null!);

        services.AddSingleton(sp => KeyRing.Load(sp.GetRequiredService<IOptions<FaceDeidOptions>>().Value.Sealing));
        services.AddSingleton<Audit>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(sp => new IdleMemory(
            sp.GetRequiredService<SpareMemory>().GiveBack, sp.GetRequiredService<TimeProvider>(),
            sp.GetRequiredService<ILogger<IdleMemory>>()));

        services.AddSerilog(Logging.Configure);
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        });
        services.AddOptions<KestrelServerOptions>()
            .Configure<IOptions<FaceDeidOptions>>(ConfigureKestrel)
            .Configure<IOptions<FaceDeidOptions>, IConfiguration>(ClearTextHttp2.Configure);
        services.AddOptions<HostOptions>().Configure<IOptions<FaceDeidOptions>>((host, options) => host.ShutdownTimeout =
            TimeSpan.FromSeconds(options.Value.Shutdown.DrainSeconds + options.Value.Shutdown.GraceSeconds));
        services.AddRequestTimeouts();
        services.AddOptions<RequestTimeoutOptions>().Configure<IOptions<FaceDeidOptions>>((timeouts, options) =>
        {
            timeouts.DefaultPolicy = new RequestTimeoutPolicy
            {
                Timeout = TimeSpan.FromSeconds(options.Value.Limits.RequestTimeoutSeconds),
            };
            timeouts.AddPolicy(CollectionTimeout, TimeSpan.FromSeconds(options.Value.Limits.CollectionTimeoutSeconds));
            timeouts.AddPolicy(VideoTimeout, TimeSpan.FromSeconds(options.Value.Videos.MaxUploadSeconds));
        });
        services.AddTrustedProxies();
        services.Configure<HostFilteringOptions>(filter => filter.AllowedHosts = ["*"]); // AllowedHosts does it
        services.AddCrossOrigin();
        services.AddAccess();
        services.AddAdmission();
        services.AddHealth();
        services.AddJobs();
        services.AddTelemetry();
        services.AddOpenApi();
    }

    public static void UseFaceDeidHosting(this WebApplication app)
    {
        _ = app.Services.GetRequiredService<JobEngine>(); // so that a spool that cannot be used stops the start
        KeepThreadsForAnswers(
            app.Services.GetRequiredService<WorkerGate>().Workers,
            app.Services.GetRequiredService<IOptions<FaceDeidOptions>>().Value.Jobs.AreShared ? PostgresDatabase.MostWaiting : 0);
        app.Use(PathPrefix.ReadAsync);
        app.Use(AnswerHeaders.GuardAsync);
        app.Use(app.Services.GetRequiredService<IdleMemory>().CountAsync);
        app.UseSerilogRequestLogging(Logging.ConfigureRequests);
        app.UseMiddleware<ProblemMiddleware>();
        app.UseMiddleware<AllowedHosts>(); // before another name is taken from a proxy
        app.UseTrustedProxies();
        app.UseCrossOrigin();
        app.UseRequestTimeouts();
        app.UseAccess();
        app.Use(RequestHead.CheckAsync);
        app.UseAdmission();
        if (app.Services.GetRequiredService<IOptions<FaceDeidOptions>>().Value.Role != Role.Worker)
            app.UseOpenApi();
        app.MapHealth();
        app.MapPrometheusScrapingEndpoint();
    }

    /// <summary>
    /// Workers hold threads of the pool for as long as native code takes, and callers of a database for as long as that does not
    /// answer. The pool begins with as many threads as there are
    /// processors and adds one only after some time: meanwhile nobody would be told that the service is full, or healthy.
    /// </summary>
    private static void KeepThreadsForAnswers(int workers, int callers)
    {
        ThreadPool.GetMinThreads(out var threads, out var completions);
        ThreadPool.SetMinThreads(Math.Max(threads, workers + callers + Environment.ProcessorCount), completions);
    }

    private static void ConfigureKestrel(KestrelServerOptions kestrel, IOptions<FaceDeidOptions> options)
    {
        var limits = options.Value.Limits;
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = Math.Min(limits.MaxConnections, Math.Max(1, OpenFilesLimit() - OwnFiles));
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(limits.MaxHeadSeconds);
        kestrel.Limits.MaxRequestBufferSize = MaxUnreadBytes;
        kestrel.Limits.MaxResponseBufferSize = MaxUnsentBytes;
        kestrel.Limits.MinResponseDataRate = limits.MinAnswerBytesPerSecond == 0
            ? null
            : new MinDataRate(
                limits.MinAnswerBytesPerSecond, gracePeriod: TimeSpan.FromSeconds(Math.Max(5, limits.AnswerGraceSeconds)));
        kestrel.Limits.Http2.InitialConnectionWindowSize = MaxUnreadBytes;
        kestrel.Limits.Http2.InitialStreamWindowSize = MaxUnreadBytes;
        kestrel.Limits.MaxRequestBodySize = limits.MaxRequestBytes;
        kestrel.Limits.MinRequestBodyDataRate = limits.MinUploadBytesPerSecond == 0
            ? null
            : new MinDataRate(limits.MinUploadBytesPerSecond, gracePeriod: TimeSpan.FromSeconds(5));
    }

    /// <summary>
    /// How many files and connections the system lets this process open (the runtime has raised the soft limit to the hard one).
    /// </summary>
    private static int OpenFilesLimit()
    {
        const string Name = "Max open files";
        var line = File.ReadLines("/proc/self/limits").FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal));
        var soft = line?[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        return int.TryParse(soft, CultureInfo.InvariantCulture, out var limit) ? limit : int.MaxValue; // "unlimited"
    }
}

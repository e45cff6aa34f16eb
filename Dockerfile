# A silo. For GPUs: docker build --build-arg TORCH_BACKEND=cuda .
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG TORCH_BACKEND=cpu
WORKDIR /source
COPY . .
RUN dotnet publish src/Silo/Actors.Silo.csproj -c Release -p:TorchBackend=${TORCH_BACKEND} -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
# curl is for the health check of docker-compose.yml; libgomp1 is what torch computes in parallel with.
RUN apt-get update && apt-get install -y --no-install-recommends curl libgomp1 && rm -rf /var/lib/apt/lists/*
RUN mkdir -p /data/datasets && chown $APP_UID /data
COPY --from=build /app /app
USER $APP_UID
ENV ACTORS_SILO__DATA_ROOT=/data
# CUDA's cuda:1 is nvidia-smi's GPU 1; CUDA alone counts the fastest first.
ENV CUDA_DEVICE_ORDER=PCI_BUS_ID
VOLUME /data
EXPOSE 11111 30000 8080
ENTRYPOINT ["/app/Actors.Silo"]

# The shop in one container: built with the SDK, run on the runtime, not as root, on a read-only file system (.ci/published shows it).
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish src/Host/Shop.Host -c Release --use-current-runtime --self-contained false -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app .
# Where uploaded pictures are kept when Products__Media__Folder names it: a volume takes over the folder's owner.
RUN mkdir /media && chown $APP_UID /media
ENV ASPNETCORE_HTTP_PORTS=8080 DOTNET_EnableDiagnostics=0
EXPOSE 8080
USER $APP_UID
ENTRYPOINT ["dotnet", "Shop.Host.dll"]

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY Directory.Build.props Directory.Build.targets Directory.Packages.props .editorconfig ./
COPY src ./src
RUN dotnet publish src/Host -c Release -o /app --use-current-runtime --self-contained false -p:PublishReadyToRun=true

FROM mcr.microsoft.com/dotnet/aspnet:10.0
COPY --from=build /app /app
# app (its uid is in APP_UID) is a user of the base image; named volumes take over the owner of these folders.
RUN mkdir /data /certs && chown "$APP_UID" /data /certs
USER $APP_UID
WORKDIR /data
ENV AGENTPOST_DATA=/data \
    AGENTPOST_TLS__FOLDER=/certs \
    AGENTPOST_LISTEN=0.0.0.0 \
    AGENTPOST_IMAP__PORT=993 \
    AGENTPOST_SMTP__PORT=465
VOLUME /data /certs
EXPOSE 993 465 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["dotnet", "/app/agentpost.dll", "health"]
ENTRYPOINT ["dotnet", "/app/agentpost.dll"]
CMD ["serve"]

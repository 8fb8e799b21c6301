package millrace.ingest.segment;

import io.vertx.core.Future;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import millrace.ingest.auth.Authenticator;
import millrace.ingest.http.EdgeRequest;
import millrace.ingest.http.EdgeResponse;

/**
 * Serves the settings that browser SDKs load before they send: everything goes to the edge, and nothing to another
 * destination.
 */
@Singleton
public class SdkSettings {
    private static final String HAS_NEVER_CHANGED = "2026-01-01T00:00:00.000Z";

    private final Authenticator authenticator;

    SdkSettings(Authenticator authenticator) {
        this.authenticator = authenticator;
    }

    /** Serves Segment's analytics.js; the key is in the path. */
    public Future<EdgeResponse> segment(EdgeRequest request) {
        var key = request.pathVariable();
        authenticator.source(request, key);
        return response(Map.of(
                "integrations", Map.of("Segment.io", Map.of("apiKey", key)),
                "metrics", Map.of("sampleRate", 0),
                "plan", Map.of("track", Map.of("__default", Map.of("enabled", true, "integrations", Map.of())))));
    }

    /** Serves RudderStack's SDK; the key is the user of HTTP Basic, and in the query. */
    public Future<EdgeResponse> rudder(EdgeRequest request) {
        var source = authenticator.source(request, null);
        var off = Map.of("enabled", false);
        return response(Map.of(
                "source",
                Map.of(
                        "id", source.name(),
                        "name", source.name(),
                        "writeKey",
                                request.queryParameter("writeKey") == null ? "" : request.queryParameter("writeKey"),
                        "enabled", true,
                        "workspaceId", "millrace",
                        "connections", List.of(),
                        "destinations", List.of(),
                        "config", Map.of("statsCollection", Map.of("errors", off, "metrics", off)),
                        "dataplanes", Map.of()),
                "updatedAt",
                HAS_NEVER_CHANGED));
    }

    private static Future<EdgeResponse> response(Object settings) {
        return Future.succeededFuture(EdgeResponse.json(200, settings));
    }
}

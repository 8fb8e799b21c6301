package millrace.ingest.segment;

import io.vertx.core.Future;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import millrace.ingest.http.EdgeResponse;
import millrace.ingest.http.EdgeRequest;
import millrace.ingest.log.Authenticator;

/** What browser SDKs ask for before they send: that they are to send everything here, and nothing anywhere else. */
@Singleton
public class SdkSettings {
    private static final String HAS_NEVER_CHANGED = "2026-01-01T00:00:00.000Z";

    private final Authenticator callers;

    SdkSettings(Authenticator callers) {
        this.callers = callers;
    }

    /** For Segment's analytics.js; the key stands in the path. */
    public Future<EdgeResponse> segment(EdgeRequest call) {
        var key = call.variable();
        callers.source(call, key);
        return answer(Map.of(
                "integrations", Map.of("Segment.io", Map.of("apiKey", key)),
                "metrics", Map.of("sampleRate", 0),
                "plan", Map.of("track", Map.of("__default", Map.of("enabled", true, "integrations", Map.of())))));
    }

    /** For RudderStack's; the key is the user of HTTP Basic, and in the query. */
    public Future<EdgeResponse> rudder(EdgeRequest call) {
        var source = callers.source(call, null);
        var off = Map.of("enabled", false);
        return answer(Map.of(
                "source",
                Map.of(
                        "id", source.name(),
                        "name", source.name(),
                        "writeKey", call.param("writeKey") == null ? "" : call.param("writeKey"),
                        "enabled", true,
                        "workspaceId", "millrace",
                        "connections", List.of(),
                        "destinations", List.of(),
                        "config", Map.of("statsCollection", Map.of("errors", off, "metrics", off)),
                        "dataplanes", Map.of()),
                "updatedAt",
                HAS_NEVER_CHANGED));
    }

    private static Future<EdgeResponse> answer(Object settings) {
        return Future.succeededFuture(EdgeResponse.json(200, settings));
    }
}

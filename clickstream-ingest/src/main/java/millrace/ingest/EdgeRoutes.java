package millrace.ingest;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;
import static io.vertx.core.http.HttpMethod.PUT;

import io.vertx.core.http.HttpMethod;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;
import millrace.ingest.cloudevents.CloudEventsEndpoint;
import millrace.ingest.http.Endpoint;
import millrace.ingest.order.OrderEndpoint;
import millrace.ingest.segment.PixelEndpoint;
import millrace.ingest.segment.SdkSettings;
import millrace.ingest.segment.SegmentEndpoint;
import millrace.ingest.segment.SegmentReader;

/** Route table of the edge: paths, methods and their endpoints. Any other path is answered 404. */
@Singleton
class EdgeRoutes {
    private final Map<String, Map<HttpMethod, Endpoint>> routes = new LinkedHashMap<>();

    EdgeRoutes(
            SegmentEndpoint segment,
            PixelEndpoint pixel,
            SdkSettings settings,
            OrderEndpoint orders,
            CloudEventsEndpoint events) {
        message("track", "/v1/track", "/v1/t", segment);
        message("page", "/v1/page", "/v1/p", segment);
        message("screen", "/v1/screen", "/v1/s", segment);
        message("identify", "/v1/identify", "/v1/i", segment);
        message("group", "/v1/group", "/v1/g", segment);
        message("alias", "/v1/alias", "/v1/a", segment);
        on(POST, "/v1/batch", segment::batch);
        on(POST, "/v1/b", segment::batch);
        on(POST, "/beacon/v1/batch", segment::batch);
        on(POST, "/v1/import", segment::imported);

        for (var type : SegmentReader.TYPES) {
            on(GET, "/v1/pixel/" + type, request -> pixel.respond(type, request));
        }
        on(GET, "/v1/projects/{key}/settings", settings::segment);
        on(GET, "/sourceConfig/", settings::rudder);
        on(GET, "/sourceConfig", settings::rudder);

        on(POST, "/orders", orders::place);
        on(POST, "/events", events::receive);
        on(PUT, "/events", events::receive);
    }

    /** Returns the endpoints by route and method. */
    Map<String, Map<HttpMethod, Endpoint>> routes() {
        return routes;
    }

    private void message(String type, String path, String shortPath, SegmentEndpoint segment) {
        on(POST, path, request -> segment.message(type, request));
        on(POST, shortPath, request -> segment.message(type, request));
    }

    private void on(HttpMethod method, String path, Endpoint endpoint) {
        routes.computeIfAbsent(path, added -> new LinkedHashMap<>()).put(method, endpoint);
    }
}

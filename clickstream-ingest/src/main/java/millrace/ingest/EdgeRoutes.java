package millrace.ingest;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;
import static io.vertx.core.http.HttpMethod.PUT;

import io.vertx.core.Future;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import millrace.ingest.auth.Authenticator;
import millrace.ingest.auth.Sources;
import millrace.ingest.cloudevents.CloudEventsEndpoint;
import millrace.ingest.http.EdgeRequest;
import millrace.ingest.http.EdgeResponse;
import millrace.ingest.http.ProblemException;
import millrace.ingest.http.Routes;
import millrace.ingest.orders.OrderEndpoint;
import millrace.ingest.publish.EventPublisher;
import millrace.ingest.segment.PixelEndpoint;
import millrace.ingest.segment.SdkSettings;
import millrace.ingest.segment.SegmentEndpoint;

/** Route table of the edge: paths, methods and their endpoints. Any other path is answered 404. */
@Singleton
class EdgeRoutes {
    private final Authenticator authenticator;
    private final EventPublisher publisher;

    EdgeRoutes(Authenticator authenticator, EventPublisher publisher) {
        this.authenticator = authenticator;
        this.publisher = publisher;
    }

    @Produces
    @Singleton
    Routes routes(
            SegmentEndpoint segment,
            PixelEndpoint pixel,
            SdkSettings settings,
            OrderEndpoint orders,
            CloudEventsEndpoint events) {
        var routes = new Routes(this::rejectAfterDefect);
        message("track", "/v1/track", "/v1/t", segment, routes);
        message("page", "/v1/page", "/v1/p", segment, routes);
        message("screen", "/v1/screen", "/v1/s", segment, routes);
        message("identify", "/v1/identify", "/v1/i", segment, routes);
        message("group", "/v1/group", "/v1/g", segment, routes);
        message("alias", "/v1/alias", "/v1/a", segment, routes);
        routes.add(POST, "/v1/batch", segment::batch);
        routes.add(POST, "/v1/b", segment::batch);
        routes.add(POST, "/beacon/v1/batch", segment::batch);
        routes.add(POST, "/v1/import", segment::imported);

        for (var type : Sources.CLICKS) {
            routes.add(GET, "/v1/pixel/" + type, request -> pixel.respond(type, request));
        }
        routes.add(GET, "/v1/projects/{key}/settings", settings::segment);
        routes.add(GET, "/sourceConfig/", settings::rudder);
        routes.add(GET, "/sourceConfig", settings::rudder);

        routes.add(POST, "/orders", orders::place);
        routes.add(POST, "/events", events::receive);
        routes.add(PUT, "/events", events::receive);
        return routes;
    }

    private static void message(String type, String path, String shortPath, SegmentEndpoint segment, Routes routes) {
        routes.add(POST, path, request -> segment.message(type, request));
        routes.add(POST, shortPath, request -> segment.message(type, request));
    }

    /**
     * Publishes a request that met a defect to the rejected events. A request whose only write key is in its body has
     * no authenticated source, and is only answered.
     */
    private Future<EdgeResponse> rejectAfterDefect(EdgeRequest request) {
        var problem = ProblemException.defect();
        return request.sender() == null
                ? Future.failedFuture(problem)
                : publisher.reject(authenticator.authenticate(request, null, 0), problem, request.body());
    }
}

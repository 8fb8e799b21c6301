package millrace.ingest.http;

import io.quarkus.runtime.LaunchMode;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.security.Principal;
import java.util.stream.Collectors;

/** Dispatches each request to its endpoint and sends the response. Every failure becomes a problem response. */
@Singleton
class EdgeServer {
    /** Route of all unknown paths in metrics and in the log, which the paths of callers would otherwise fill. */
    private static final String NONE = "none";

    private static final String OPENAPI = "/q/openapi";

    /** Order before the routes that Quarkus serves itself: health and metrics. */
    private static final int FIRST = -1_000;

    private final Routes routes;
    private final BodyReader bodies;
    private final Cors cors;
    private final HttpRequestMetrics requestMetrics;
    private final RequestAuthentication authentication;
    private final ClientAddressResolver clientAddress;
    private final UnauthenticatedBudget unauthenticated;
    private final HealthEndpoint health;
    private final ReaderKeys readers;

    EdgeServer(
            Routes routes,
            BodyReader bodies,
            Cors cors,
            HttpRequestMetrics requestMetrics,
            RequestAuthentication authentication,
            ClientAddressResolver clientAddress,
            UnauthenticatedBudget unauthenticated,
            HealthEndpoint health,
            ReaderKeys readers) {
        this.routes = routes;
        this.bodies = bodies;
        this.cors = cors;
        this.requestMetrics = requestMetrics;
        this.authentication = authentication;
        this.clientAddress = clientAddress;
        this.unauthenticated = unauthenticated;
        this.health = health;
        this.readers = readers;
    }

    void install(@Observes Router router) {
        router.route().order(FIRST).handler(this::receive).failureHandler(this::rejectBeforeRouting);
    }

    /** Answers a request that Vert.x refuses before routing: one without a host or with an invalid path. */
    private void rejectBeforeRouting(RoutingContext context) {
        var request = context.request();
        if (context.response().ended() || context.statusCode() >= 500) {
            context.next();
            return;
        }
        ClientConnection.headersReceived(request);
        bodies.discard(request);
        var problem = context.statusCode() == 400
                ? ProblemException.malformed("The request has no header Host, or no path.")
                : ProblemException.notFound();
        fail(request, requestMetrics.start(NONE), problem);
    }

    private void receive(RoutingContext context) {
        var request = context.request();
        ClientConnection.headersReceived(request);
        if (isDevUi(request.path())) {
            context.next();
            return;
        }
        var route = routes.find(request.path());
        if (route == null) {
            serveByQuarkus(context);
            return;
        }
        var methods = routes.methods(route);
        if (request.method() == HttpMethod.OPTIONS) {
            bodies.discard(request);
            cors.preflight(request).send(request.response());
        } else if (!methods.containsKey(request.method())) {
            bodies.discard(request);
            var allowed = methods.keySet().stream().map(HttpMethod::name).collect(Collectors.joining(", "));
            fail(request, requestMetrics.start(route), ProblemException.methodNotAllowed(allowed));
        } else {
            serve(request, route, methods.get(request.method()));
        }
    }

    /** Returns true for the pages that Quarkus has in dev mode alone. They need no key. */
    private static boolean isDevUi(String path) {
        return LaunchMode.current() == LaunchMode.DEVELOPMENT && path.startsWith("/q/dev-ui");
    }

    /**
     * Passes requests below {@code /q/} to Quarkus, except health, whose concurrent requests share one check. Any other
     * path is answered 404.
     */
    private void serveByQuarkus(RoutingContext context) {
        var request = context.request();
        var path = request.path();
        bodies.discard(request);
        if (!path.startsWith("/q/")) {
            fail(request, requestMetrics.start(NONE), ProblemException.notFound());
        } else if (path.startsWith(HealthEndpoint.PATH)) {
            var observation = requestMetrics.start(HealthEndpoint.PATH);
            var loop = context.vertx().getOrCreateContext();
            health.respond(path)
                    .onSuccess(response -> loop.runOnContext(
                            here -> finish(request, observation, response, "The edge is not healthy.")));
        } else {
            passToQuarkus(context);
        }
    }

    /**
     * Passes a request to Quarkus. The OpenAPI document is public; all other paths need a reader's API key. Paths are
     * normalized as Quarkus' own routes normalize them.
     */
    private void passToQuarkus(RoutingContext context) {
        var request = context.request();
        try {
            if (!OPENAPI.equals(context.normalizedPath())) {
                readers.check(request.getHeader("authorization"));
            }
            context.next();
        } catch (ProblemException problem) {
            fail(request, requestMetrics.start(NONE), problem);
        }
    }

    private void serve(HttpServerRequest request, String route, Endpoint endpoint) {
        var observation = requestMetrics.start(route);
        Principal sender;
        try {
            sender = BodyReader.hasBody(request) ? authentication.authenticateBeforeBody(request) : null;
            if (sender == null
                    && !authentication.hasKey(request)
                    && unauthenticated.isSpent(clientAddress.resolve(request))) {
                throw ProblemException.tooManyFailures();
            }
        } catch (ProblemException problem) {
            bodies.discard(request);
            fail(request, observation, problem);
            return;
        }
        bodies.read(
                request,
                sender != null,
                body -> {
                    var call = new EdgeRequest(request, route, sender, body);
                    handle(call, endpoint).onComplete(done -> {
                        if (done.succeeded()) {
                            finish(request, observation, done.result(), "");
                        } else {
                            fail(request, observation, problem(done.cause()));
                        }
                    });
                },
                problem -> {
                    if (sender == null) {
                        unauthenticated.failed(clientAddress.resolve(request), 0);
                    }
                    fail(request, observation, problem);
                });
    }

    /**
     * Runs the endpoint. Any exception except a {@link ProblemException} is a defect that the same content meets each
     * time, so the request is answered by {@link Routes#afterDefect()}.
     */
    private Future<EdgeResponse> handle(EdgeRequest request, Endpoint endpoint) {
        try {
            return respond(request, endpoint);
        } catch (RuntimeException defect) {
            requestMetrics.recordDefect(defect);
            return respond(request, routes.afterDefect());
        }
    }

    private static Future<EdgeResponse> respond(EdgeRequest request, Endpoint endpoint) {
        try {
            return endpoint.handle(request);
        } catch (ProblemException problem) {
            return Future.failedFuture(problem);
        }
    }

    private ProblemException problem(Throwable cause) {
        if (cause instanceof ProblemException problem) {
            return problem;
        }
        requestMetrics.recordDefect(cause);
        return ProblemException.internalError();
    }

    private void fail(HttpServerRequest request, HttpRequestMetrics.Observation observation, ProblemException problem) {
        requestMetrics.countLimit(problem.limit());
        finish(request, observation, problem.response(), problem.getMessage());
    }

    private void finish(
            HttpServerRequest request,
            HttpRequestMetrics.Observation observation,
            EdgeResponse response,
            String reason) {
        observation.end(request, response.status(), reason);
        var http = request.response();
        if (!http.closed() && !http.ended()) {
            cors.allow(request, response.status());
            response.send(http);
        }
    }
}

package millrace.ingest;

import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import millrace.ingest.http.EdgeResponse;
import millrace.ingest.http.BodyReader;
import millrace.ingest.http.EdgeRequest;
import millrace.ingest.http.ClientAddressResolver;
import millrace.ingest.http.ClientConnection;
import millrace.ingest.http.Endpoint;
import millrace.ingest.http.UnauthenticatedBudget;
import millrace.ingest.http.HealthEndpoint;
import millrace.ingest.http.ReaderKeys;
import millrace.ingest.http.ProblemException;
import millrace.ingest.http.HttpRequestMetrics;
import millrace.ingest.log.Authenticator;
import millrace.ingest.log.EventPublisher;
import millrace.ingest.source.Source;

/** Brings each request to its endpoint and the answer back, and turns whatever goes wrong into an answer. */
@Singleton
class EdgeServer {
    /** Stands for every path that is none in metrics and in the log, which a caller could fill otherwise. */
    private static final String NONE = "none";

    private static final String OPENAPI = "/q/openapi";

    /** Routes that Quarkus serves itself, health and metrics, come after. */
    private static final int FIRST = -1_000;

    private final Map<String, Map<HttpMethod, Endpoint>> routes;
    private final Map<String, String> routeByPath;
    private final BodyReader bodies;
    private final Cors cors;
    private final HttpRequestMetrics requests;
    private final Authenticator callers;
    private final EventPublisher log;
    private final ClientAddressResolver clientAddress;
    private final UnauthenticatedBudget failures;
    private final HealthEndpoint health;
    private final ReaderKeys readers;

    EdgeServer(
            EdgeRoutes edge,
            BodyReader bodies,
            Cors cors,
            HttpRequestMetrics requests,
            Authenticator callers,
            EventPublisher log,
            ClientAddressResolver clientAddress,
            UnauthenticatedBudget failures,
            HealthEndpoint health,
            ReaderKeys readers) {
        this.routes = edge.routes();
        this.routeByPath = routes.keySet().stream()
                .filter(route -> route.indexOf('{') < 0)
                .collect(Collectors.toMap(route -> route, route -> route, (one, other) -> one, HashMap::new));
        this.bodies = bodies;
        this.cors = cors;
        this.requests = requests;
        this.callers = callers;
        this.log = log;
        this.clientAddress = clientAddress;
        this.failures = failures;
        this.health = health;
        this.readers = readers;
    }

    void open(@Observes Router router) {
        router.route().order(FIRST).handler(this::receive).failureHandler(this::failed);
    }

    /** What Vert.x refuses before any route: a request without a host, or with something that is no path. */
    private void failed(RoutingContext context) {
        var request = context.request();
        if (context.response().ended() || context.statusCode() >= 500) {
            context.next();
            return;
        }
        ClientConnection.began(request);
        bodies.drop(request);
        var refusal = context.statusCode() == 400
                ? ProblemException.malformed("The request has no header Host, or no path.")
                : ProblemException.notFound();
        fail(request, requests.begin(NONE), refusal);
    }

    private void receive(RoutingContext context) {
        var request = context.request();
        ClientConnection.began(request);
        var route = route(request.path());
        if (route == null) {
            other(context);
            return;
        }
        var methods = routes.get(route);
        if (request.method() == HttpMethod.OPTIONS) {
            bodies.drop(request);
            cors.preflight(request).send(request.response());
        } else if (!methods.containsKey(request.method())) {
            bodies.drop(request);
            var allowed = methods.keySet().stream().map(HttpMethod::name).collect(Collectors.joining(", "));
            fail(request, requests.begin(route), ProblemException.method(allowed));
        } else {
            serve(request, route, methods.get(request.method()));
        }
    }

    /** What Quarkus serves, but for health, which is asked once for all who ask at the same time. */
    private void other(RoutingContext context) {
        var request = context.request();
        var path = request.path();
        bodies.drop(request);
        if (!path.startsWith("/q/")) {
            fail(request, requests.begin(NONE), ProblemException.notFound());
        } else if (path.startsWith(HealthEndpoint.PATH)) {
            var observed = requests.begin(HealthEndpoint.PATH);
            var loop = context.vertx().getOrCreateContext();
            health.answer(path)
                    .onSuccess(answer ->
                            loop.runOnContext(here -> finish(request, observed, answer, "The edge is not healthy.")));
        } else {
            pass(context);
        }
    }

    /** Who may write is told how; all else of Quarkus is for readers. Paths are compared as Quarkus' own routes compare them. */
    private void pass(RoutingContext context) {
        var request = context.request();
        try {
            if (!OPENAPI.equals(context.normalizedPath())) {
                readers.check(request.getHeader("authorization"));
            }
            context.next();
        } catch (ProblemException refusal) {
            fail(request, requests.begin(NONE), refusal);
        }
    }

    private void serve(HttpServerRequest request, String route, Endpoint endpoint) {
        var observed = requests.begin(route);
        Source source;
        try {
            source = BodyReader.hasBody(request) ? callers.beforeBody(request) : null;
            if (source == null && !callers.showsKey(request) && failures.isSpent(clientAddress.of(request))) {
                throw ProblemException.failedTooOften();
            }
        } catch (ProblemException refusal) {
            bodies.drop(request);
            fail(request, observed, refusal);
            return;
        }
        bodies.read(
                request,
                source != null,
                body -> {
                    var call = new EdgeRequest(request, route, source, body);
                    answer(call, endpoint).onComplete(done -> {
                        if (done.succeeded()) {
                            finish(request, observed, done.result(), "");
                        } else {
                            fail(request, observed, refusal(done.cause()));
                        }
                    });
                },
                refusal -> {
                    if (source == null) {
                        failures.failed(clientAddress.of(request), 0);
                    }
                    fail(request, observed, refusal);
                });
    }

    /** What an endpoint throws but refusals is a defect, which the same content meets each time: it is set aside. */
    private Future<EdgeResponse> answer(EdgeRequest call, Endpoint endpoint) {
        try {
            return endpoint.answer(call);
        } catch (ProblemException refusal) {
            return Future.failedFuture(refusal);
        } catch (RuntimeException defect) {
            requests.defect(defect);
            return setAside(call);
        }
    }

    /** Who has its key in the body only cannot be told from nobody, and is only answered. */
    private Future<EdgeResponse> setAside(EdgeRequest call) {
        var refusal = ProblemException.cannotProcess();
        if (call.source() == null) {
            return Future.failedFuture(refusal);
        }
        try {
            return log.refuse(callers.receive(call, null, 0), refusal, call.body());
        } catch (ProblemException busy) {
            return Future.failedFuture(busy);
        }
    }

    private ProblemException refusal(Throwable cause) {
        if (cause instanceof ProblemException refusal) {
            return refusal;
        }
        requests.defect(cause);
        return ProblemException.ownFault();
    }

    private void fail(HttpServerRequest request, HttpRequestMetrics.Observation observed, ProblemException refusal) {
        requests.limit(refusal.limit());
        finish(request, observed, refusal.answer(), refusal.getMessage());
    }

    private void finish(HttpServerRequest request, HttpRequestMetrics.Observation observed, EdgeResponse answer, String reason) {
        observed.end(request, answer.status(), reason);
        var response = request.response();
        if (!response.closed() && !response.ended()) {
            cors.allow(request, answer.status());
            answer.send(response);
        }
    }

    /** The route of a path; {@code null} where it is none of the edge's. */
    private String route(String path) {
        var known = routeByPath.get(path);
        return known != null ? known : withVariable(path).orElse(null);
    }

    private Optional<String> withVariable(String path) {
        return routes.keySet().stream()
                .filter(route -> route.indexOf('{') >= 0 && fits(route, path))
                .findFirst();
    }

    private static boolean fits(String route, String path) {
        var before = route.substring(0, route.indexOf('{'));
        var after = route.substring(route.indexOf('}') + 1);
        return path.length() > before.length() + after.length()
                && path.startsWith(before)
                && path.endsWith(after)
                && path.indexOf('/', before.length()) == path.length() - after.length();
    }
}

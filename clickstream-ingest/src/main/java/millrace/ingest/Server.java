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
import millrace.ingest.http.Answer;
import millrace.ingest.http.Bodies;
import millrace.ingest.http.Call;
import millrace.ingest.http.Endpoint;
import millrace.ingest.http.Refusal;
import millrace.ingest.http.Requests;
import org.jboss.logging.Logger;

/** Brings each request to its endpoint and the answer back, and turns whatever goes wrong into an answer. */
@Singleton
class Server {
    private static final Logger LOG = Logger.getLogger(Server.class);

    /** Routes that Quarkus serves itself, health and metrics, come after. */
    private static final int FIRST = -1_000;

    private final Map<String, Map<HttpMethod, Endpoint>> routes;
    private final Map<String, String> routeByPath;
    private final Bodies bodies;
    private final Cors cors;
    private final Requests requests;

    Server(Edge edge, Bodies bodies, Cors cors, Requests requests) {
        this.routes = edge.routes();
        this.routeByPath = routes.keySet().stream()
                .filter(route -> route.indexOf('{') < 0)
                .collect(Collectors.toMap(route -> route, route -> route, (one, other) -> one, HashMap::new));
        this.bodies = bodies;
        this.cors = cors;
        this.requests = requests;
    }

    void open(@Observes Router router) {
        router.route().order(FIRST).handler(this::receive).failureHandler(this::failed);
    }

    /** Of what the server itself refuses, a request without a host is the only one that comes as far as this. */
    private void failed(RoutingContext context) {
        if (context.statusCode() == 400) {
            Refusal.malformed("The request has no header Host.").answer().send(context.response());
        } else {
            context.next();
        }
    }

    private void receive(RoutingContext context) {
        var request = context.request();
        var route = route(request.path());
        if (route == null) {
            context.next();
            return;
        }
        var methods = routes.get(route);
        if (request.method() == HttpMethod.OPTIONS) {
            request.resume();
            cors.preflight(request).send(request.response());
        } else if (!methods.containsKey(request.method())) {
            request.resume();
            var allowed = methods.keySet().stream().map(HttpMethod::name).collect(Collectors.joining(", "));
            fail(request, requests.begin(route), Refusal.method(allowed));
        } else {
            serve(request, route, methods.get(request.method()));
        }
    }

    private void serve(HttpServerRequest request, String route, Endpoint endpoint) {
        var observed = requests.begin(route);
        bodies.read(
                request,
                body -> answer(new Call(request, route, body), endpoint).onComplete(done -> {
                    if (done.succeeded()) {
                        finish(request, observed, done.result(), "");
                    } else {
                        fail(request, observed, refusal(done.cause()));
                    }
                }),
                refusal -> fail(request, observed, refusal));
    }

    private static Future<Answer> answer(Call call, Endpoint endpoint) {
        try {
            return endpoint.answer(call);
        } catch (RuntimeException failure) {
            return Future.failedFuture(failure);
        }
    }

    private static Refusal refusal(Throwable cause) {
        if (cause instanceof Refusal refusal) {
            return refusal;
        }
        LOG.error("A request could not be served", cause);
        return Refusal.ownFault();
    }

    private void fail(HttpServerRequest request, Requests.Observed observed, Refusal refusal) {
        finish(request, observed, refusal.answer(), refusal.getMessage());
    }

    private void finish(HttpServerRequest request, Requests.Observed observed, Answer answer, String reason) {
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

package millrace.bench;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;

/**
 * Baseline of HTTP: the edge's server library without the edge. It reads each request to its end and sends the edge's
 * answer.
 */
final class EmptyEndpoint extends AbstractVerticle {
    private static final Buffer SUCCESS = Buffer.buffer("{\"success\":true}");

    private EmptyEndpoint() {}

    /**
     * Listens on {@code PORT} of the loopback interface with the edge's number of event loops: one per core, at least
     * two.
     */
    public static void main(String[] arguments) {
        var loops = Math.max(2, Runtime.getRuntime().availableProcessors());
        Vertx.vertx(new VertxOptions().setEventLoopPoolSize(loops))
                .deployVerticle(EmptyEndpoint::new, new DeploymentOptions().setInstances(loops))
                .onFailure(failure -> {
                    System.err.println("The port cannot be listened at: " + failure.getMessage());
                    System.exit(1);
                });
    }

    @Override
    public void start(Promise<Void> started) {
        var port = Integer.parseInt(System.getenv("PORT"));
        vertx.createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(port))
                .requestHandler(request -> request.body()
                        .onSuccess(body -> request.response()
                                .putHeader("content-type", "application/json")
                                .end(SUCCESS)))
                .listen()
                .<Void>mapEmpty()
                .onComplete(started);
    }
}

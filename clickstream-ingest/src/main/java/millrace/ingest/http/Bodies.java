package millrace.ingest.http;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import millrace.ingest.IngestConfig;
import millrace.ingest.form.Limits;

/** Reads what requests bring, within their limits: of size, of time, and of what may be held at once. */
@Singleton
public class Bodies {
    private static final long DRAIN_MS = 2_000;

    private final Vertx vertx;
    private final InFlight inFlight;
    private final IngestConfig config;

    Bodies(Vertx vertx, InFlight inFlight, IngestConfig config) {
        this.vertx = vertx;
        this.inFlight = inFlight;
        this.config = config;
    }

    /**
     * Reads one, on the request's event loop.
     *
     * @param whole takes it, uncompressed
     * @param refused takes why it is not read
     */
    public void read(HttpServerRequest request, Consumer<byte[]> whole, Consumer<Refusal> refused) {
        var reading = new Reading(request, whole, refused);
        try {
            reading.begin();
        } catch (Refusal refusal) {
            reading.stop(refusal);
        }
    }

    private static byte[] inflated(HttpServerRequest request, Buffer body) {
        var encoding = request.getHeader("content-encoding");
        if (encoding == null || encoding.equalsIgnoreCase("identity")) {
            return body.getBytes();
        }
        if (!encoding.equalsIgnoreCase("gzip")) {
            throw Refusal.encoding("Content-Encoding must be gzip or absent.");
        }
        try (var gzip = new GZIPInputStream(new ByteArrayInputStream(body.getBytes()))) {
            var bytes = gzip.readNBytes(Limits.READ + 1);
            if (bytes.length > Limits.READ) {
                throw Refusal.tooLarge("The body has more than " + Limits.BODY + " bytes when it is uncompressed.");
            }
            return bytes;
        } catch (IOException notGzip) {
            throw Refusal.malformed("The body is not gzip, though Content-Encoding says so.");
        }
    }

    /** One body on its way in. */
    private final class Reading {
        private final HttpServerRequest request;
        private final Consumer<byte[]> whole;
        private final Consumer<Refusal> refused;
        private Buffer body;
        private boolean over;
        private long length;
        private long timer = -1;

        Reading(HttpServerRequest request, Consumer<byte[]> whole, Consumer<Refusal> refused) {
            this.request = request;
            this.whole = whole;
            this.refused = refused;
        }

        /** A body that does not say its length counts as the longest until the answer is sent. */
        void begin() {
            length = length();
            if (length > Limits.READ) {
                throw tooLarge();
            }
            inFlight.take(length);
            request.response().endHandler(ended -> inFlight.give(length));
            request.exceptionHandler(this::broken);
            request.handler(this::take);
            request.endHandler(ended -> end());
            request.resume();
        }

        private long length() {
            var length = request.getHeader("content-length");
            if (length != null) {
                return Long.parseLong(length);
            }
            return request.method() == HttpMethod.GET ? 0 : Limits.BODY;
        }

        private void take(Buffer part) {
            body = body == null ? part : body.appendBuffer(part);
            if (timer < 0 && body.length() < length) {
                timer = vertx.setTimer(
                        config.bodyWithin().toMillis(), late -> stop(Refusal.tooSlow(config.bodyWithin())));
            }
            if (body.length() > Limits.READ) {
                stop(tooLarge());
            }
        }

        /**
         * Answers although more would come. What is on its way is let in and dropped, so that the client reads its answer and the
         * connection can go on; where that takes too long, it is closed.
         */
        private void stop(Refusal refusal) {
            if (finish()) {
                var drain =
                        vertx.setTimer(DRAIN_MS, late -> request.connection().close());
                request.handler(dropped -> {});
                request.exceptionHandler(broken -> vertx.cancelTimer(drain));
                request.endHandler(ended -> vertx.cancelTimer(drain));
                refused.accept(refusal);
                request.resume();
            }
        }

        private void end() {
            if (finish()) {
                byte[] bytes;
                try {
                    bytes = body == null ? new byte[0] : inflated(request, body);
                } catch (Refusal refusal) {
                    refused.accept(refusal);
                    return;
                }
                whole.accept(bytes);
            }
        }

        private void broken(Throwable cause) {
            if (finish()) {
                refused.accept(
                        cause instanceof Refusal refusal
                                ? refusal
                                : Refusal.malformed("The body did not come to its end."));
            }
        }

        /** Whether this is the first end that it comes to. */
        private boolean finish() {
            cancelTimer();
            var isFirst = !over;
            over = true;
            return isFirst;
        }

        private void cancelTimer() {
            if (timer >= 0) {
                vertx.cancelTimer(timer);
            }
        }

        private static Refusal tooLarge() {
            return Refusal.tooLarge("The body has more than " + Limits.BODY + " bytes.");
        }
    }
}

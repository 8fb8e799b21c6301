package millrace.ingest.http;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/**
 * Reads the bodies of requests, within limits of size, of time since the headers, of speed, and of the bytes held at
 * once. The limits are the same for every method.
 */
@Singleton
class BodyReader {
    private static final long DISCARD_WITHIN_MS = 2_000;
    private static final long MOST_DISCARDED = 4L * Limits.READ;

    /** Time in which any speed is allowed: connections take time to get going. */
    private static final Duration ANY_SPEED = Duration.ofSeconds(5);

    /** Least average speed after that in bytes a second; a slower body is answered 408. */
    private static final long SLOWEST = 1_024;

    private final Vertx vertx;
    private final InFlightBudget inFlight;
    private final IngestConfig config;
    private final AtomicLong numbers = new AtomicLong();
    /** Incomplete bodies without a known key, oldest first; at most one for each connection. */
    private final ConcurrentSkipListMap<Long, PendingBody> withoutKey = new ConcurrentSkipListMap<>();

    BodyReader(Vertx vertx, InFlightBudget inFlight, IngestConfig config) {
        this.vertx = vertx;
        this.inFlight = inFlight;
        this.config = config;
    }

    /**
     * Reads the body of a request, on the request's event loop.
     *
     * @param hasKey true where the request has already shown a valid key
     * @param onBody receives the body, uncompressed
     * @param onProblem receives the reason why the body is not read
     */
    void read(
            HttpServerRequest request, boolean hasKey, Consumer<byte[]> onBody, Consumer<ProblemException> onProblem) {
        var pending = new PendingBody(request, hasKey, onBody, onProblem);
        try {
            pending.begin();
        } catch (ProblemException problem) {
            pending.stop(problem);
        }
    }

    /**
     * Discards the body of a request that is answered without it, so that the client reads the response and the
     * connection can be used again. A body that takes more than 2 s or has more than 4,000 KiB closes the connection.
     */
    void discard(HttpServerRequest request) {
        if (!hasBody(request)) {
            request.resume();
            return;
        }
        var late =
                vertx.setTimer(DISCARD_WITHIN_MS, ended -> request.connection().close());
        var discarded = new long[1];
        request.handler(part -> {
            discarded[0] += part.length();
            if (discarded[0] > MOST_DISCARDED) {
                request.connection().close();
            }
        });
        request.exceptionHandler(broken -> vertx.cancelTimer(late));
        request.endHandler(ended -> vertx.cancelTimer(late));
        request.resume();
    }

    /** Returns true where the headers announce a body. */
    static boolean hasBody(HttpServerRequest request) {
        var length = request.getHeader("content-length");
        return length == null ? request.getHeader("transfer-encoding") != null : !length.equals("0");
    }

    private static byte[] inflated(HttpServerRequest request, Buffer body) {
        var encoding = request.getHeader("content-encoding");
        if (encoding == null || encoding.equalsIgnoreCase("identity")) {
            return body.getBytes();
        }
        if (!encoding.equalsIgnoreCase("gzip")) {
            throw ProblemException.unsupportedMediaType("Content-Encoding must be gzip or absent.");
        }
        try (var gzip = new GZIPInputStream(new ByteArrayInputStream(body.getBytes()))) {
            var bytes = gzip.readNBytes(Limits.READ + 1);
            if (bytes.length > Limits.READ) {
                throw ProblemException.tooLarge(
                        "The body has more than " + Limits.BODY + " bytes when it is uncompressed.");
            }
            return bytes;
        } catch (IOException notGzip) {
            throw ProblemException.malformed("The body is not gzip, though Content-Encoding says so.");
        }
    }

    /** A body that is being received. */
    final class PendingBody {
        private final HttpServerRequest request;
        private final boolean hasKey;
        private final Consumer<byte[]> onBody;
        private final Consumer<ProblemException> onProblem;
        private final ClientConnection connection;
        private final long began = System.nanoTime();
        private Buffer body;
        private boolean ended;
        private long length;
        private long taken;
        private long number;
        private Context context;

        PendingBody(
                HttpServerRequest request,
                boolean hasKey,
                Consumer<byte[]> onBody,
                Consumer<ProblemException> onProblem) {
            this.request = request;
            this.hasKey = hasKey;
            this.onBody = onBody;
            this.onProblem = onProblem;
            this.connection = ClientConnection.of(request);
        }

        void begin() {
            var announced = request.getHeader("content-length");
            length = announced == null ? Long.MAX_VALUE : Long.parseLong(announced);
            if (announced != null && length > Limits.READ) {
                throw tooLarge();
            }
            if (connection != null) {
                connection.pendingBody(this);
            }
            request.response().endHandler(ended -> responseEnded());
            if (request.getHeader("expect") != null) {
                request.response().writeContinue();
            }
            request.exceptionHandler(this::failed);
            request.handler(this::receive);
            request.endHandler(ended -> end());
            request.resume();
        }

        /** Releases the bytes of the body, when the response is sent or the connection is closed. */
        private void responseEnded() {
            inFlight.release(taken);
            if (connection != null) {
                connection.requestEnded();
            }
        }

        private void receive(Buffer part) {
            try {
                reserve(part.length());
            } catch (ProblemException busy) {
                stop(busy);
                return;
            }
            body = body == null ? part : body.appendBuffer(part);
            if (body.length() > Limits.READ) {
                stop(tooLarge());
            }
        }

        private void reserve(int bytes) {
            if (hasKey) {
                inFlight.acquire(bytes);
            } else {
                var makeRoom = inFlight.acquireWithoutKey(bytes);
                if (number == 0 && taken + bytes < length) {
                    context = vertx.getOrCreateContext();
                    number = numbers.incrementAndGet();
                    withoutKey.put(number, this);
                }
                if (makeRoom) {
                    evictOldest();
                }
            }
            taken += bytes;
        }

        private void evictOldest() {
            var oldest = withoutKey.pollFirstEntry();
            if (oldest != null) {
                oldest.getValue().context.runOnContext(now -> oldest.getValue().stop(ProblemException.evicted()));
            }
        }

        /** Fails the body where it is late or too slow; called once a second. */
        void check(long now) {
            var elapsed = now - began;
            if (elapsed > config.bodyWithin().toNanos()) {
                stop(ProblemException.tooSlow(config.bodyWithin()));
            } else if (taken < (elapsed - ANY_SPEED.toNanos()) / 1e9 * SLOWEST) {
                stop(ProblemException.tooSlow(SLOWEST));
            }
        }

        /** Answers before the body is complete, and discards the rest. */
        private void stop(ProblemException problem) {
            if (finish()) {
                body = null;
                discard(request);
                onProblem.accept(problem);
            }
        }

        private void end() {
            if (finish()) {
                byte[] bytes;
                try {
                    bytes = body == null ? new byte[0] : inflated(request, body);
                } catch (ProblemException problem) {
                    onProblem.accept(problem);
                    return;
                }
                onBody.accept(bytes);
            }
        }

        private void failed(Throwable cause) {
            if (finish()) {
                onProblem.accept(
                        cause instanceof ProblemException problem
                                ? problem
                                : ProblemException.malformed("The body did not come to its end."));
            }
        }

        /** Ends the reception. Returns false where it has already ended. */
        private boolean finish() {
            if (ended) {
                return false;
            }
            ended = true;
            if (connection != null) {
                connection.pendingBody(null);
            }
            if (number > 0) {
                withoutKey.remove(number);
            }
            if (!hasKey) {
                inFlight.bodyEnded(taken);
            }
            return true;
        }

        private static ProblemException tooLarge() {
            return ProblemException.tooLarge("The body has more than " + Limits.BODY + " bytes.");
        }
    }
}

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
import millrace.ingest.IngestConfig;
import millrace.ingest.form.Limits;

/**
 * Reads what requests bring, within their limits: of size, of time from the headers on, of speed, and of what may be held at once.
 * Every method's body is read alike.
 */
@Singleton
public class BodyReader {
    private static final long DRAIN_MS = 2_000;
    private static final long DROPPED = 4L * Limits.READ;

    /** So long any speed will do: connections take time to get going. */
    private static final Duration ANY_SPEED = Duration.ofSeconds(5);

    /** Bytes a second on average after that; beneath it the answer is 408. */
    private static final long SLOWEST = 1_024;

    private final Vertx vertx;
    private final InFlightBudget inFlight;
    private final IngestConfig config;
    private final AtomicLong numbers = new AtomicLong();
    /** Bodies on their way in of which no key is known, oldest first; as many as there are connections at most. */
    private final ConcurrentSkipListMap<Long, PendingBody> withoutKey = new ConcurrentSkipListMap<>();

    BodyReader(Vertx vertx, InFlightBudget inFlight, IngestConfig config) {
        this.vertx = vertx;
        this.inFlight = inFlight;
        this.config = config;
    }

    /**
     * Reads one, on the request's event loop.
     *
     * @param hasKey whether who sends it has shown a valid key already
     * @param whole takes it, uncompressed
     * @param refused takes why it is not read
     */
    public void read(HttpServerRequest request, boolean hasKey, Consumer<byte[]> whole, Consumer<ProblemException> refused) {
        var reading = new PendingBody(request, hasKey, whole, refused);
        try {
            reading.begin();
        } catch (ProblemException refusal) {
            reading.stop(refusal);
        }
    }

    /**
     * Lets in and drops what a request brings that is answered without it, so that the client reads its answer and the connection
     * can go on. Where that takes more than 2 s or has more than 4,000 KiB, the connection is closed.
     */
    public void drop(HttpServerRequest request) {
        if (!hasBody(request)) {
            request.resume();
            return;
        }
        var late = vertx.setTimer(DRAIN_MS, over -> request.connection().close());
        var dropped = new long[1];
        request.handler(part -> {
            dropped[0] += part.length();
            if (dropped[0] > DROPPED) {
                request.connection().close();
            }
        });
        request.exceptionHandler(broken -> vertx.cancelTimer(late));
        request.endHandler(ended -> vertx.cancelTimer(late));
        request.resume();
    }

    /** Whether a request says that a body comes. */
    public static boolean hasBody(HttpServerRequest request) {
        var length = request.getHeader("content-length");
        return length == null ? request.getHeader("transfer-encoding") != null : !length.equals("0");
    }

    private static byte[] inflated(HttpServerRequest request, Buffer body) {
        var encoding = request.getHeader("content-encoding");
        if (encoding == null || encoding.equalsIgnoreCase("identity")) {
            return body.getBytes();
        }
        if (!encoding.equalsIgnoreCase("gzip")) {
            throw ProblemException.encoding("Content-Encoding must be gzip or absent.");
        }
        try (var gzip = new GZIPInputStream(new ByteArrayInputStream(body.getBytes()))) {
            var bytes = gzip.readNBytes(Limits.READ + 1);
            if (bytes.length > Limits.READ) {
                throw ProblemException.tooLarge("The body has more than " + Limits.BODY + " bytes when it is uncompressed.");
            }
            return bytes;
        } catch (IOException notGzip) {
            throw ProblemException.malformed("The body is not gzip, though Content-Encoding says so.");
        }
    }

    /** One body on its way in. */
    final class PendingBody {
        private final HttpServerRequest request;
        private final boolean hasKey;
        private final Consumer<byte[]> whole;
        private final Consumer<ProblemException> refused;
        private final ClientConnection connection;
        private final long began = System.nanoTime();
        private Buffer body;
        private boolean over;
        private long length;
        private long taken;
        private long number;
        private Context context;

        PendingBody(HttpServerRequest request, boolean hasKey, Consumer<byte[]> whole, Consumer<ProblemException> refused) {
            this.request = request;
            this.hasKey = hasKey;
            this.whole = whole;
            this.refused = refused;
            this.connection = ClientConnection.of(request);
        }

        void begin() {
            var announced = request.getHeader("content-length");
            length = announced == null ? Long.MAX_VALUE : Long.parseLong(announced);
            if (announced != null && length > Limits.READ) {
                throw tooLarge();
            }
            if (connection != null) {
                connection.reading(this);
            }
            request.response().endHandler(ended -> answered());
            if (request.getHeader("expect") != null) {
                request.response().writeContinue();
            }
            request.exceptionHandler(this::broken);
            request.handler(this::take);
            request.endHandler(ended -> end());
            request.resume();
        }

        /** The answer is on its way, or nobody is there any more who waits for it. */
        private void answered() {
            inFlight.give(taken);
            if (connection != null) {
                connection.requestEnded();
            }
        }

        private void take(Buffer part) {
            try {
                hold(part.length());
            } catch (ProblemException busy) {
                stop(busy);
                return;
            }
            body = body == null ? part : body.appendBuffer(part);
            if (body.length() > Limits.READ) {
                stop(tooLarge());
            }
        }

        private void hold(int bytes) {
            if (hasKey) {
                inFlight.take(bytes);
            } else {
                var makeRoom = inFlight.takeWithoutKey(bytes);
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
                oldest.getValue().context.runOnContext(now -> oldest.getValue().stop(ProblemException.madeRoom()));
            }
        }

        /** Refuses it where it is late or too slow; once a second. */
        void check(long now) {
            var elapsed = now - began;
            if (elapsed > config.bodyWithin().toNanos()) {
                stop(ProblemException.tooSlow(config.bodyWithin()));
            } else if (taken < (elapsed - ANY_SPEED.toNanos()) / 1e9 * SLOWEST) {
                stop(ProblemException.tooSlow(SLOWEST));
            }
        }

        /** Answers although more would come. */
        private void stop(ProblemException refusal) {
            if (finish()) {
                body = null;
                drop(request);
                refused.accept(refusal);
            }
        }

        private void end() {
            if (finish()) {
                byte[] bytes;
                try {
                    bytes = body == null ? new byte[0] : inflated(request, body);
                } catch (ProblemException refusal) {
                    refused.accept(refusal);
                    return;
                }
                whole.accept(bytes);
            }
        }

        private void broken(Throwable cause) {
            if (finish()) {
                refused.accept(
                        cause instanceof ProblemException refusal
                                ? refusal
                                : ProblemException.malformed("The body did not come to its end."));
            }
        }

        /** Whether this is the first end that it comes to. */
        private boolean finish() {
            if (over) {
                return false;
            }
            over = true;
            if (connection != null) {
                connection.reading(null);
            }
            if (number > 0) {
                withoutKey.remove(number);
            }
            if (!hasKey) {
                inFlight.arrived(taken);
            }
            return true;
        }

        private static ProblemException tooLarge() {
            return ProblemException.tooLarge("The body has more than " + Limits.BODY + " bytes.");
        }
    }
}

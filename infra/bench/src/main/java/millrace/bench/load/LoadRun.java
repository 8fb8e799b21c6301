package millrace.bench.load;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;

/**
 * Runs one load over HTTP/1.1. The caller's thread keeps the time; everything else happens on one event loop. In a
 * closed loop a request is due when the previous one is answered, so a slow server receives fewer requests. In an open
 * loop request {@code i} is due at {@code start + i / rate}, and its latency counts from then, however late it is sent.
 */
final class LoadRun implements AutoCloseable {
    /** Maximum wait for responses after the end. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);
    /** An open loop looks this often for requests that are due. */
    private static final Duration TICK = Duration.ofNanos(250_000);

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long MAX_MICROS = TimeUnit.MINUTES.toMicros(5);

    private final LoadPlan plan;
    private final Load load;
    private final LongSupplier clock;
    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final HttpClient client;
    private final String authorization;
    private final ArrayDeque<Sender> free = new ArrayDeque<>();
    private final Histogram micros = new Histogram(MAX_MICROS, 3);
    private final Map<String, Long> errors = new TreeMap<>();
    private long start;
    private long begin;
    private long end;
    private long sent;
    private long waiting;
    private long answeredInTime;
    private long accepted;
    private long unknown;
    private ConnectException refused;

    /** @param clock source of nanoseconds */
    LoadRun(LoadPlan plan, LongSupplier clock) {
        this.plan = plan;
        this.load = plan.load();
        this.clock = clock;
        this.authorization = "Basic "
                + Base64.getEncoder().encodeToString((plan.writeKey() + ":").getBytes(StandardCharsets.US_ASCII));
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setTcpNoDelay(true), new PoolOptions().setHttp1MaxSize(load.connections()));
        var sender = UUID.randomUUID().toString().substring(0, 8);
        for (var index = 0; index < load.connections(); index++) {
            var port = plan.ports().get(index % plan.ports().size());
            free.add(new Sender(port, new TrackEvents(load, sender, index)));
        }
    }

    /**
     * Runs the load and returns its result.
     *
     * @throws ConnectException if a server accepts no connections
     */
    LoadResult run() throws ConnectException, InterruptedException {
        start = clock.getAsLong();
        begin = start + plan.warmup().toNanos();
        end = begin + plan.measured().toNanos();
        sendUntil(begin);
        var before = cpu();
        sendUntil(end);
        var used = cpu().minus(before);
        var deadline = clock.getAsLong() + ANSWER_TIMEOUT.toNanos();
        while (onLoop(() -> waiting) > 0 && clock.getAsLong() < deadline) {
            LockSupport.parkNanos(TICK.toNanos());
        }
        return onLoop(() -> result(used));
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void sendUntil(long time) throws ConnectException, InterruptedException {
        for (var now = clock.getAsLong(); now < time; now = clock.getAsLong()) {
            onLoop(() -> {
                sendDue(clock.getAsLong());
                return null;
            });
            if (refused != null) {
                throw refused;
            }
            LockSupport.parkNanos(Math.min(TICK.toNanos(), time - clock.getAsLong()));
        }
        if (time == end && load.rate() > 0) {
            onLoop(() -> {
                sendDue(end - 1);
                return null;
            });
        }
    }

    /** Runs a piece on the event loop and returns its result; it also bounds how far this thread runs ahead. */
    private <T> T onLoop(Callable<T> piece) throws InterruptedException {
        var done = new CompletableFuture<T>();
        loop.runOnContext(nothing -> {
            try {
                done.complete(piece.call());
            } catch (Exception e) {
                done.completeExceptionally(e);
            }
        });
        try {
            return done.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("The load cannot go on", e.getCause());
        }
    }

    private CpuTime cpu() {
        return new CpuTime(
                ProcessUsage.cpu(plan.servers()),
                ProcessUsage.cpu(List.of(plan.broker())),
                ProcessUsage.cpu(List.of(ProcessHandle.current().pid())));
    }

    private void sendDue(long now) {
        while (now < end && !free.isEmpty() && due(now) <= now) {
            var due = due(now);
            sent++;
            free.poll().send(due);
        }
    }

    private long due(long now) {
        return load.rate() == 0 ? now : start + sent * SECOND / load.rate();
    }

    private LoadResult result(CpuTime cpu) {
        if (waiting > 0) {
            unknown += waiting;
            errors.merge("no answer", waiting, Long::sum);
        }
        // Due and never sent, because no connection was free: a lower bound of the latency is the time up to the end.
        for (; load.rate() > 0 && due(end) < end; sent++) {
            errors.merge("not sent", 1L, Long::sum);
            recordLatency(due(end), end);
        }
        var events = load.eventsPerRequest();
        return new LoadResult(
                answeredInTime * events * (double) SECOND / (end - begin),
                micros.getValueAtPercentile(50),
                micros.getValueAtPercentile(99),
                micros.getValueAtPercentile(99.9),
                micros.getMaxValue(),
                errors,
                accepted * events,
                unknown * events,
                plan.measured(),
                cpu);
    }

    private void recordLatency(long due, long now) {
        if (due >= begin && due < end) {
            micros.recordValue(Math.min(MAX_MICROS, TimeUnit.NANOSECONDS.toMicros(now - due)));
        }
    }

    /** Sends one request at a time. */
    private final class Sender {
        private final RequestOptions options;
        private final TrackEvents events;
        private long due;

        private Sender(int port, TrackEvents events) {
            this.events = events;
            this.options = new RequestOptions()
                    .setMethod(HttpMethod.POST)
                    .setHost("127.0.0.1")
                    .setPort(port)
                    .setURI(load.batch() == 0 ? "/v1/track" : "/v1/batch")
                    .putHeader("authorization", authorization)
                    .putHeader("content-type", "application/json")
                    .putHeader("user-agent", "millrace-bench");
        }

        private void send(long dueAt) {
            due = dueAt;
            waiting++;
            client.request(options)
                    .compose(request -> request.send(Buffer.buffer(events.next(System.currentTimeMillis()))))
                    .compose(this::toEnd)
                    .onComplete(this::ended);
        }

        private Future<Integer> toEnd(HttpClientResponse response) {
            return response.end().map(nothing -> response.statusCode());
        }

        private void ended(AsyncResult<Integer> status) {
            var now = clock.getAsLong();
            waiting--;
            if (status.failed()) {
                refused = status.cause() instanceof ConnectException connect ? connect : refused;
                unknown++;
                errors.merge("connection lost", 1L, Long::sum);
            } else if (status.result() != 200) {
                errors.merge(status.result().toString(), 1L, Long::sum);
            } else {
                accepted++;
                answeredInTime += now >= begin && now < end ? 1 : 0;
                recordLatency(due, now);
            }
            free.add(this);
            if (refused == null) {
                sendDue(now);
            }
        }
    }
}

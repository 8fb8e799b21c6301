package millrace.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Runs one load on one thread. It uses only a selector of the JDK, because the load generator takes processor time from
 * the server on the same machine.
 */
final class LoadRun {
    /** Maximum wait for responses after the end. */
    private static final long ANSWER_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);
    /**
     * A selector waits for whole milliseconds; an open loop polls more often, but each poll takes processor time from
     * the server.
     */
    private static final long PARK_NANOS = TimeUnit.MICROSECONDS.toNanos(250);

    private static final int SELECT_TIMEOUT_MS = 5;

    private final LoadPlan plan;
    private final LongSupplier clock;
    private final Consumer<String> onPhase;
    private final List<LoadConnection> connections = new ArrayList<>();
    private final ArrayDeque<LoadConnection> free = new ArrayDeque<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(64 << 10);
    private final EventStamp stamp;
    private final long begin;
    private final long end;
    private final LoadSchedule schedule;
    private final LoadStatistics statistics;

    /** @param clock source of nanoseconds; the first reading is the start of the load */
    LoadRun(LoadPlan plan, LongSupplier clock, Consumer<String> onPhase) {
        this.plan = plan;
        this.clock = clock;
        this.onPhase = onPhase;
        this.stamp = new EventStamp(plan.visitors());
        var sender = UUID.randomUUID().toString().substring(0, 8);
        for (var index = 0; index < plan.connections(); index++) {
            var port = plan.ports().get(index % plan.ports().size());
            connections.add(new LoadConnection(port, LoadRequest.of(plan, port, sender, index)));
        }
        var start = clock.getAsLong();
        this.begin = start + plan.warmup().toNanos();
        this.end = begin + plan.measured().toNanos();
        this.schedule = LoadSchedule.of(plan.rate(), start);
        this.statistics = new LoadStatistics(begin, end);
    }

    /** Runs the load and returns its result. */
    LoadResult run() throws IOException {
        try (var selector = Selector.open()) {
            for (var connection : connections) {
                connection.open(selector);
            }
            free.addAll(connections);
            sendUntil(begin, selector);
            onPhase.accept(LoadGenerator.BEGINS);
            sendUntil(end, selector);
            if (plan.rate() > 0) {
                sendDue(end - 1);
            }
            onPhase.accept(LoadGenerator.ENDS);
            awaitAnswers(selector);
            return statistics.result(plan.eventsPerRequest());
        } finally {
            for (var connection : connections) {
                connection.close();
            }
        }
    }

    private void sendUntil(long time, Selector selector) throws IOException {
        for (var now = clock.getAsLong(); now < time; now = clock.getAsLong()) {
            stamp.setTime(System.currentTimeMillis());
            sendDue(now);
            if (plan.rate() == 0) {
                selector.select(this::proceed, SELECT_TIMEOUT_MS);
            } else if (selector.selectNow(this::proceed) == 0) {
                LockSupport.parkNanos(Math.min(PARK_NANOS, schedule.due(now) - clock.getAsLong()));
            }
        }
    }

    private void sendDue(long now) {
        while (now < end && !free.isEmpty() && schedule.due(now) <= now) {
            var due = schedule.due(now);
            schedule.sent();
            var connection = free.poll();
            try {
                connection.send(stamp, due);
            } catch (IOException e) {
                reopen(connection);
            }
        }
    }

    private void proceed(SelectionKey key) {
        var connection = (LoadConnection) key.attachment();
        try {
            if (connection.proceed(buffer)) {
                var now = clock.getAsLong();
                statistics.answered(connection.status(), connection.due(), now);
                free.add(connection);
                sendDue(now);
            }
        } catch (IOException e) {
            reopen(connection);
        }
    }

    /** Reconnects. A server may close an idle connection; closing one with a pending request counts as an error. */
    private void reopen(LoadConnection connection) {
        try {
            if (connection.isWaiting()) {
                statistics.lost();
                free.add(connection);
            }
            connection.reopen();
        } catch (IOException e) {
            throw new IllegalStateException("The server no longer accepts connections: " + e.getMessage() + ".", e);
        }
    }

    private void awaitAnswers(Selector selector) throws IOException {
        var deadline = clock.getAsLong() + ANSWER_TIMEOUT_NANOS;
        while (connections.stream().anyMatch(LoadConnection::isWaiting) && clock.getAsLong() < deadline) {
            selector.select(this::proceed, SELECT_TIMEOUT_MS);
        }
        connections.stream().filter(LoadConnection::isWaiting).forEach(connection -> statistics.unanswered());
        for (var due = schedule.due(end); due < end; due = schedule.due(end)) {
            statistics.unsent(due);
            schedule.sent();
        }
    }
}

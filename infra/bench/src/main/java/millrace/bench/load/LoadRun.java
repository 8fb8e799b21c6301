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

/** One load, on one thread. It uses nothing but the JDK's selector: what it costs is missing to the server beside it. */
final class LoadRun {
    /** Answers are waited for that long after the end. */
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);
    /** A selector sleeps whole milliseconds; an open loop looks more often, but each look costs the server processor time. */
    private static final long NAP = TimeUnit.MICROSECONDS.toNanos(250);

    private static final int CLOSED_LOOP_LOOKS_EVERY_MS = 5;

    private final LoadPlan plan;
    private final LongSupplier clock;
    private final Consumer<String> tell;
    private final List<LoadConnection> connections = new ArrayList<>();
    private final ArrayDeque<LoadConnection> free = new ArrayDeque<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(64 << 10);
    private final EventStamp stamp;
    private final long begin;
    private final long end;
    private final LoadSchedule schedule;
    private final LoadStatistics score;

    /** @param clock of nanoseconds; starts the load */
    LoadRun(LoadPlan plan, LongSupplier clock, Consumer<String> tell) {
        this.plan = plan;
        this.clock = clock;
        this.tell = tell;
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
        this.score = new LoadStatistics(begin, end);
    }

    /** Sends it, and comes back with what became of it. */
    LoadResult run() throws IOException {
        try (var selector = Selector.open()) {
            for (var connection : connections) {
                connection.open(selector);
            }
            free.addAll(connections);
            sendUntil(begin, selector);
            tell.accept(LoadGenerator.BEGINS);
            sendUntil(end, selector);
            if (plan.rate() > 0) {
                sendDue(end - 1);
            }
            tell.accept(LoadGenerator.ENDS);
            awaitAnswers(selector);
            return score.result(plan.eventsPerRequest());
        } finally {
            for (var connection : connections) {
                connection.close();
            }
        }
    }

    private void sendUntil(long time, Selector selector) throws IOException {
        for (var now = clock.getAsLong(); now < time; now = clock.getAsLong()) {
            stamp.at(System.currentTimeMillis());
            sendDue(now);
            if (plan.rate() == 0) {
                selector.select(this::proceed, CLOSED_LOOP_LOOKS_EVERY_MS);
            } else if (selector.selectNow(this::proceed) == 0) {
                LockSupport.parkNanos(Math.min(NAP, schedule.due(now) - clock.getAsLong()));
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
                score.answered(connection.status(), connection.due(), now);
                free.add(connection);
                sendDue(now);
            }
        } catch (IOException e) {
            reopen(connection);
        }
    }

    /** A server may hang up on a connection that it thinks idle; with a request on it that is an error. */
    private void reopen(LoadConnection connection) {
        try {
            if (connection.isWaiting()) {
                score.lost();
                free.add(connection);
            }
            connection.reopen();
        } catch (IOException e) {
            throw new IllegalStateException("The server takes no connections any more: " + e.getMessage() + ".", e);
        }
    }

    private void awaitAnswers(Selector selector) throws IOException {
        var giveUp = clock.getAsLong() + PATIENCE;
        while (connections.stream().anyMatch(LoadConnection::isWaiting) && clock.getAsLong() < giveUp) {
            selector.select(this::proceed, CLOSED_LOOP_LOOKS_EVERY_MS);
        }
        connections.stream().filter(LoadConnection::isWaiting).forEach(connection -> score.unanswered());
        for (var due = schedule.due(end); due < end; due = schedule.due(end)) {
            score.unsent(due);
            schedule.sent();
        }
    }
}

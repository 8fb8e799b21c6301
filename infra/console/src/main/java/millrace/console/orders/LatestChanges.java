package millrace.console.orders;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import millrace.console.call.ConsoleException;
import millrace.console.view.BoundedJson;
import millrace.console.view.Deployment;
import millrace.events.Channels;
import millrace.events.Json;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The latest events of all orders, from the ends of the partitions of {@code orders}. A thread reads them while
 * somebody asks, and ends when nobody has asked for a while.
 */
final class LatestChanges {
    /** Events that are shown, and that each partition is read back at the beginning. */
    static final int MOST = 30;

    private static final Logger LOG = LoggerFactory.getLogger(LatestChanges.class);
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(250);
    private static final long UNASKED_NANOS = Duration.ofSeconds(10).toNanos();

    private final Deployment deployment;
    private final Deque<OrderChange> latest = new ArrayDeque<>();
    private CountDownLatch caughtUp;
    private String failure = "";
    private long askedAt;

    LatestChanges(Deployment deployment) {
        this.deployment = deployment;
    }

    /**
     * An event of an order.
     *
     * @param at time of the record, in milliseconds since 1970
     */
    record OrderChange(long at, int partition, long offset, OrderTimeline.Entry event, String orderId) {}

    /** What the page gets, the newest first. */
    record Latest(List<OrderChange> changes) {}

    /** @throws ConsoleException 503 where the channel cannot be read */
    Latest sample() throws InterruptedException {
        if (!reader().await(ANSWERED_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new ConsoleException(503, "The channel orders cannot be read: the cluster does not answer.");
        }
        synchronized (this) {
            if (!failure.isEmpty()) {
                throw new ConsoleException(503, failure);
            }
            return new Latest(List.copyOf(latest));
        }
    }

    private synchronized CountDownLatch reader() {
        askedAt = System.nanoTime();
        if (caughtUp == null) {
            caughtUp = new CountDownLatch(1);
            latest.clear();
            failure = "";
            Thread.ofPlatform().daemon().name("latest-changes").start(this::read);
        }
        return caughtUp;
    }

    private void read() {
        try {
            ChannelRecords.withConsumer(deployment, consumer -> {
                follow(consumer);
                return null;
            });
        } catch (ConsoleException e) {
            end(e.getMessage());
        } catch (RuntimeException fault) {
            LOG.warn("The latest changes cannot be read", fault);
            end("The channel orders cannot be read: " + fault + ".");
        }
    }

    private void follow(Consumer<byte[], byte[]> consumer) {
        var topic = deployment.topic(Channels.ORDERS.name());
        var places = consumer.partitionsFor(topic, ANSWERED_WITHIN).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        consumer.assign(places);
        var ends = consumer.endOffsets(places, ANSWERED_WITHIN);
        var firsts = consumer.beginningOffsets(places, ANSWERED_WITHIN);
        ends.forEach((place, end) -> consumer.seek(place, Math.max(firsts.get(place), end - MOST)));
        var began = System.nanoTime();
        var behind = true;
        while (isAsked()) {
            consumer.poll(POLL).forEach(this::add);
            if (behind) {
                behind = System.nanoTime() - began < ANSWERED_WITHIN.toNanos()
                        && ends.entrySet().stream()
                                .anyMatch(end -> consumer.position(end.getKey(), ANSWERED_WITHIN) < end.getValue());
                if (!behind) {
                    caughtUp();
                }
            }
        }
    }

    private synchronized void caughtUp() {
        caughtUp.countDown();
    }

    /** Whether somebody has asked lately; where not, the next question begins anew. */
    private synchronized boolean isAsked() {
        var asked = System.nanoTime() - askedAt < UNASKED_NANOS;
        if (!asked) {
            caughtUp.countDown();
            caughtUp = null;
        }
        return asked;
    }

    private synchronized void end(String sentence) {
        failure = sentence;
        caughtUp.countDown();
        caughtUp = null;
    }

    private synchronized void add(ConsumerRecord<byte[], byte[]> record) {
        try {
            var event = BoundedJson.ofRecord(record.value() == null ? new byte[0] : record.value())
                    .orElseGet(() -> noEvent("The record has too much to be shown."));
            insert(change(record, event));
        } catch (JsonProcessingException noJson) {
            insert(change(record, noEvent("The record is no JSON.")));
        } catch (IOException e) {
            throw new IllegalStateException("Bytes in memory can be read", e);
        }
    }

    private static JsonNode noEvent(String why) {
        return Json.MAPPER.createObjectNode().put("reason", why);
    }

    private static OrderChange change(ConsumerRecord<byte[], byte[]> record, JsonNode event) {
        return new OrderChange(
                record.timestamp(),
                record.partition(),
                record.offset(),
                OrderTimeline.entry(event),
                OrderTimeline.text(event.path("orderId")));
    }

    /** Inserts by time, because the partitions come one after the other at the beginning. */
    private void insert(OrderChange change) {
        var later = new ArrayList<OrderChange>();
        while (!latest.isEmpty() && latest.peekFirst().at() > change.at()) {
            later.add(latest.pollFirst());
        }
        latest.addFirst(change);
        later.reversed().forEach(latest::addFirst);
        while (latest.size() > MOST) {
            latest.removeLast();
        }
    }
}

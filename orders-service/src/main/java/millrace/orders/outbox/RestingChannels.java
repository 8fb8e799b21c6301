package millrace.orders.outbox;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import millrace.orders.outage.Alarms;
import org.jboss.logging.Logger;

/**
 * Channels that could not be written lately, of one shard: each is left alone for a while, ever longer, and the others go on.
 * A channel that fails again and again is told of. Called by one pass after the other.
 */
final class RestingChannels {
    private static final Logger LOG = Logger.getLogger(RestingChannels.class);
    private static final Duration FIRST_REST = Duration.ofMillis(100);
    private static final Duration LONGEST_REST = Duration.ofSeconds(5);

    /** Longer than a broker takes to hand its partitions to another. */
    private static final Duration ALARM_AFTER = Duration.ofSeconds(30);

    private final int shard;
    private final Alarms alarms;
    private final Map<String, Rest> rests = new HashMap<>();

    RestingChannels(int shard, Alarms alarms) {
        this.shard = shard;
        this.alarms = alarms;
    }

    private record Rest(Instant since, Instant until, Duration length) {}

    /** Those that are to be left alone at this moment. */
    List<String> now() {
        var now = Instant.now();
        return rests.entrySet().stream()
                .filter(rest -> rest.getValue().until().isAfter(now))
                .map(Map.Entry::getKey)
                .toList();
    }

    void failed(String channel, Throwable failure) {
        var now = Instant.now();
        var before = rests.get(channel);
        var twice = before == null ? FIRST_REST : before.length().multipliedBy(2);
        var length = twice.compareTo(LONGEST_REST) < 0 ? twice : LONGEST_REST;
        var since = before == null ? now : before.since();
        rests.put(channel, new Rest(since, now.plus(length), length));
        if (before == null) {
            LOG.warnf("%s cannot be written, trying again until it works: %s", name(channel), failure);
        }
        if (since.plus(ALARM_AFTER).isBefore(now)) {
            alarms.raise(
                    name(channel),
                    "It cannot be written since %s: %s"
                            .formatted(since, failure.getClass().getSimpleName()));
        }
    }

    void works(String channel) {
        var rest = rests.remove(channel);
        if (rest != null) {
            LOG.infof(
                    "Works again after %s s: %s",
                    Duration.between(rest.since(), Instant.now()).toSeconds(), name(channel));
            alarms.clear(name(channel));
        }
    }

    private String name(String channel) {
        return "channel %s, shard %d of the outbox".formatted(channel, shard);
    }
}

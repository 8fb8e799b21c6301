package millrace.orders.outbox;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import millrace.orders.outage.Alarms;
import org.jboss.logging.Logger;

/**
 * Pauses the channels of one shard that cannot be written, each for a growing time, while the others go on. A channel
 * that keeps failing raises an alarm. Not thread-safe: a shard has one pass at a time.
 */
final class ChannelBackoff {
    private static final Logger LOG = Logger.getLogger(ChannelBackoff.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    /** Longer than a failover of partitions to another broker takes. */
    private static final Duration ALARM_AFTER = Duration.ofSeconds(30);

    private final int shard;
    private final Alarms alarms;
    private final Map<String, Pause> pauses = new HashMap<>();

    ChannelBackoff(int shard, Alarms alarms) {
        this.shard = shard;
        this.alarms = alarms;
    }

    private record Pause(Instant since, Instant until, Duration length) {}

    /** Channels that are paused at this moment. */
    List<String> pausedChannels() {
        var now = Instant.now();
        return pauses.entrySet().stream()
                .filter(pause -> pause.getValue().until().isAfter(now))
                .map(Map.Entry::getKey)
                .toList();
    }

    void failed(String channel, Throwable failure) {
        var now = Instant.now();
        var before = pauses.get(channel);
        var twice = before == null ? FIRST_PAUSE : before.length().multipliedBy(2);
        var length = twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
        var since = before == null ? now : before.since();
        pauses.put(channel, new Pause(since, now.plus(length), length));
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

    void succeeded(String channel) {
        var pause = pauses.remove(channel);
        if (pause != null) {
            LOG.infof(
                    "Works again after %s s: %s",
                    Duration.between(pause.since(), Instant.now()).toSeconds(), name(channel));
            alarms.clear(name(channel));
        }
    }

    private String name(String channel) {
        return "channel %s, shard %d of the outbox".formatted(channel, shard);
    }
}

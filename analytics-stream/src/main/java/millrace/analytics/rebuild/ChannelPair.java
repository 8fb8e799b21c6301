package millrace.analytics.rebuild;

import java.time.Duration;
import java.util.Optional;
import millrace.events.Catalogue;
import millrace.events.GenerationNames;
import millrace.paas.PaasSettings;
import org.apache.kafka.common.TopicPartition;

/**
 * Topics of one channel in two generations. Effects of the live generation go to the channel itself, those of a shadow
 * to its own topic.
 *
 * @param live topic of the live generation
 * @param shadow topic of the other generation
 */
record ChannelPair(Catalogue.Entry channel, String live, String shadow) {
    /** The broker looks for expired segments every five minutes. */
    private static final Duration SLACK = Duration.ofHours(1);

    static ChannelPair of(PaasSettings settings, Catalogue.Entry channel, int live, int shadow) {
        var ofLive = channel.effect() ? "" : new GenerationNames(live).suffix();
        var names = new GenerationNames(shadow);
        var ofShadow = channel.effect() ? names.shadowSuffix() : names.suffix();
        var topic = settings.prefix() + channel.name();
        return new ChannelPair(channel, topic + ofLive, topic + ofShadow);
    }

    TopicPartition live(int partition) {
        return new TopicPartition(live, partition);
    }

    TopicPartition shadow(int partition) {
        return new TopicPartition(shadow, partition);
    }

    /**
     * Returns the time in milliseconds before which a record may be gone in one of the two, because the broker removes
     * whole segments.
     */
    Optional<Long> retainedFrom(long now) {
        return channel.retention().map(time -> now - time.toMillis() + SLACK.toMillis());
    }
}

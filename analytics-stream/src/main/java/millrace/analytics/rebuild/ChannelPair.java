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
        var liveName = channel.effect() ? channel.name() : channel.name() + new GenerationNames(live).suffix();
        return new ChannelPair(channel, settings.prefix() + liveName, shadowTopic(settings, channel, shadow));
    }

    /** Returns the topic that a generation writes while it is not live. */
    static String shadowTopic(PaasSettings settings, Catalogue.Entry channel, int generation) {
        var names = new GenerationNames(generation);
        var suffix = channel.effect() ? names.shadowSuffix() : names.suffix();
        return settings.prefix() + channel.name() + suffix;
    }

    TopicPartition live(int partition) {
        return new TopicPartition(live, partition);
    }

    TopicPartition shadow(int partition) {
        return new TopicPartition(shadow, partition);
    }

    /** Returns the offsets from which on both have to agree. */
    FenceRecord fenceRecord(PartitionReader own) {
        return channel.effect() ? FenceRecord.of(own) : FenceRecord.NONE;
    }

    /**
     * Returns the time in milliseconds before which a record may be gone in one of the two, because the broker removes
     * whole segments.
     */
    Optional<Long> retainedFrom(long now) {
        return channel.retention().map(time -> now - time.toMillis() + SLACK.toMillis());
    }
}

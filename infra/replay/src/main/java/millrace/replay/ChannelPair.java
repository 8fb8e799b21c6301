package millrace.replay;

import java.time.Duration;
import java.util.Optional;
import millrace.events.Catalogue;
import millrace.generation.GenerationNames;
import org.apache.kafka.common.TopicPartition;

/**
 * A channel as two generations write it. Effects are on the channel itself, whoever is live; a shadow has them on its own topic.
 *
 * @param live topic of the live generation
 * @param shadow topic of the other
 */
record ChannelPair(Catalogue.Entry channel, String live, String shadow) {
    static ChannelPair of(Site site, Catalogue.Entry channel, int live, int shadow) {
        var liveName = channel.effect() ? channel.name() : channel.name() + new GenerationNames(live).suffix();
        return new ChannelPair(channel, site.prefixed(liveName), own(site, channel, shadow));
    }

    /** Where a generation writes that is not live. */
    static String own(Site site, Catalogue.Entry channel, int generation) {
        var suffix = channel.effect() ? "-g" + generation : new GenerationNames(generation).suffix();
        return site.prefixed(channel.name() + suffix);
    }

    TopicPartition live(int partition) {
        return new TopicPartition(live, partition);
    }

    TopicPartition shadow(int partition) {
        return new TopicPartition(shadow, partition);
    }

    /** From where on the two have to agree. */
    Control control(PartitionReader own) {
        return channel.effect() ? Control.of(own) : Control.NONE;
    }

    /** Records before may be gone by now in one of the two, for the broker removes whole files of them. */
    Optional<Long> keptFrom(long now, Duration slack) {
        return channel.retention().map(time -> now - time.toMillis() + slack.toMillis());
    }
}

package millrace.analytics.engine;

import org.apache.kafka.common.serialization.Serde;

/**
 * What one partition knows of a row, on its way to where the partitions are added up. Not what it adds: the last one counts,
 * so one that comes twice does no harm.
 *
 * @param aggregate name of the aggregate
 * @param from channel, partition and source: its earlier share is replaced by this one
 */
public record Partial(String aggregate, String key, String from, Aggregate.Share share) {
    public static final Serde<Partial> SERDE = Binary.versioned(
            (partial, out) -> {
                out.writeUTF(partial.aggregate);
                out.writeUTF(partial.key);
                out.writeUTF(partial.from);
                partial.share.write(out);
            },
            in -> new Partial(in.readUTF(), in.readUTF(), in.readUTF(), Aggregate.Share.read(in)));
}

package millrace.analytics.tally;

import org.apache.kafka.common.serialization.Serde;

/**
 * What one partition knows of a row, on its way to where the partitions are added up. Not what it adds: the last one
 * counts, so one that comes twice does no harm.
 *
 * @param tally name of the aggregate
 * @param from channel, partition and source: its earlier part is replaced by this one
 */
record Part(String tally, String key, String from, Sum.Share share) {
    static final Serde<Part> SERDE = Binary.serde(
            (part, out) -> {
                out.writeUTF(part.tally);
                out.writeUTF(part.key);
                out.writeUTF(part.from);
                part.share.write(out);
            },
            in -> new Part(in.readUTF(), in.readUTF(), in.readUTF(), Sum.Share.read(in)));
}

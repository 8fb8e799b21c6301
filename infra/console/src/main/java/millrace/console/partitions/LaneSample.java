package millrace.console.partitions;

import java.time.Instant;
import java.util.List;

/**
 * Records of a channel as they come.
 *
 * @param since all records that were written from then on have come; null until the ends of the partitions are known
 * @param shownOneIn records that came in the last seconds, by those of them that are shown in lanes
 * @param countedOneIn records that came in the last seconds, by those of them that were read and their keys counted
 * @param elsewhere number of read records that are in another partition than Kafka's hash of their key says
 * @param read number of records with a key that were read
 */
record LaneSample(
        Instant since,
        double shownOneIn,
        double countedOneIn,
        long elsewhere,
        long read,
        List<Lane> lanes,
        List<Hot> hottest,
        long counted) {
    /**
     * A partition.
     *
     * @param recordsPerSecond records that came in the last seconds
     * @param records the last ones that are shown, the latest first
     */
    record Lane(int partition, double recordsPerSecond, List<Item> records) {}

    /** @param key null for a record without one */
    record Item(long offset, String key, int hue) {}

    /**
     * One of the keys with the most records of the last minute.
     *
     * @param partition of its last record
     * @param error by which the count may be too high
     */
    record Hot(String key, int hue, int partition, long count, long error) {}
}

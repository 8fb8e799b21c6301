package millrace.analytics.progress;

/**
 * How much of a partition of a store has come back from its changelog.
 *
 * @param restored offsets of the changelog that have been read, marks of transactions among them
 * @param total offsets of the changelog that have to be read
 */
record Restored(String store, int partition, long restored, long total) {
    long remaining() {
        return total - restored;
    }

    Restored after(long offsets) {
        return new Restored(store, partition, Math.min(total, offsets), total);
    }
}

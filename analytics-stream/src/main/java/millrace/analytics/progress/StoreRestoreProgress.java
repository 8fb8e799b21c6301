package millrace.analytics.progress;

/**
 * Progress of restoring one partition of a store from its changelog.
 *
 * @param restored changelog offsets that have been read, including transaction markers
 * @param total changelog offsets that have to be read
 */
record StoreRestoreProgress(String store, int partition, long restored, long total) {
    long remaining() {
        return total - restored;
    }

    StoreRestoreProgress after(long offsets) {
        return new StoreRestoreProgress(store, partition, Math.min(total, offsets), total);
    }
}

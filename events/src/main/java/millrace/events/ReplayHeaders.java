package millrace.events;

/** Names of the headers that a record restored from the archive has in addition to its own. */
public final class ReplayHeaders {
    /** Id of the restore. */
    public static final String ID = "replay-id";

    /** Original channel, partition, incarnation of the topic and offset: {@code orders/0/1/4711}. */
    public static final String ORIGIN = "replay-origin";

    private ReplayHeaders() {}
}

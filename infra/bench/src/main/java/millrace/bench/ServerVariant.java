package millrace.bench;

import java.util.Map;

/**
 * A server that takes events, alone or beside others.
 *
 * @param command for a shell in the project's folder; it listens at {@code PORT}
 * @param variables of its environment, beside those that all have
 * @param writes whether it writes what it answers for to the channel {@code clicks}
 */
record ServerVariant(String name, String command, Map<String, String> variables, boolean writes) {
    static final String EDGE = "edge";
    static final String HTTP = "http";
    static final String NODE = "node";
    static final String NAIVE = "naive";
    /** Takes no requests: see {@link ProducerBaseline}. */
    static final String LOG = "log";
}

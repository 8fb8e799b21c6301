package millrace.bench;

import java.util.Map;

/**
 * A server that accepts events: the edge, or one that it is compared with.
 *
 * @param command shell command, run in the project folder; the server listens on {@code PORT}
 * @param variables environment variables in addition to those of all variants
 * @param writes true if the server writes accepted events to the channel {@code clicks}
 */
record ServerVariant(String name, String command, Map<String, String> variables, boolean writes) {
    static final String EDGE = "edge";
    static final String HTTP = "http";
    static final String NODE = "node";
    static final String NAIVE = "naive";
    /** Accepts no requests: see {@link ProducerBaseline}. */
    static final String LOG = "log";
}

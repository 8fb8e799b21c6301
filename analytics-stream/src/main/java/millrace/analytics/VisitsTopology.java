package millrace.analytics;

import static millrace.events.Channels.VISITS;

import millrace.events.ClickEvent.PageViewed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;

/**
 * Page views of one visitor with no more than a gap between them. They are in one partition already: nothing is moved.
 *
 * <pre>page views ─▶ join to visits ─▶ visits</pre>
 */
final class VisitsTopology {
    /** Start, source and visitor → {@link millrace.events.Visit}. */
    static final String STORE = "visits-store";

    private VisitsTopology() {}

    static void add(Topics topics, KStream<String, PageViewed> views, AnalyticsConfig config) {
        var visits = views.process(JoinVisits.supplier(config), Named.as("visits-join"));
        visits.process(() -> new LetGo<>(STORE, config.keep()), Named.as("visits-let-go"), STORE);
        visits.process(
                () -> new LetGo<>(JoinVisits.RECENT, config.keep()),
                Named.as("visits-recent-let-go"),
                JoinVisits.RECENT);
        topics.write(visits, VISITS, "write-visits");
    }
}

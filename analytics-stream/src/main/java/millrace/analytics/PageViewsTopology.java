package millrace.analytics;

import static millrace.events.Channels.PAGE_VIEWS;

import java.time.Duration;
import millrace.events.ClickEvent.PageViewed;
import millrace.events.PageViews;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * How often each page was viewed in each minute.
 *
 * <pre>page views ─▶ by minute and page ─▶ count ─▶ page-views-per-minute</pre>
 */
final class PageViewsTopology {
    /** Minute and page → views. */
    static final String STORE = "page-views-store";

    private PageViewsTopology() {}

    static void add(Topics topics, KStream<String, PageViewed> views, AnalyticsConfig config) {
        var counts = views.map(PageViewsTopology::byMinuteAndPage, Named.as("page-views-by-minute-and-page"))
                .groupByKey(Grouped.with("page-views", Serdes.String(), Serdes.Long()))
                .count(
                        Named.as("page-views-count"),
                        Materialized.<String, Long, KeyValueStore<Bytes, byte[]>>as(STORE)
                                .withKeySerde(Serdes.String())
                                .withValueSerde(Serdes.Long()))
                .toStream(Named.as("page-views-updates"))
                .filter((minuteAndPage, count) -> count != null, Named.as("page-views-not-let-go"));
        counts.process(() -> new LetGo<>(STORE, config.keep()), Named.as("page-views-let-go"), STORE);
        topics.write(
                counts.mapValues(PageViewsTopology::row, Named.as("page-views-rows")), PAGE_VIEWS, "write-page-views");
    }

    private static KeyValue<String, Long> byMinuteAndPage(String visitor, PageViewed view) {
        return KeyValue.pair(Window.key(Window.minute(view.timestamp()), view.path()), 1L);
    }

    static PageViews row(String minuteAndPage, long views) {
        var start = Window.start(minuteAndPage);
        return new PageViews(start, start.plus(Duration.ofMinutes(1)), Window.rest(minuteAndPage), views);
    }
}

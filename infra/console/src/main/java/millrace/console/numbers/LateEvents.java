package millrace.console.numbers;

import static java.time.temporal.ChronoUnit.MINUTES;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import millrace.console.view.Deployment;
import millrace.events.Channels;
import millrace.events.EventCameLate;

/** Late events: how many, by the minute that their source's watermark had reached when they came, and the last ones. */
final class LateEvents {
    private static final int MOST_MINUTES = 24 * 60;
    private static final int LAST = 8;

    private final SourceCounts<EventCameLate> counts;
    private final NavigableMap<Instant, Long> byMinute = new TreeMap<>();
    private final Deque<EventCameLate> last = new ArrayDeque<>();

    LateEvents(Deployment deployment) {
        counts = new SourceCounts<>(deployment, Channels.LATE_EVENTS, EventCameLate::source, this::add, this::clear);
    }

    SourceCounts<EventCameLate> counts() {
        return counts;
    }

    private synchronized void add(EventCameLate late) {
        if (late.timestamp() == null || late.clock() == null || late.lateBy() == null) {
            return; // Whoever may write to the channel can leave them out.
        }
        byMinute.merge(late.clock().truncatedTo(MINUTES), 1L, Long::sum);
        if (byMinute.size() > MOST_MINUTES) {
            byMinute.pollFirstEntry();
        }
        last.addFirst(late);
        if (last.size() > LAST) {
            last.removeLast();
        }
    }

    private synchronized void clear() {
        byMinute.clear();
        last.clear();
    }

    /** @param from first minute that is shown */
    Map<String, Object> value(Instant from) {
        counts.read();
        var value = new LinkedHashMap<String, Object>();
        value.put("total", counts.total());
        value.put("caughtUp", counts.isCaughtUp());
        synchronized (this) {
            value.put("minutes", minutes(from));
            value.put("last", last.stream().map(LateEvents::row).toList());
        }
        return value;
    }

    /** Pairs of seconds since 1970 and a number. */
    private List<List<Long>> minutes(Instant from) {
        return byMinute.tailMap(from, true).entrySet().stream()
                .map(minute -> List.of(minute.getKey().getEpochSecond(), minute.getValue()))
                .toList();
    }

    private static Map<String, Object> row(EventCameLate late) {
        var row = new LinkedHashMap<String, Object>();
        row.put("eventId", shortened(late.eventId()));
        row.put("channel", shortened(late.channel()));
        row.put("source", shortened(late.source()));
        row.put("timestamp", late.timestamp().toString());
        row.put("lateBySeconds", late.lateBy().toSeconds());
        return row;
    }

    private static String shortened(String text) {
        return text == null ? "" : text.length() > 80 ? text.substring(0, 80) + "…" : text;
    }
}

package millrace.audit.ledger;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import millrace.events.Catalogue;
import millrace.events.Counted.AnalyticsCounted;

/** Compares the counts of edge, channel, archive and analytics for each channel and minute. */
record LedgerBalance(
        LedgerQuery query, ChannelBook channels, EdgeBook edge, AnalyticsBook analytics, ArchiveBook archive) {
    /** One minute, and 20 s that its last records may take to be counted everywhere. */
    private static final Duration OVER_AFTER = Duration.ofSeconds(60 + 20);

    private static final String EDGE = "clickstream-ingest";
    private static final String ANALYTICS = "analytics-stream";

    List<LedgerLine> lines() {
        var channelMinutes = new HashSet<>(channels.channelMinutes());
        channelMinutes.addAll(edge.channelMinutes());
        channelMinutes.addAll(analytics.channelMinutes());
        channelMinutes.addAll(archive.channelMinutes());
        var names = query.names();
        return channelMinutes.stream()
                .filter(key -> names.contains(key.channel()) && query.holds(key.minute()))
                .sorted(Comparator.comparing(ChannelMinute::minute).thenComparing(key -> names.indexOf(key.channel())))
                .map(this::line)
                .toList();
    }

    private LedgerLine line(ChannelMinute key) {
        var channel = query.channel(key.channel()).orElseThrow();
        var minute = channels.minute(key);
        boolean written = channel.owner().equals(EDGE);
        boolean shared = written && channel.writers().size() > 1;
        boolean read = channel.readers().contains(ANALYTICS);
        var check = check(key, minute, channel);
        return new LedgerLine(
                key.channel(),
                key.minute(),
                written ? edge.acknowledged(key) : null,
                written ? edge.unsure(key) : null,
                shared ? minute.backOffice : null,
                channels.isCutOff(key) ? null : minute.records,
                archive.archived(key),
                read ? counted(key, minute) : null,
                read ? analytics.sum(key, AnalyticsCounted::late) : null,
                read ? analytics.sum(key, AnalyticsCounted::repeated) : null,
                read ? minute.dead : null,
                check.state(),
                check.why(),
                check.difference());
    }

    private LineCheck check(ChannelMinute key, ChannelBook.Minute minute, Catalogue.Entry channel) {
        if (query.askedAt().isBefore(key.minute().plus(OVER_AFTER))) {
            return LineCheck.open("the minute is not over, or has just ended");
        }
        if (channels.isCutOff(key)) {
            return LineCheck.unknown("retention has removed records from the channel");
        }
        return LineCheck.worst(
                channel.owner().equals(EDGE) ? atTheEdge(key, minute) : LineCheck.BALANCED,
                inTheArchive(key, minute),
                channel.readers().contains(ANALYTICS) ? inAnalytics(key, minute) : LineCheck.BALANCED);
    }

    private LineCheck atTheEdge(ChannelMinute key, ChannelBook.Minute minute) {
        var accepted = edge.acknowledged(key) + minute.backOffice;
        var lost = edge.lost(key.minute(), query.askedAt());
        var expected = edge.expected(key.minute(), query.askedAt());
        if (minute.records < accepted) {
            return LineCheck.unbalanced("accepted", accepted, "on the channel", minute.records);
        }
        if (!lost.isEmpty()) {
            return unknown(lost, accepted);
        }
        if (minute.records <= accepted + edge.unsure(key)) {
            return LineCheck.BALANCED;
        }
        return expected.map(LineCheck::open)
                .orElseGet(() -> LineCheck.unbalanced("accepted", accepted, "on the channel", minute.records));
    }

    private static LineCheck unknown(Set<String> lost, long atLeast) {
        return LineCheck.unknown("edge unknown: instance %s was not ended properly, at least %d accepted"
                .formatted(String.join(", ", lost), atLeast));
    }

    private LineCheck inTheArchive(ChannelMinute key, ChannelBook.Minute minute) {
        return agree(minute.records, "archived", archive.archived(key), archive.behind(key.channel(), minute.last));
    }

    private LineCheck inAnalytics(ChannelMinute key, ChannelBook.Minute minute) {
        var known = counted(key, minute)
                + analytics.sum(key, AnalyticsCounted::late)
                + analytics.sum(key, AnalyticsCounted::repeated)
                + minute.dead;
        return agree(minute.records, "in analytics", known, analytics.behind(key.channel(), minute.last));
    }

    private static LineCheck agree(long records, String where, long there, Optional<String> behind) {
        if (records == there) {
            return LineCheck.BALANCED;
        }
        return behind.filter(sentence -> there < records)
                .map(LineCheck::open)
                .orElseGet(() -> LineCheck.unbalanced("on the channel", records, where, there));
    }

    /** A record that failed after it was counted is a dead letter and is subtracted. */
    private long counted(ChannelMinute key, ChannelBook.Minute minute) {
        return analytics.sum(key, AnalyticsCounted::counted) - minute.deadAfterCounted;
    }
}

package millrace.audit.ledger;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import millrace.events.Catalogue;
import millrace.events.Counted.AnalyticsCounted;

/** Compares what everybody says of each channel and minute. */
record Balance(Question question, Log log, EdgeBook edge, AnalyticsBook analytics, ArchiveBook archive) {
    /** A minute, and the time that its last records may take to be everywhere. */
    private static final Duration OVER_AFTER = Duration.ofSeconds(60 + 20);

    private static final String EDGE = "clickstream-ingest";
    private static final String ANALYTICS = "analytics-stream";

    List<Line> lines() {
        var places = new HashSet<>(log.places());
        places.addAll(edge.places());
        places.addAll(analytics.places());
        places.addAll(archive.places());
        var names = question.names();
        return places.stream()
                .filter(place -> names.contains(place.channel()) && question.holds(place.minute()))
                .sorted(Comparator.comparing(Place::minute).thenComparing(place -> names.indexOf(place.channel())))
                .map(this::line)
                .toList();
    }

    private Line line(Place place) {
        var channel = question.channel(place.channel()).orElseThrow();
        var minute = log.minute(place);
        boolean written = channel.owner().equals(EDGE);
        boolean shared = written && channel.writers().size() > 1;
        boolean read = channel.readers().contains(ANALYTICS);
        var verdict = verdict(place, minute, channel);
        return new Line(
                place.channel(),
                place.minute(),
                written ? edge.acknowledged(place) : null,
                written ? edge.unsure(place) : null,
                shared ? minute.backOffice : null,
                log.isCutOff(place) ? null : minute.records,
                archive.archived(place),
                read ? counted(place, minute) : null,
                read ? analytics.sum(place, AnalyticsCounted::late) : null,
                read ? analytics.sum(place, AnalyticsCounted::repeated) : null,
                read ? minute.dead : null,
                verdict.state(),
                verdict.why(),
                verdict.difference());
    }

    private Verdict verdict(Place place, Log.Minute minute, Catalogue.Entry channel) {
        if (question.askedAt().isBefore(place.minute().plus(OVER_AFTER))) {
            return Verdict.open("the minute is not over, or has just ended");
        }
        if (log.isCutOff(place)) {
            return Verdict.unknown("retention has removed records from the channel");
        }
        return Verdict.worst(
                channel.owner().equals(EDGE) ? atTheEdge(place, minute) : Verdict.BALANCED,
                inTheArchive(place, minute),
                channel.readers().contains(ANALYTICS) ? inAnalytics(place, minute) : Verdict.BALANCED);
    }

    private Verdict atTheEdge(Place place, Log.Minute minute) {
        var accepted = edge.acknowledged(place) + minute.backOffice;
        var lost = edge.lost(place.minute(), question.askedAt());
        var expected = edge.expected(place.minute(), question.askedAt());
        if (minute.records < accepted) {
            return Verdict.unbalanced("accepted", accepted, "on the channel", minute.records);
        }
        if (!lost.isEmpty()) {
            return unknown(lost, accepted);
        }
        if (minute.records <= accepted + edge.unsure(place)) {
            return Verdict.BALANCED;
        }
        return expected.map(Verdict::open)
                .orElseGet(() -> Verdict.unbalanced("accepted", accepted, "on the channel", minute.records));
    }

    private static Verdict unknown(Set<String> lost, long atLeast) {
        return Verdict.unknown("edge unknown: instance %s was not ended properly, at least %d accepted"
                .formatted(String.join(", ", lost), atLeast));
    }

    private Verdict inTheArchive(Place place, Log.Minute minute) {
        return agree(minute.records, "archived", archive.archived(place), archive.behind(place.channel(), minute.last));
    }

    private Verdict inAnalytics(Place place, Log.Minute minute) {
        var known = counted(place, minute)
                + analytics.sum(place, AnalyticsCounted::late)
                + analytics.sum(place, AnalyticsCounted::repeated)
                + minute.dead;
        return agree(minute.records, "in analytics", known, analytics.behind(place.channel(), minute.last));
    }

    private static Verdict agree(long records, String where, long there, Optional<String> behind) {
        if (records == there) {
            return Verdict.BALANCED;
        }
        return behind.filter(sentence -> there < records)
                .map(Verdict::open)
                .orElseGet(() -> Verdict.unbalanced("on the channel", records, where, there));
    }

    /** What broke a step behind the judgement is a dead letter, and counted no more. */
    private long counted(Place place, Log.Minute minute) {
        return analytics.sum(place, AnalyticsCounted::counted) - minute.deadAfterAll;
    }
}

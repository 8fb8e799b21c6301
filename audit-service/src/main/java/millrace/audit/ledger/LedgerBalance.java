package millrace.audit.ledger;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import millrace.audit.ledger.LedgerBook.Participant;
import millrace.audit.ledger.LedgerLine.CountedBy;
import millrace.events.Counted;
import millrace.events.Counted.Role;

/** Compares the records on each channel and minute with the sum of all declared writers, and with each declared reader. */
record LedgerBalance(LedgerQuery query, ChannelCounts channels, LedgerBook book) {
    /** One minute, and 20 s that its last records may take to be counted everywhere. */
    private static final Duration OVER_AFTER = Duration.ofSeconds(60 + 20);

    List<LedgerLine> lines() {
        var channelMinutes = new HashSet<>(channels.channelMinutes());
        channelMinutes.addAll(book.channelMinutes());
        var names = query.names();
        return channelMinutes.stream()
                .sorted(Comparator.comparing(ChannelMinute::minute).thenComparing(key -> names.indexOf(key.channel())))
                .map(this::line)
                .filter(line -> line.state() != LineState.BALANCED || hasRecords(line))
                .toList();
    }

    private static boolean hasRecords(LedgerLine line) {
        return line.onChannel() == null
                || line.onChannel() > 0
                || line.counted().stream().anyMatch(counted -> counted.certain() + counted.unsure() > 0);
    }

    private LedgerLine line(ChannelMinute key) {
        var minute = channels.minute(key);
        var writers = book.declared(key.channel(), Role.WROTE);
        var readers = book.declared(key.channel(), Role.READ);
        var undeclared = book.undeclared(key);
        var counted = Stream.of(writers, readers, undeclared)
                .flatMap(List::stream)
                .map(participant -> counted(key, minute, participant, !undeclared.contains(participant)))
                .toList();
        var check = check(key, minute, counted);
        return new LedgerLine(
                key.channel(),
                key.minute(),
                channels.isCutOff(key) ? null : minute.records,
                counted,
                check.state(),
                check.why(),
                check.difference());
    }

    /** A record that failed after it was counted as applied is a dead letter. */
    private CountedBy counted(
            ChannelMinute key, ChannelCounts.Minute minute, Participant participant, boolean declared) {
        var counts = book.counts(key, participant);
        var dead = minute.dead(participant.name());
        if (participant.role() == Role.READ && dead.records() > 0) {
            counts.merge(Counted.DEAD_LETTERED, dead.records(), Long::sum);
            counts.merge(Counted.APPLIED, -dead.afterCounted(), Long::sum);
        }
        return new CountedBy(participant.name(), participant.role(), declared, counts);
    }

    private LineCheck check(ChannelMinute key, ChannelCounts.Minute minute, List<CountedBy> counted) {
        if (query.askedAt().isBefore(key.minute().plus(OVER_AFTER))) {
            return LineCheck.open("the minute is not over, or has just ended");
        }
        if (channels.isCutOff(key)) {
            return LineCheck.unknown("retention has removed records from the channel");
        }
        var writers = declared(counted, Role.WROTE);
        var readers = declared(counted, Role.READ).stream().map(reader -> readBy(reader, key, minute));
        return LineCheck.worst(Stream.concat(
                Stream.of(writers.isEmpty() ? LineCheck.BALANCED : written(writers, key, minute)), readers));
    }

    private static List<CountedBy> declared(List<CountedBy> counted, Role role) {
        return counted.stream()
                .filter(each -> each.declared() && each.role() == role)
                .toList();
    }

    private LineCheck written(List<CountedBy> writers, ChannelMinute key, ChannelCounts.Minute minute) {
        var certain = writers.stream().mapToLong(CountedBy::certain).sum();
        var unsure = writers.stream().mapToLong(CountedBy::unsure).sum();
        var participants = book.declared(key.channel(), Role.WROTE);
        var unknown = participants.stream().flatMap(writer -> book.unknown(key.minute(), writer).stream());
        if (minute.records < certain) {
            return LineCheck.unbalanced("written", certain, "on the channel", minute.records);
        }
        return unknown.findFirst()
                .map(sentence -> LineCheck.unknown(sentence + ", at least %d written".formatted(certain)))
                .or(() -> minute.records <= certain + unsure ? Optional.of(LineCheck.BALANCED) : Optional.empty())
                .or(() -> participants.stream()
                        .flatMap(writer -> book.expected(key.minute(), writer).stream())
                        .findFirst()
                        .map(LineCheck::open))
                .orElseGet(() -> LineCheck.unbalanced("written", certain, "on the channel", minute.records));
    }

    private LineCheck readBy(CountedBy reader, ChannelMinute key, ChannelCounts.Minute minute) {
        var participant = new Participant(reader.by(), Role.READ);
        var there = reader.certain();
        if (minute.records == there) {
            return LineCheck.BALANCED;
        }
        return book.unknown(key.minute(), participant)
                .map(LineCheck::unknown)
                .or(() -> book.behind(key.channel(), participant, minute.last)
                        .or(() -> book.expected(key.minute(), participant))
                        .filter(sentence -> there < minute.records)
                        .map(LineCheck::open))
                .orElseGet(
                        () -> LineCheck.unbalanced("on the channel", minute.records, "read by " + reader.by(), there));
    }

    /**
     * The comparison of two columns of a line.
     *
     * @param why a sentence if they differ, else {@code null}
     * @param difference second column minus the first; 0 unless unbalanced
     */
    private record LineCheck(LineState state, String why, long difference) {
        static final LineCheck BALANCED = new LineCheck(LineState.BALANCED, null, 0);

        static LineCheck open(String why) {
            return new LineCheck(LineState.OPEN, why, 0);
        }

        static LineCheck unknown(String why) {
            return new LineCheck(LineState.UNKNOWN, why, 0);
        }

        static LineCheck unbalanced(String left, long leftCount, String right, long rightCount) {
            var difference = rightCount - leftCount;
            var why = "%d %s, %d %s: %d %s"
                    .formatted(
                            leftCount,
                            left,
                            rightCount,
                            right,
                            Math.abs(difference),
                            difference < 0 ? "missing" : "too many");
            return new LineCheck(LineState.UNBALANCED, why, difference);
        }

        /** The first check with the worst state. */
        static LineCheck worst(Stream<LineCheck> checks) {
            return checks.max(Comparator.comparing(LineCheck::state)).orElseThrow();
        }
    }
}

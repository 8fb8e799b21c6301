package millrace.audit.ledger;

import static java.util.stream.Collectors.joining;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import millrace.events.Catalogue;
import millrace.events.Counted;
import millrace.events.Counted.Role;
import millrace.events.GenerationNames;

/**
 * The totals of every writer and reader of the channels of a ledger. A name that the catalogue does not declare for the
 * channel and role is undeclared: its totals are in the book, up to a number of names and totals, and are compared with
 * nothing. Of a reader the live generation counts alone, because each generation reads all records again.
 *
 * <p>A total by a name with a process's id ends with the process: where that is silent without a last report, it was
 * killed, and its counts of that time are unknown. A total by a name alone outlives its processes, and is behind until
 * the next one reports.
 */
final class LedgerBook {
    /** Limit for the totals of declared names: some 60 MB. A day of all channels has some 40,000. */
    static final int MOST_TOTALS = 200_000;

    static final int MOST_REPORTS = 20_000;
    static final int MOST_UNDECLARED_NAMES = 20;
    static final int MOST_UNDECLARED_TOTALS = 20_000;

    private static final Duration MINUTE = Duration.ofMinutes(1);
    /** A process is silent after six missing reports. */
    private static final Duration SILENT = Duration.ofSeconds(30);
    /** Longest time from the timestamp of a record to the report of a total that contains it. */
    private static final Duration ON_ITS_WAY = Duration.ofSeconds(15);

    private static final int MOST_COUNTS = 16;
    /** Above it sums could overflow. */
    private static final long MOST = 1L << 50;

    private static final Pattern BY =
            Pattern.compile("([A-Za-z0-9._-]{1,64}?)(" + GenerationNames.SUFFIX + ")?(?:/([A-Za-z0-9._-]{1,64}))?");
    private static final Pattern DISPOSITION = Pattern.compile("[a-z-]{1,32}");

    private final LedgerQuery query;
    private final LiveGenerations live;
    private final Map<String, Catalogue.Counting> declared = new HashMap<>();
    private final Map<ChannelMinute, Map<Participant, Map<String, Counted>>> totals = new HashMap<>();
    private final Map<PartitionReader, Long> nextOffsets = new HashMap<>();
    private final Map<String, Report> reports = new HashMap<>();
    private final Set<String> undeclaredNames = new HashSet<>();
    private final Set<String> notes = new HashSet<>();
    private int declaredTotals;
    private int undeclaredTotals;
    private int invalid;

    LedgerBook(LedgerQuery query, LiveGenerations live) {
        this.query = query;
        this.live = live;
        query.channels().forEach(channel -> declared.put(channel.name(), Catalogue.counting(channel)));
    }

    /** A name in a role; of a generation that writes, without its suffix. */
    record Participant(String name, Role role) {}

    private record PartitionReader(String name, String channel, int partition) {}

    /** @param instance id of the process; empty where the totals outlive it */
    private record Report(Participant participant, Optional<String> instance, Instant upTo, boolean ended) {}

    /**
     * Adds a record of the channel {@code ledger}; the last one of a key counts. Leaves out what is not about the
     * channels and minutes of the ledger, or is invalid.
     *
     * @throws QueryTooLarge if the totals of declared names exceed their limit
     */
    void add(Counted counted) {
        var by = counted.by() == null ? null : BY.matcher(counted.by());
        if (by == null || !by.matches() || counted.role() == null || !isValid(counted)) {
            addInvalid();
            return;
        }
        var suffix = by.group(2) == null ? "" : by.group(2);
        var isLive = suffix.equals(live.suffix(by.group(1)));
        if (counted.role() == Role.READ && !isLive) {
            return;
        }
        var participant = new Participant(by.group(1), counted.role());
        if (counted.isReport()) {
            addReport(counted, participant, isLive ? by.group(3) : counted.by());
        } else if (declared.containsKey(counted.channel())) {
            addTotal(counted, participant);
        }
    }

    /** Adds a record that could not be decoded. */
    void addInvalid() {
        invalid++;
    }

    Collection<ChannelMinute> channelMinutes() {
        return totals.keySet();
    }

    /** Sentences about records that are left out. */
    List<String> notes() {
        var all = new ArrayList<>(notes);
        if (invalid > 0) {
            all.add("%d records on the channel ledger are no valid counts, and are left out.".formatted(invalid));
        }
        return all;
    }

    /** The declared names of a role, in the catalogue's sequence. */
    List<Participant> declared(String channel, Role role) {
        return names(channel, role).stream()
                .map(name -> new Participant(name, role))
                .toList();
    }

    /** The other names that have counted. */
    List<Participant> undeclared(ChannelMinute key) {
        return totals.getOrDefault(key, Map.of()).keySet().stream()
                .filter(participant -> !isDeclared(key.channel(), participant))
                .sorted(Comparator.comparing(Participant::name).thenComparing(Participant::role))
                .toList();
    }

    /** Sums of the participant's totals by disposition. */
    Map<String, Long> counts(ChannelMinute key, Participant participant) {
        var sums = new TreeMap<String, Long>();
        totals.getOrDefault(key, Map.of()).getOrDefault(participant, Map.of()).values().stream()
                .flatMap(counted -> counted.counts().entrySet().stream())
                .forEach(count -> sums.merge(count.getKey(), count.getValue(), Long::sum));
        return sums;
    }

    /**
     * A sentence about a process that was killed before its report of the minute was complete; empty if there is none.
     */
    Optional<String> unknown(Instant minute, Participant participant) {
        var lost = reports(participant)
                .filter(report -> isLost(report, minute))
                .map(report -> report.instance().orElseThrow())
                .sorted()
                .collect(joining(", "));
        return lost.isEmpty()
                ? Optional.empty()
                : Optional.of("%s unknown: instance %s was not ended properly".formatted(participant.name(), lost));
    }

    /** A sentence about a report of the minute that is still to come; empty if there is none. */
    Optional<String> expected(Instant minute, Participant participant) {
        var complete = minute.plus(MINUTE).plus(ON_ITS_WAY);
        return reports(participant)
                .filter(report -> !report.ended() && report.upTo().isBefore(complete))
                .filter(report -> report.instance().isEmpty() || !isSilent(report))
                .map(report -> "%s has reported up to %s"
                        .formatted(
                                participant.name()
                                        + report.instance().map("/"::concat).orElse(""),
                                report.upTo()))
                .findFirst();
    }

    /** A sentence about a partition that the reader has not read up to these offsets; empty if there is none. */
    Optional<String> behind(String channel, Participant reader, Map<Integer, Long> last) {
        return last.entrySet().stream()
                .filter(offset ->
                        nextOffsets.getOrDefault(new PartitionReader(reader.name(), channel, offset.getKey()), 0L)
                                <= offset.getValue())
                .map(offset -> "%s has not reported %s-%d up to offset %d"
                        .formatted(reader.name(), channel, offset.getKey(), offset.getValue()))
                .findFirst();
    }

    private void addReport(Counted report, Participant participant, String instance) {
        var isExpected = query.channels().stream().anyMatch(channel -> isDeclared(channel.name(), participant));
        if (isExpected) {
            reports.put(
                    report.key(),
                    new Report(
                            participant,
                            Optional.ofNullable(instance),
                            report.upTo(),
                            Boolean.TRUE.equals(report.ended())));
            if (reports.size() > MOST_REPORTS) {
                throw tooLarge(MOST_REPORTS, "reports");
            }
        }
    }

    private void addTotal(Counted counted, Participant participant) {
        var isDeclared = isDeclared(counted.channel(), participant);
        if (isDeclared && counted.nextOffset() != null && counted.partition() != null) {
            nextOffsets.merge(
                    new PartitionReader(participant.name(), counted.channel(), counted.partition()),
                    counted.nextOffset(),
                    Math::max);
        }
        if (query.holds(counted.minute()) && (isDeclared || isWithinLimits(participant.name()))) {
            var before = totals.computeIfAbsent(
                            new ChannelMinute(counted.channel(), counted.minute()), added -> new HashMap<>())
                    .computeIfAbsent(participant, added -> new HashMap<>())
                    .put(counted.key(), counted);
            declaredTotals += isDeclared && before == null ? 1 : 0;
            undeclaredTotals += isDeclared || before != null ? 0 : 1;
        }
        if (declaredTotals > MOST_TOTALS || nextOffsets.size() > MOST_TOTALS) {
            throw tooLarge(MOST_TOTALS, "totals");
        }
    }

    private boolean isWithinLimits(String undeclared) {
        if (undeclaredNames.size() >= MOST_UNDECLARED_NAMES && !undeclaredNames.contains(undeclared)) {
            notes.add("More than %d names that the catalogue does not declare have counted: the others are left out."
                    .formatted(MOST_UNDECLARED_NAMES));
            return false;
        }
        if (undeclaredTotals >= MOST_UNDECLARED_TOTALS) {
            notes.add("Names that the catalogue does not declare have more than %d totals: the others are left out."
                    .formatted(MOST_UNDECLARED_TOTALS));
            return false;
        }
        undeclaredNames.add(undeclared);
        return true;
    }

    private QueryTooLarge tooLarge(int most, String what) {
        return new QueryTooLarge("The channel ledger has more than %d %s from %s to %s: ask for a shorter time."
                .formatted(most, what, query.from(), query.to()));
    }

    private boolean isDeclared(String channel, Participant participant) {
        return names(channel, participant.role()).contains(participant.name());
    }

    private List<String> names(String channel, Role role) {
        var counting = declared.get(channel);
        return role == Role.WROTE ? counting.writers() : counting.readers();
    }

    private static boolean isValid(Counted counted) {
        if (counted.isReport()) {
            return counted.upTo() != null;
        }
        return counted.minute() != null
                && LedgerQuery.minute(counted.minute()).equals(counted.minute())
                && counted.counts().size() <= MOST_COUNTS
                && counted.counts().entrySet().stream().allMatch(LedgerBook::isValid);
    }

    private static boolean isValid(Map.Entry<String, Long> count) {
        return DISPOSITION.matcher(count.getKey()).matches()
                && count.getValue() != null
                && count.getValue() >= 0
                && count.getValue() <= MOST;
    }

    private Stream<Report> reports(Participant participant) {
        return reports.values().stream().filter(report -> report.participant().equals(participant));
    }

    private boolean isLost(Report report, Instant minute) {
        var from = LedgerQuery.minute(report.upTo().minus(ON_ITS_WAY));
        var to = report.upTo().plus(SILENT);
        return report.instance().isPresent()
                && !report.ended()
                && isSilent(report)
                && !minute.isBefore(from)
                && minute.isBefore(to);
    }

    private boolean isSilent(Report report) {
        return report.upTo().isBefore(query.askedAt().minus(SILENT));
    }
}

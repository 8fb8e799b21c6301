package millrace.console.numbers;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Marks of the processes of a local deployment: when one crashed, stopped, was up again, was paused or slowed. While it is
 * asked, it compares the answers of the control API. For the time before, and for what came and went between two answers,
 * it reads the ends of the logs, where {@code bin/up} writes the states of the application's processes.
 */
final class FaultMarks {
    private static final Duration KEPT = LiveMinutes.WINDOW.plusMinutes(1);
    private static final Duration SEEN_WITHIN = Duration.ofSeconds(15);
    private static final int MOST = 60;
    private static final int LOG_END = 512 * 1024;
    private static final Pattern STATE_LINE =
            Pattern.compile("(?m)^(\\S{20,40}) heroku\\[([a-z0-9.-]{1,60})]: State changed from \\w+ to (\\w+)$");

    private final Map<String, Observed> seen = new HashMap<>();
    private final List<Mark> marks = new ArrayList<>();
    private Instant lastSeen = Instant.MIN;

    /**
     * A mark.
     *
     * @param at seconds since 1970
     * @param bad true for a fault, false for its end
     */
    record Mark(long at, String process, String what, boolean bad) {}

    private record Observed(String state, String since, boolean paused, int percent) {
        static Observed of(JsonNode process) {
            return new Observed(
                    process.path("state").asText(),
                    process.path("since").asText(),
                    process.path("paused").asBoolean(),
                    process.path("percent").asInt(100));
        }
    }

    /**
     * Takes what the control API says now.
     *
     * @param logs folder of the logs
     */
    synchronized List<Mark> observe(JsonNode processes, Path logs, Instant now) {
        if (now.isAfter(lastSeen.equals(Instant.MIN) ? Instant.EPOCH : lastSeen.plus(SEEN_WITHIN))) {
            catchUp(processes, logs, now);
        }
        processes.forEach(process -> compare(process.path("name").asText(), Observed.of(process), logs, now));
        lastSeen = now;
        marks.removeIf(mark -> mark.at() < now.minus(KEPT).getEpochSecond());
        marks.sort(Comparator.comparingLong(Mark::at));
        if (marks.size() > MOST) {
            marks.subList(0, marks.size() - MOST).clear();
        }
        return List.copyOf(marks);
    }

    private void compare(String name, Observed now, Path logs, Instant at) {
        var before = seen.put(name, now);
        if (before == null || before.equals(now)) {
            return;
        }
        if (!before.since().equals(now.since())) {
            changed(name, before, now, logs);
        }
        if (before.paused() != now.paused()) {
            add(name, now.paused() ? "paused" : "resumed", at);
        }
        if (before.percent() != now.percent()) {
            add(name, now.percent() == 100 ? "at full speed" : "slowed to " + now.percent() + " %", at);
        }
    }

    private void changed(String name, Observed before, Observed now, Path logs) {
        var from = Instant.parse(before.since()).getEpochSecond();
        var logged =
                logged(name, logs).stream().filter(mark -> mark.at() > from).toList();
        logged.forEach(this::add);
        if (!before.state().equals(now.state())) {
            add(name, now.state(), Instant.parse(now.since()));
        } else if (logged.isEmpty() && now.state().equals("up")) {
            add(name, "restarted", Instant.parse(now.since()));
        }
    }

    /** Reads the logs, after a time in which no page was open. */
    private void catchUp(JsonNode processes, Path logs, Instant now) {
        seen.clear();
        for (var process : processes) {
            var name = process.path("name").asText();
            var since = Instant.parse(process.path("since").asText());
            var lines = logged(name, logs);
            lines.forEach(this::add);
            if (lines.isEmpty() && since.isAfter(now.minus(KEPT))) {
                add(name, process.path("state").asText(), since);
            }
        }
    }

    private static List<Mark> logged(String name, Path logs) {
        var lines = new ArrayList<Mark>();
        if (name.matches("[a-z0-9.-]{1,60}")) {
            lines.addAll(states(logs.resolve(name + ".previous.log")));
            lines.addAll(states(logs.resolve(name + ".log")));
        }
        return lines;
    }

    /** State changes at the end of a log; none where there is no log. */
    private static List<Mark> states(Path log) {
        if (!Files.isRegularFile(log)) {
            return List.of();
        }
        try (var file = new RandomAccessFile(log.toFile(), "r")) {
            var end = new byte[(int) Math.min(LOG_END, file.length())];
            file.seek(file.length() - end.length);
            file.readFully(end);
            var states = new ArrayList<Mark>();
            var lines = STATE_LINE.matcher(new String(end, StandardCharsets.UTF_8));
            while (lines.find()) {
                states.add(mark(
                        lines.group(2),
                        lines.group(3),
                        OffsetDateTime.parse(lines.group(1)).toInstant()));
            }
            return states;
        } catch (IOException | DateTimeException e) {
            return List.of(); // Replaced meanwhile, or cut in a line: there are marks from now on.
        }
    }

    private void add(String process, String what, Instant at) {
        add(mark(process, what, at));
    }

    /** A start is no mark of its own: it ends with being up, or crashed. */
    private void add(Mark mark) {
        var known = marks.stream()
                .anyMatch(other -> other.process().equals(mark.process())
                        && other.what().equals(mark.what())
                        && Math.abs(other.at() - mark.at()) <= 1);
        if (!known && !mark.what().equals("starting")) {
            marks.add(mark);
        }
    }

    private static Mark mark(String process, String what, Instant at) {
        var good = List.of("up", "resumed", "restarted", "starting", "at full speed")
                .contains(what);
        return new Mark(at.getEpochSecond(), process, what, !good);
    }
}

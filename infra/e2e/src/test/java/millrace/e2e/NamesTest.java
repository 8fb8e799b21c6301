package millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks the names in all Java sources of the project: a type name is unambiguous, and retired names do not return. */
class NamesTest {
    /** Every module and tool of the project may have one of each. */
    private static final Set<String> REPEATABLE = Set.of("Main", "package-info");

    /** Packages that are still to be redesigned: retired names may be declared there, and used where they are imported. */
    private static final Set<String> STILL_TO_REDESIGN = Set.of(
            "millrace.analytics.stream",
            "millrace.analytics.tally",
            "millrace.analytics.visit",
            "millrace.audit.chain",
            "millrace.audit.verify",
            "millrace.audit.seal");

    private static final Set<String> NOT_SOURCES = Set.of("target", "node_modules", ".git", ".millrace");

    /** Each retired name with the name that replaces it. */
    private static final Map<String, String> RETIRED = Stream.of(
                    "OrderBook TransactionProcessor",
                    "Arrival InboundRecord",
                    "Reading Decoded",
                    "Legible Decoded.Valid",
                    "Illegible Decoded.Invalid",
                    "Question Decision",
                    "Verdict OrderEventFactory",
                    "StateAfter NextState",
                    "bury deadLetter",
                    "OrderSent ShipmentReported",
                    "OrderArrived DeliveryReported",
                    "Ring WakeUp",
                    "LateSends ZombieSendRepair",
                    "mend republishLatest",
                    "Restating StateRepublisher",
                    "outlast retryUntilAvailable",
                    "Wish RequestToEvent",
                    "Timely LatenessAndDuplicateFilter",
                    "Judgement Disposition",
                    "Clocks SourceWatermarks",
                    "withSilence withIdleness",
                    "Seen DeduplicationStore",
                    "LetGo StateTtl",
                    "Reckoning LedgerCounter",
                    "Tally TwoPhaseAggregate",
                    "Parts PartialAggregator",
                    "Part Partial",
                    "Totals FinalAggregator",
                    "Sum Aggregate",
                    "untold dirty",
                    "someones distinctSketch",
                    "Deed VisitorActivity",
                    "Told VisitUpdate",
                    "Stay Visit",
                    "Led Attribution",
                    "Outcome VisitorProjection",
                    "Due SessionTimers",
                    "Memory VisitorStore",
                    "FollowVisitors Sessionizer",
                    "InTime BoundedShutdown",
                    "Restarts StreamThreadFailurePolicy",
                    "Keeping ArchiveWriter",
                    "Stretch PartitionBatch",
                    "Beginnings StartPositions",
                    "reborn startNewIncarnation",
                    "Break Discontinuity",
                    "Condition ReadinessAlarms",
                    "Pulse BrokerLiveness",
                    "Sealing FieldEncryption",
                    "Seal FieldEncryption",
                    "Forgetting Erasure",
                    "Desk ReplayContext",
                    "Site PlatformConnection",
                    "Book GenerationLog",
                    "StopWish ShutdownSignal",
                    "Subject ConsumerCommand",
                    "Fold CompactedView",
                    "Watch RecheckLoop",
                    "Yielding LagThrottle",
                    "Lack MissingResource",
                    "Log EventPublisher",
                    "Recent DuplicateFilter",
                    "Callers Authenticator",
                    "Form JsonFields",
                    "Refusal ProblemException",
                    "Outcomes EventMetrics",
                    "Home DataDirectory",
                    "Child ManagedProcess",
                    "Remembered PersistentValues",
                    "Supervised SupervisedProcess",
                    "Mill RunningSystem",
                    "Foretold ExpectedAnswers",
                    "Kept SelfRestartingProcess",
                    "Leaving AbandoningShoppers",
                    "AtRisk UncommittedEvents",
                    "Stories OrderScenarios")
            .map(names -> names.split(" "))
            .collect(Collectors.toMap(names -> names[0], names -> names[1]));

    /** A name after a dot is declared elsewhere, and found there. */
    private static final Pattern RETIRED_NAME =
            Pattern.compile("(?<![\\w.])(" + String.join("|", RETIRED.keySet()) + ")\\b");

    private static final Pattern PACKAGE = Pattern.compile("^package ([\\w.]+);", Pattern.MULTILINE);
    private static final Pattern IMPORT = Pattern.compile("^import (?:static )?([\\w.]+)\\.(\\w+);", Pattern.MULTILINE);

    /** The formatter writes the declaration of a top-level type, and of no other, without an indent. */
    private static final Pattern TOP_LEVEL_TYPE = Pattern.compile(
            "^(?:(?:public|final|abstract|sealed|non-sealed|strictfp) )*(?:class|interface|@interface|record|enum) (\\w+)",
            Pattern.MULTILINE);

    private static final Pattern COMMENT_OR_LITERAL = Pattern.compile(
            "/\\*[\\s\\S]*?\\*/|//.*|\"\"\"[\\s\\S]*?\"\"\"|\"(?:[^\"\\\\\n]++|\\\\.)*+\"|'(?:[^'\\\\\n]|\\\\.)+?'");

    /**
     * A Java file.
     *
     * @param code with comments and literals blanked, on the same lines
     */
    private record Source(Path file, String code) {
        String packageName() {
            var name = PACKAGE.matcher(code);
            return name.find() ? name.group(1) : "";
        }

        /** Retired names that the file imports: from another project, or from a package that is to be redesigned. */
        Set<String> imported() {
            return IMPORT.matcher(code)
                    .results()
                    .filter(name -> !name.group(1).startsWith("millrace.")
                            || STILL_TO_REDESIGN.stream().anyMatch(name.group(1)::startsWith))
                    .map(name -> name.group(2))
                    .collect(Collectors.toSet());
        }

        String place(int index) {
            return file + ":" + (1 + code.substring(0, index).lines().count() - (atLineStart(index) ? 0 : 1));
        }

        private boolean atLineStart(int index) {
            return index == 0 || code.charAt(index - 1) == '\n';
        }
    }

    @Test
    void a_simple_top_level_type_name_occurs_once() throws IOException {
        var files = new TreeMap<String, List<String>>();
        for (var source : sources()) {
            TOP_LEVEL_TYPE
                    .matcher(source.code())
                    .results()
                    .map(type -> type.group(1))
                    .filter(type -> !REPEATABLE.contains(type))
                    .forEach(type -> files.computeIfAbsent(type, name -> new ArrayList<>())
                            .add(source.file().toString()));
        }
        assertThat(files).hasSizeGreaterThan(500);

        files.values().removeIf(places -> places.size() == 1);
        assertNone(
                files.size() + " type names occur more than once",
                files.entrySet().stream()
                        .map(name -> name.getKey() + ": " + String.join(", ", name.getValue()))
                        .toList());
    }

    @Test
    void a_retired_name_does_not_return() throws IOException {
        var places = new ArrayList<String>();
        for (var source : sources()) {
            var imported = source.imported();
            if (!STILL_TO_REDESIGN.contains(source.packageName())) {
                RETIRED_NAME
                        .matcher(source.code())
                        .results()
                        .filter(name -> !imported.contains(name.group()))
                        .map(name -> source.place(name.start()) + ": " + name.group() + " is retired, now "
                                + RETIRED.get(name.group()))
                        .distinct()
                        .forEach(places::add);
            }
        }

        assertNone("Retired names occur at " + places.size() + " places", places);
    }

    private static void assertNone(String finding, List<String> places) {
        assertThat(places)
                .withFailMessage(() -> finding + ":\n" + String.join("\n", places))
                .isEmpty();
    }

    private static List<Source> sources() throws IOException {
        var sources = new ArrayList<Source>();
        try (var files = Files.walk(RunningSystem.ROOT)) {
            files.filter(file -> file.toString().endsWith(".java"))
                    .map(RunningSystem.ROOT::relativize)
                    .filter(file -> Stream.of(file.toString().split("/")).noneMatch(NOT_SOURCES::contains))
                    .sorted()
                    .forEach(file -> sources.add(new Source(file, code(RunningSystem.ROOT.resolve(file)))));
        }
        return sources;
    }

    private static String code(Path file) {
        try {
            return COMMENT_OR_LITERAL
                    .matcher(Files.readString(file))
                    .replaceAll(found -> "\n".repeat((int)
                            found.group().chars().filter(c -> c == '\n').count()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

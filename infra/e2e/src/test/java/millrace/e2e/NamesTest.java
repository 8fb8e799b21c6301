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
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Checks the names in all Java sources of the project: a type name is unambiguous, no retired name is used, and documents
 * name existing types only.
 */
class NamesTest {
    /** Every module and tool of the project may have one of each. */
    private static final Set<String> REPEATABLE = Set.of("Main", "package-info");

    // fork: self
    /** Packages that are still to be redesigned: retired names may be declared there, and used where they are imported. */
    private static final Set<String> STILL_TO_REDESIGN = Set.of("millrace.audit.seal");
    // fork: end

    private static final Set<String> NOT_SOURCES = Set.of("target", "node_modules", ".git", ".millrace");

    // fork: self
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
                    "Stay Session",
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
                    "Watch ChannelComparison",
                    "Yielding RateLimit",
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
    // fork: end

    private static final Pattern PACKAGE = Pattern.compile("^package ([\\w.]+);", Pattern.MULTILINE);
    private static final Pattern IMPORT = Pattern.compile("^import (?:static )?([\\w.]+)\\.(\\w+);", Pattern.MULTILINE);

    /** The formatter writes the declaration of a top-level type, and of no other, without an indent. */
    private static final Pattern TOP_LEVEL_TYPE = Pattern.compile(
            "^(?:(?:public|final|abstract|sealed|non-sealed|strictfp) )*(?:class|interface|@interface|record|enum) (\\w+)",
            Pattern.MULTILINE);

    private static final Pattern COMMENT_OR_LITERAL = Pattern.compile(
            "/\\*[\\s\\S]*?\\*/|//.*|\"\"\"[\\s\\S]*?\"\"\"|\"(?:[^\"\\\\\n]++|\\\\.)*+\"|'(?:[^'\\\\\n]|\\\\.)+?'");

    /** Names in documents that are no types of the project. */
    private static final Set<String> NOT_OURS = Set.of(
            "ConsumerPerformance", // Kafka
            "HttpAuthenticationMechanism", // Quarkus
            "Location", // a header of HTTP
            "ProducerPerformance", // Kafka
            "ServiceLoader"); // JDK

    private static final Pattern TYPE = Pattern.compile("\\b(?:class|interface|record|enum) ([A-Z]\\w*)");
    private static final Pattern FENCED_BLOCK = Pattern.compile("^```[\\s\\S]*?^```", Pattern.MULTILINE);

    /** A type, and a nested type or a member of it, as the whole of an inline code. */
    private static final Pattern NAMED_TYPE =
            Pattern.compile("`([A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*)((?:\\.\\w+)*)(?:\\(\\))?`");

    /**
     * A Java file, or a document.
     *
     * @param code with comments and literals blanked, on the same lines; of a document the text without fenced blocks
     */
    private record Source(Path file, String code) {
        String packageName() {
            var name = PACKAGE.matcher(code);
            return name.find() ? name.group(1) : "";
        }

        // fork: self
        /** Retired names that the file imports: from another project, or from a package that is to be redesigned. */
        Set<String> imported() {
            return IMPORT.matcher(code)
                    .results()
                    .filter(name -> !name.group(1).startsWith("millrace.")
                            || STILL_TO_REDESIGN.stream().anyMatch(name.group(1)::startsWith))
                    .map(name -> name.group(2))
                    .collect(Collectors.toSet());
        }
        // fork: end

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
        assertThat(files).hasSizeGreaterThan(400);

        files.values().removeIf(places -> places.size() == 1);
        assertNone(
                files.size() + " type names occur more than once",
                files.entrySet().stream()
                        .map(name -> name.getKey() + ": " + String.join(", ", name.getValue()))
                        .toList());
    }

    // fork: self
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
    // fork: end

    @Test
    void every_type_that_a_document_names_exists() throws IOException {
        var codeByType = codeByType();
        var named = 0;
        var places = new ArrayList<String>();
        for (var file : files(".md")) {
            var document = new Source(file, without(FENCED_BLOCK, text(file)));
            for (var name : NAMED_TYPE.matcher(document.code()).results().toList()) {
                named++;
                if (!NOT_OURS.contains(name.group(1)) && !exists(name, codeByType)) {
                    places.add(document.place(name.start()) + ": " + name.group() + " does not exist");
                }
            }
        }
        assertThat(named).isGreaterThan(100);

        assertNone("Documents name types at " + places.size() + " places that do not exist", places);
    }

    /** Returns true where a source declares the type and has each member. A lower-case member of a test is a method. */
    private static boolean exists(MatchResult name, Map<String, List<String>> codeByType) {
        var type = name.group(1);
        return codeByType.getOrDefault(type, List.of()).stream()
                .anyMatch(code -> Stream.of(name.group(2).split("\\."))
                        .filter(member -> !member.isEmpty())
                        .allMatch(member -> has(code, type, member)));
    }

    private static boolean has(String code, String type, String member) {
        var method = type.endsWith("Test") && Character.isLowerCase(member.charAt(0));
        return Pattern.compile(method ? "\\bvoid " + member + "\\(" : "\\b" + member + "\\b")
                .matcher(code)
                .find();
    }

    /** Returns the code of each file that declares a type, by its simple name, nested types included. */
    private static Map<String, List<String>> codeByType() throws IOException {
        var codeByType = new TreeMap<String, List<String>>();
        for (var source : sources()) {
            TYPE.matcher(source.code())
                    .results()
                    .forEach(type -> codeByType
                            .computeIfAbsent(type.group(1), name -> new ArrayList<>())
                            .add(source.code()));
        }
        return codeByType;
    }

    private static void assertNone(String finding, List<String> places) {
        assertThat(places)
                .withFailMessage(() -> finding + ":\n" + String.join("\n", places))
                .isEmpty();
    }

    private static List<Source> sources() throws IOException {
        return files(".java").stream()
                .map(file -> new Source(file, without(COMMENT_OR_LITERAL, text(file))))
                .toList();
    }

    /** Returns the files of the project whose names end so, relative to its root. */
    private static List<Path> files(String end) throws IOException {
        try (var files = Files.walk(RunningSystem.ROOT)) {
            return files.filter(file -> file.toString().endsWith(end))
                    .map(RunningSystem.ROOT::relativize)
                    .filter(file -> Stream.of(file.toString().split("/")).noneMatch(NOT_SOURCES::contains))
                    .sorted()
                    .toList();
        }
    }

    /** Returns the text with line ends alone in place of each match, so that lines keep their numbers. */
    private static String without(Pattern pattern, String text) {
        return pattern.matcher(text)
                .replaceAll(found -> "\n".repeat((int)
                        found.group().chars().filter(c -> c == '\n').count()));
    }

    private static String text(Path file) {
        try {
            return Files.readString(RunningSystem.ROOT.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import millrace.events.Channels;
import millrace.events.ClickEvent.PageViewed;
import millrace.events.CloudEvents;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The programs in {@code docs/examples}, which no service knows, read the whole history by the commands of their page.
 */
@ExtendWith(SharedSystem.class)
@Tag("platform")
@Tag("embedded")
@Tag("long")
class UnknownConsumerTest {
    private static final Path EXAMPLES = RunningSystem.ROOT.resolve("docs/examples");
    private static final Pattern PARTITION = Pattern.compile("clicks (\\d+): (\\d+) records before offset (\\d+)");
    private static final String VARS = "eval \"$(bin/vars)\"";

    @BeforeAll
    static void feed(RunningSystem system) throws IOException, InterruptedException {
        system.run("bin/feed", "shoppers", "--rate", "200", "--for", "3s", "--seed", "31");
    }

    @Test
    void one_in_java_reads_the_whole_history(RunningSystem system) throws Exception {
        var before = history(system).size();

        var java = runCommand(system, command("java "));

        var read = assertAllIsRead(system, before, java);
        assertRows(java, read.stream().map(record -> CloudEvents.text(record.headers(), CloudEvents.TYPE)));
        // fork: audit
        assertThat(system.query("audit", "/audit/ledger?channel=clicks").toString())
                .contains("{\"by\":\"unknown-java\",\"role\":\"read\",\"declared\":false,");
        // fork: end
        assertGoesOn(system, command("java "), java);
    }

    @Test
    void one_in_javascript_reads_the_whole_history(RunningSystem system) throws Exception {
        needNode(system);
        var before = history(system).size();

        runCommand(system, command("npm "));
        var node = runCommand(system, command("node "));

        var read = assertAllIsRead(system, before, node);
        assertRows(node, read.stream().map(UnknownConsumerTest::pageOrType));
        assertGoesOn(system, command("node "), node);
    }

    @Test
    void they_depend_on_kafka_clients_alone() throws IOException {
        assertThat(Files.readAllLines(EXAMPLES.resolve("UnknownConsumer.java")))
                .filteredOn(line -> line.startsWith("import "))
                .allMatch(line -> line.matches("import (static )?(java|org\\.apache\\.kafka)\\..*"));
        assertThat(Files.readAllLines(EXAMPLES.resolve("unknown-consumer.mjs")))
                .filteredOn(line -> line.startsWith("import "))
                .singleElement()
                .asString()
                .endsWith("from '@platformatic/kafka'");
        assertThat(Files.readString(EXAMPLES.resolve("package-lock.json"))).doesNotContain("resolved");
    }

    private static List<ConsumerRecord<String, byte[]>> history(RunningSystem system) throws IOException {
        return new ChannelProbe(system).records(Channels.CLICKS.name());
    }

    /**
     * Checks that the program has read every record of each partition before its position.
     *
     * @param atLeast number of records at its start
     * @return records that it must have read
     */
    private static List<ConsumerRecord<String, byte[]>> assertAllIsRead(
            RunningSystem system, int atLeast, String printed) throws IOException {
        var positions = PARTITION
                .matcher(printed)
                .results()
                .collect(Collectors.toMap(
                        partition -> Integer.parseInt(partition.group(1)),
                        partition -> Long.parseLong(partition.group(3))));
        assertThat(positions).as(printed).hasSize(3);
        var read = history(system).stream()
                .filter(record -> record.offset() < positions.get(record.partition()))
                .toList();
        assertThat(read).hasSizeGreaterThanOrEqualTo(atLeast);
        PARTITION
                .matcher(printed)
                .results()
                .forEach(partition -> assertThat(read)
                        .as(partition.group())
                        .filteredOn(record -> record.partition() == Integer.parseInt(partition.group(1)))
                        .hasSize(Integer.parseInt(partition.group(2))));
        return read;
    }

    private static void assertRows(String printed, Stream<String> expected) {
        var rows = expected.collect(Collectors.groupingBy(row -> row, Collectors.counting())).entrySet().stream()
                .map(row -> row.getValue() + " " + row.getKey())
                .toList();
        assertThat(printed.lines().filter(line -> line.matches("\\d.*")))
                .isNotEmpty()
                .isSubsetOf(rows);
    }

    /** Checks that its group has offsets of its own: a second run does not read the same records again. */
    private static void assertGoesOn(RunningSystem system, String command, String before) throws Exception {
        var again = runCommand(system, command);

        assertThat(records(again)).isLessThan(records(before));
    }

    private static long records(String printed) {
        return PARTITION
                .matcher(printed)
                .results()
                .mapToLong(partition -> Long.parseLong(partition.group(2)))
                .sum();
    }

    private static String pageOrType(ConsumerRecord<String, byte[]> record) {
        var type = CloudEvents.text(record.headers(), CloudEvents.TYPE);
        var page = Channels.CLICKS.value().deserializer().deserialize("clicks", record.value());
        return page instanceof PageViewed view
                        && view.properties() != null
                        && view.properties().path() != null
                ? view.properties().path()
                : type;
    }

    private static String runCommand(RunningSystem system, String command) throws IOException, InterruptedException {
        return system.run("bash", "-c", command(VARS) + "; " + command);
    }

    private static String command(String start) throws IOException {
        return ReadmeCommands.command(EXAMPLES.resolve("README.md"), start);
    }

    private static void needNode(RunningSystem system) throws IOException, InterruptedException {
        var there = Stream.of("node", "npm")
                .allMatch(name -> Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, name))));
        assumeTrue(
                there && system.run("node", "--version").matches("(?s)v(2\\d|[3-9]\\d).*"),
                "The consumer in JavaScript is not tried: node 20 or newer and npm are not on the PATH.");
    }
}

package millrace.local.kafka;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import millrace.events.Json;
import millrace.events.TerminalText;
import millrace.lag.FirstUnreadRecords;
import millrace.local.StartException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Shows how far each consumer group is behind. */
@Command(
        name = "lag",
        description = {
            "Shows how far each consumer group is behind on each topic: in records, and in seconds, which is the age of the"
                    + " first record that it has not read.",
            "It looks twice: the trend is the growth of the lag between the two, and \"caught up in\" the time in which that"
                    + " trend ends the lag."
        })
final class LagCommand implements Callable<Integer> {
    @ParentCommand
    private KafkaCommand kafkaCommand;

    @Parameters(
            arity = "0..1",
            paramLabel = "CONSUMER_GROUP",
            description = "Its name, without the prefix. Default: all of them.")
    private Optional<String> group = Optional.empty();

    @Option(
            names = "--over",
            paramLabel = "SECONDS",
            defaultValue = "2",
            description = "Time between the two looks, 1 to 60. Default: ${DEFAULT-VALUE}.")
    private int over;

    @Option(names = "--json", description = "Prints the result as JSON.")
    private boolean json;

    @Option(names = "--help", usageHelp = true, description = "Shows this.")
    private boolean help;

    private record Position(String group, TopicPartition partition) {}

    /** Lag of each group in each partition that it has read, at one moment. */
    private record Look(
            Instant at, Map<Position, Long> offsets, Map<TopicPartition, Long> ends, Map<Position, Long> lags) {}

    /**
     * How far a group is behind on a topic.
     *
     * @param seconds age of the first unread record; empty where it did not come in time
     * @param trend growth of the lag in records a second
     */
    private record Lag(String group, String topic, long records, Optional<Double> seconds, double trend) {
        /** Seconds until the lag is 0 by its trend; empty if it does not shrink. */
        Optional<Double> caughtUpIn() {
            return records == 0
                    ? Optional.of(0.0)
                    : Optional.of(records / -trend).filter(time -> time > 0 && trend < 0);
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        var kafka = KafkaAccess.of(kafkaCommand.directory());
        try (var admin = Admin.create(kafka.client())) {
            var before = look(admin, kafka);
            Thread.sleep(Duration.ofSeconds(Math.clamp(over, 1, 60)));
            var now = look(admin, kafka);
            print(lags(kafka, before, now));
        } catch (ExecutionException e) {
            throw KafkaAccess.notAnswering(e);
        } catch (KafkaException e) {
            throw KafkaAccess.notAnswering(e);
        }
        return 0;
    }

    private Look look(Admin admin, KafkaAccess kafka) throws ExecutionException, InterruptedException {
        var groups = admin.listGroups().valid().get().stream()
                .filter(listed -> !listed.type().equals(Optional.of(GroupType.SHARE)))
                .map(GroupListing::groupId)
                .filter(id -> group.map(name -> kafka.full(name).equals(id)).orElse(id.startsWith(kafka.prefix())))
                .collect(Collectors.toMap(Function.identity(), id -> new ListConsumerGroupOffsetsSpec()));
        if (group.isPresent() && groups.isEmpty()) {
            throw new StartException("There is no consumer group " + group.get() + " that has read anything.");
        }
        var topics = admin.listTopics().names().get();
        var offsets = new HashMap<Position, Long>();
        Map<String, Map<TopicPartition, OffsetAndMetadata>> committed =
                admin.listConsumerGroupOffsets(groups).all().get();
        committed.forEach((id, positions) -> positions.forEach((partition, position) -> {
            if (position != null && topics.contains(partition.topic())) {
                offsets.put(new Position(id, partition), position.offset());
            }
        }));
        var asked = offsets.keySet().stream()
                .map(Position::partition)
                .distinct()
                .collect(Collectors.toMap(Function.identity(), partition -> OffsetSpec.latest()));
        var ends = new HashMap<TopicPartition, Long>();
        admin.listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                .all()
                .get()
                .forEach((partition, end) -> ends.put(partition, end.offset()));
        var lags = new HashMap<Position, Long>();
        offsets.forEach((position, offset) -> lags.put(position, Math.max(0, ends.get(position.partition()) - offset)));
        return new Look(Instant.now(), offsets, ends, lags);
    }

    private List<Lag> lags(KafkaAccess kafka, Look before, Look now) {
        var seconds = Duration.between(before.at(), now.at()).toMillis() / 1000.0;
        var ages = ages(kafka, now);
        var lags = new TreeMap<String, Lag>();
        now.lags().forEach((position, records) -> {
            var name = kafka.shortened(position.group());
            var topic = kafka.shortened(position.partition().topic());
            var grown = records - before.lags().getOrDefault(position, records);
            var one = new Lag(name, topic, records, age(position, records, ages), grown / seconds);
            lags.merge(name + " " + topic, one, LagCommand::together);
        });
        return List.copyOf(lags.values());
    }

    private static Optional<Double> age(Position position, long records, Map<Position, Double> ages) {
        return records == 0 ? Optional.of(0.0) : Optional.ofNullable(ages.get(position));
    }

    private static Lag together(Lag one, Lag other) {
        return new Lag(
                one.group(),
                one.topic(),
                one.records() + other.records(),
                one.seconds().flatMap(age -> other.seconds().map(second -> Math.max(age, second))),
                one.trend() + other.trend());
    }

    /**
     * Age in seconds of the first unread record of each position, as far as the records come in time. It is 0 where only
     * marks of Kafka transactions are unread, which are no records.
     */
    private static Map<Position, Double> ages(KafkaAccess kafka, Look look) {
        var ages = new HashMap<Position, Double>();
        var groups = look.offsets().keySet().stream().collect(Collectors.groupingBy(Position::group));
        groups.forEach((group, positions) -> {
            var behind = positions.stream()
                    .filter(position -> look.lags().get(position) > 0)
                    .collect(Collectors.toMap(
                            Position::partition, position -> look.offsets().get(position)));
            FirstUnreadRecords.lookUp(kafka.client(), behind, look.ends()).forEach((partition, found) -> {
                var age = found.age().orElse(Duration.ZERO);
                ages.put(new Position(group, partition), age.toMillis() / 1000.0);
            });
        });
        return ages;
    }

    private void print(List<Lag> lags) {
        if (json) {
            lags.forEach(lag -> {
                var fields = new LinkedHashMap<String, Object>();
                fields.put("group", lag.group());
                fields.put("topic", lag.topic());
                fields.put("records", lag.records());
                lag.seconds().ifPresent(age -> fields.put("seconds", age));
                fields.put("trendPerSecond", lag.trend());
                lag.caughtUpIn().ifPresent(time -> fields.put("caughtUpInSeconds", time));
                System.out.println(TerminalText.line(Json.text(fields)));
            });
            return;
        }
        var rows = new ArrayList<List<String>>();
        lags.forEach(lag -> rows.add(List.of(
                lag.group(),
                lag.topic(),
                KafkaText.number(lag.records()),
                lag.records() == 0
                        ? "0 s"
                        : lag.seconds()
                                .map(age -> String.format(Locale.ROOT, "%.1f s", age))
                                .orElse("unknown"),
                String.format(Locale.ROOT, "%+.0f/s", lag.trend()),
                lag.caughtUpIn()
                        .map(time -> time == 0 ? "now" : String.format(Locale.ROOT, "%.0f s", Math.ceil(time)))
                        .orElse("never, by this trend"))));
        System.out.print(
                rows.isEmpty()
                        ? "No consumer group has read anything.\n"
                        : KafkaText.table(
                                List.of("Group", "Topic", "Lag", "Behind", "Trend", "Caught up in"),
                                rows,
                                KafkaColours.ofProcess()));
    }
}

package millrace.local.kafka;

import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import millrace.local.control.ControlException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands about consumer groups. */
final class GroupCommands {
    private GroupCommands() {}

    @Command(name = "consumer-groups", description = "Lists the consumer groups.")
    static final class Groups extends ClusterCommands.OfCluster {
        @Override
        void run(Cluster cluster) throws InterruptedException {
            var answer = get(cluster, "/consumer_groups");
            var rows = StreamSupport.stream(answer.path("consumer_groups").spliterator(), false)
                    .map(group -> List.of(group.path("name").asText()))
                    .toList();
            var header = colours()
                    .heading("=== Kafka Consumer Groups on " + (cluster() == null ? "HEROKU_KAFKA" : cluster()));
            print(
                    answer,
                    header + "\n\n\n\n"
                            + (rows.isEmpty()
                                    ? "No consumer groups found on this Kafka cluster.\n\n"
                                            + "Use bin/kafka consumer-groups:create to create a consumer group."
                                    : KafkaText.table(List.of("Name"), rows, colours())));
        }
    }

    @Command(
            name = "consumer-groups:create",
            description = "Lets the application use a consumer group; on a cluster of one's own it may use any.")
    static final class Create extends OfGroup {
        @Override
        void run(Cluster cluster) throws InterruptedException {
            try {
                var answer = during("Creating consumer group " + name(), cluster, "POST", "/consumer_groups", body());
                print(answer, "Use `bin/kafka consumer-groups` to list your consumer groups.");
            } catch (ControlException e) {
                doesNothing(cluster, e);
            }
        }
    }

    @Command(
            name = "consumer-groups:destroy",
            description = "Deletes a consumer group without members, and its offsets.")
    static final class Destroy extends OfGroup {
        @Option(names = "--confirm", paramLabel = "APP", description = "Confirms with the name of the app.")
        private String confirm;

        @Override
        void run(Cluster cluster) throws InterruptedException {
            confirm(confirm, affects(cluster));
            try {
                var answer = during("Deleting consumer group " + name(), cluster, "DELETE", "/consumer_groups", body());
                print(answer, "Your consumer group has been deleted");
            } catch (ControlException e) {
                doesNothing(cluster, e);
            }
        }
    }

    /** A command about one group. */
    abstract static class OfGroup extends KafkaVerb {
        private static final int BAD_REQUEST = 400;

        @Parameters(index = "0", paramLabel = "CONSUMER_GROUP", description = "Its name, without the prefix.")
        private String group;

        @Parameters(index = "1", arity = "0..1", paramLabel = "CLUSTER", description = "The only one; can be left out.")
        private String cluster;

        @Override
        String cluster() {
            return cluster;
        }

        String name() {
            return group;
        }

        Map<String, Object> body() {
            return Map.of("consumer_group", Map.of("name", group));
        }

        /** Warns, without an error, if the plan does not know such a command. */
        static void doesNothing(Cluster cluster, ControlException refusal) {
            if (refusal.status() != BAD_REQUEST) {
                throw refusal;
            }
            System.err.println("Warning: " + cluster.name()
                    + " does not need consumer groups managed explicitly, so this command does nothing");
        }
    }
}

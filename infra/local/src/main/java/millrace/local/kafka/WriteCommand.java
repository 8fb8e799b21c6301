package millrace.local.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import millrace.events.Json;
import millrace.local.StartException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Writes a record, or one for each line of standard input, and waits until it is on the brokers. */
@Command(
        name = "topics:write",
        description = {
            "Writes a message to a topic, and ends when all replicas that are in sync have it.",
            "The key determines the partition, as for every Kafka client in Java; without a key any partition takes it."
        })
final class WriteCommand implements Callable<Integer> {
    /** Lines that are sent before the answer to the first of them is awaited. */
    private static final int AT_ONCE = 1_000;

    @ParentCommand
    private KafkaCommand kafkaCommand;

    @Parameters(index = "0", paramLabel = "TOPIC", description = "Its name, without the prefix.")
    private String topic;

    @Parameters(
            index = "1",
            paramLabel = "MESSAGE",
            description = "The value; - for one message of each line on standard input.")
    private String message;

    @Parameters(index = "2", arity = "0..1", paramLabel = "CLUSTER", description = "The only one; can be left out.")
    private String cluster;

    @Option(
            names = {"-a", "--app"},
            paramLabel = "APP",
            description = "Is there for the plugin's users; here there is only one.")
    private String app;

    @Option(names = "--key", paramLabel = "KEY", description = "The key. Default: none.")
    private String key;

    @Option(names = "--partition", paramLabel = "N", description = "Default: that of the key.")
    private Integer partition;

    @Option(names = "--header", paramLabel = "NAME=VALUE", description = "A header. Repeatable.")
    private Map<String, String> headers = Map.of();

    @Option(names = "--json", description = "Prints partition and offset of each message as JSON.")
    private boolean json;

    @Option(names = "--help", usageHelp = true, description = "Shows this.")
    private boolean help;

    @Override
    public Integer call() throws InterruptedException {
        if (partition != null && partition < 0) {
            throw new StartException("topic " + topic + " has no partition " + partition);
        }
        var kafka = KafkaAccess.of(kafkaCommand.directory());
        var settings = kafka.with(Map.of("acks", "all", "delivery.timeout.ms", 15_000, "max.block.ms", 15_000));
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            var name = kafka.full(topic);
            if (!message.equals("-")) {
                report(producer.send(record(name, message)));
                return 0;
            }
            var sent = new ArrayList<Future<RecordMetadata>>();
            var lines = new BufferedReader(new InputStreamReader(System.in, UTF_8));
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                sent.add(producer.send(record(name, line)));
                if (sent.size() == AT_ONCE) {
                    reportAll(sent);
                }
            }
            reportAll(sent);
        } catch (KafkaException e) {
            throw KafkaAccess.notAnswering(e);
        } catch (IOException e) {
            throw new StartException("Standard input cannot be read: " + e.getMessage(), e);
        }
        return 0;
    }

    private ProducerRecord<byte[], byte[]> record(String name, String value) {
        var record =
                new ProducerRecord<>(name, partition, key == null ? null : key.getBytes(UTF_8), value.getBytes(UTF_8));
        headers.forEach((header, text) -> record.headers().add(header, text.getBytes(UTF_8)));
        return record;
    }

    private void reportAll(List<Future<RecordMetadata>> sent) throws InterruptedException {
        for (var one : sent) {
            report(one);
        }
        sent.clear();
    }

    private void report(Future<RecordMetadata> sent) throws InterruptedException {
        try {
            var written = sent.get();
            if (json) {
                var fields = new LinkedHashMap<String, Object>();
                fields.put("topic", topic);
                fields.put("partition", written.partition());
                fields.put("offset", written.offset());
                System.out.println(Json.text(fields));
            }
        } catch (ExecutionException e) {
            throw new StartException(
                    "Could not write to topic " + topic + ": " + e.getCause().getMessage(), e);
        }
    }
}

package millrace.audit.ledger;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import millrace.events.CloudEvents;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** What is on the channels. */
final class Log {
    private static final String BACK_OFFICE = "back-office";

    private final Map<Place, Minute> minutes = new HashMap<>();
    private final Set<Place> cutOff = new HashSet<>();

    /** What is on one channel in one minute. */
    static final class Minute {
        long records;
        /** Of them, what orders-service wrote for the back office. */
        long backOffice;
        /** Of them, what analytics set apart; and of those, what it had counted before. */
        long dead;

        long deadAfterAll;
        /** The last offset in each partition. */
        final Map<Integer, Long> last = new HashMap<>();
    }

    static Log read(Reading reading, Question question, DeadLetters letters) {
        var log = new Log();
        var first = new HashMap<TopicPartition, Instant>();
        var cut = reading.read(question.names(), question.from(), question.to(), record -> {
            var minute = Question.minute(Instant.ofEpochMilli(record.timestamp()));
            first.putIfAbsent(new TopicPartition(record.topic(), record.partition()), minute);
            if (question.holds(minute)) {
                log.add(new Place(reading.channel(record.topic()), minute), record, letters);
            }
        });
        for (var partition : cut) {
            var end = first.getOrDefault(partition, question.to());
            for (var minute = question.from(); !minute.isAfter(end); minute = minute.plusSeconds(60)) {
                log.cutOff.add(new Place(reading.channel(partition.topic()), minute));
            }
        }
        return log;
    }

    Minute minute(Place place) {
        return minutes.getOrDefault(place, new Minute());
    }

    Collection<Place> places() {
        return minutes.keySet();
    }

    /** Whether some of it was removed by retention, or may have been: what is left says nothing. */
    boolean isCutOff(Place place) {
        return cutOff.contains(place);
    }

    private void add(Place place, ConsumerRecord<byte[], byte[]> record, DeadLetters letters) {
        var minute = minutes.computeIfAbsent(place, added -> new Minute());
        minute.records++;
        minute.backOffice += isBackOffice(record) ? 1 : 0;
        minute.last.merge(record.partition(), record.offset(), Math::max);
        letters.about(place.channel(), record.partition(), record.offset()).ifPresent(countedBefore -> {
            minute.dead++;
            minute.deadAfterAll += countedBefore ? 1 : 0;
        });
    }

    /** The edge gives every record a step in a trace, and the outbox none to what the back office asks. */
    private static boolean isBackOffice(ConsumerRecord<byte[], byte[]> record) {
        return BACK_OFFICE.equals(CloudEvents.text(record.headers(), CloudEvents.SOURCE))
                && CloudEvents.text(record.headers(), CloudEvents.TRACEPARENT) == null;
    }
}

package millrace.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The reader of clicks and the mapper read the same values and refuse the same records. */
class ClickEventReaderTest {
    private static final ObjectReader MAPPER = Json.MAPPER.readerFor(ClickEvent.class);
    private static final int MUTATIONS = 60_000;

    /** As the edge writes them, with fields that no consumer reads. */
    private static final List<String> SENT = Stream.of(
                    "{'type':'page','messageId':'m1','source':'shop','anonymousId':'v1','userId':null,"
                            + "'timestamp':'2024-05-01T12:00:00Z','originalTimestamp':'2024-05-01T14:00:00+02:00',"
                            + "'receivedAt':'2024-05-01T12:00:00.250Z','address':'10.0.0.0','bot':false,"
                            + "'name':'Caf\\u00e9 \u20ac',"
                            + "'properties':{'path':'/a','url':'https://shop.test/a?utm_campaign=x','referrer':null,"
                            + "'title':'A','search':'?a','tags':[1,{'a':2.5}]},"
                            + "'context':{'ip':'0.0.0.0','page':{'path':'/b','url':'u','referrer':'r','title':'t'},"
                            + "'userAgent':'curl/8','campaign':{'name':'may','source':7,'medium':{'a':1},'term':'t'},"
                            + "'library':{'name':'js','version':'1.0'}},'integrations':{'All':true},'_metadata':{}}",
                    "{'type':'track','messageId':'m2','source':'shop/import','userId':'u1','name':7,'bot':'no',"
                            + "'timestamp':'2024-02-29T23:59:59.123456789Z','receivedAt':'2024-03-01T00:00:00.1Z',"
                            + "'event':'Product Added','properties':{'product_id':123,'sku':'s','quantity':2,"
                            + "'price':12.5,'products':[{'product_id':'x'}]},'context':{'campaign':{}}}",
                    "{'type':'screen','messageId':'m3','source':'app','anonymousId':'v','timestamp':"
                            + "'0001-01-01T00:00:00Z','receivedAt':'9999-12-31T23:59:59.999999Z','name':null,"
                            + "'properties':5,'context':{'userAgent':null,'page':null,'campaign':null}}")
            .map(text -> text.replace('\'', '"'))
            .toList();

    private static final List<String> VALUES = Stream.of(
                    "null",
                    "true",
                    "1",
                    "-1",
                    "0",
                    "1.5",
                    "1e3",
                    "9223372036854775808",
                    "2000000",
                    "''",
                    "'7'",
                    "'x'",
                    "{}",
                    "[]",
                    "[1]",
                    "{'a':1}",
                    "{'path':'/x'}",
                    "{'name':5}",
                    "{'quantity':'3'}",
                    "{'sku':true}",
                    "'page'",
                    "'2024-02-30T12:00:00Z'",
                    "'2024-05-01T24:00:00Z'",
                    "'2024-05-01T12:00:00.Z'",
                    "'2024-05-01t12:00:00z'",
                    "'2024-05-01T12:00:00+02:00'",
                    "'1714564800'",
                    "1714564800.5",
                    "'2024-05-01T12:00:60Z'",
                    "' 2024-05-01T12:00:00Z '",
                    "'2024-05-01T12:00:00.1234567890Z'")
            .map(text -> text.replace('\'', '"'))
            .toList();

    private final Random random = new Random(20_240_501);

    @ParameterizedTest
    @MethodSource("examples")
    void an_example_of_the_catalogue_is_read_without_the_mapper(Map.Entry<Record, String> example) {
        assertThat(ClickEventReader.usual(example.getValue().getBytes(UTF_8))).isEqualTo(example.getKey());
    }

    @Test
    void what_the_edge_writes_is_read_without_the_mapper() throws IOException {
        for (var text : SENT) {
            assertThat(ClickEventReader.usual(text.getBytes(UTF_8))).isNotNull().isEqualTo(MAPPER.readValue(text));
        }
    }

    @Test
    void mutated_records_are_read_or_refused_as_by_the_mapper() {
        var texts = new ArrayList<>(SENT);
        examples().forEach(example -> texts.add(example.getValue()));
        var withoutMapper = 0;
        var refused = 0;
        for (var number = 0; number < MUTATIONS; number++) {
            var bytes = mutated(texts.get(number % texts.size()));
            var expected = byMapper(bytes);
            var usual = ClickEventReader.usual(bytes);
            if (usual != null) {
                assertThat(usual).as(new String(bytes, UTF_8)).isEqualTo(expected);
                withoutMapper++;
            }
            refused += expected == null ? 1 : 0;
        }

        assertThat(withoutMapper).as("read without the mapper").isGreaterThan(MUTATIONS / 10);
        assertThat(refused).as("refused by the mapper").isGreaterThan(MUTATIONS / 10);
    }

    @Test
    void a_record_that_is_no_click_is_refused_and_a_tombstone_stays_one() {
        var reader = Channels.CLICKS.value().deserializer();

        assertThat(reader.deserialize("clicks", null)).isNull();
        for (var text : List.of("", "{", "[]", "{\"type\":\"order\"}", SENT.getFirst() + "1")) {
            assertThat(refuses(text.getBytes(UTF_8))).as(text).isTrue();
        }
    }

    private static boolean refuses(byte[] bytes) {
        try {
            Channels.CLICKS.value().deserializer().deserialize("clicks", bytes);
            return false;
        } catch (SerializationException refused) {
            return true;
        }
    }

    private static ClickEvent byMapper(byte[] bytes) {
        try {
            return MAPPER.readValue(bytes);
        } catch (IOException refused) {
            return null;
        }
    }

    /** Changes one to three places: a byte, a value, or a field that occurs twice. */
    private byte[] mutated(String text) {
        var changed = text;
        for (var left = 1 + random.nextInt(3); left > 0; left--) {
            changed = random.nextInt(4) == 0 ? changed : otherValue(changed);
        }
        var bytes = changed.getBytes(UTF_8);
        return random.nextInt(3) == 0 ? otherByte(bytes) : bytes;
    }

    /** Replaces the value behind a colon, or puts another one for the same field before it. */
    private String otherValue(String text) {
        var colon = text.indexOf("\":", random.nextInt(text.length()));
        if (colon < 0) {
            return text;
        }
        var value = VALUES.get(random.nextInt(VALUES.size()));
        if (random.nextInt(3) == 0) {
            var name = text.substring(text.lastIndexOf('"', colon - 1), colon + 1);
            return text.substring(0, colon + 2) + value + ',' + name + ':' + text.substring(colon + 2);
        }
        return text.substring(0, colon + 2) + value + text.substring(end(text, colon + 2));
    }

    /** Where the value ends that begins here. */
    private static int end(String text, int begin) {
        var depth = 0;
        var inText = false;
        for (var at = begin; at < text.length(); at++) {
            var character = text.charAt(at);
            if (character == '"') {
                inText = !inText;
            } else if (!inText && (character == '{' || character == '[')) {
                depth++;
            } else if (!inText && (character == '}' || character == ']') && depth-- == 0) {
                return at;
            } else if (!inText && character == ',' && depth == 0) {
                return at;
            }
        }
        return text.length();
    }

    private byte[] otherByte(byte[] bytes) {
        var place = random.nextInt(bytes.length);
        return switch (random.nextInt(3)) {
            case 0 -> Arrays.copyOf(bytes, place);
            case 1 -> {
                var changed = bytes.clone();
                changed[place] = (byte) random.nextInt(256);
                yield changed;
            }
            default -> {
                var longer = Arrays.copyOf(bytes, bytes.length + 1);
                System.arraycopy(bytes, place, longer, place + 1, bytes.length - place);
                longer[place] = (byte) " \",:{}[]0\\".charAt(random.nextInt(10));
                yield longer;
            }
        };
    }

    private static Stream<Map.Entry<Record, String>> examples() {
        return Examples.ALL.entrySet().stream().filter(example -> example.getKey() instanceof ClickEvent);
    }
}

package millrace.audit.seal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemainsTest {
    /** Commas are {@code ;} here. */
    private static final String VALUE = "{'anonymousId':'ann';'type':1;'userId':17}";

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "{'anonymousId':'ann';'type':1;'userId':17}, true",
                "{'anonymousId':'bob';'type':1;'userId':{'a':[1]}}, true",
                "{'anonymousId':'ann';'type':2;'userId':17}, false",
                "{'anonymousId':'ann';'none':1;'userId':17}, false",
                "{'anonymousId':'ann';'type':1;'userId':17}., false",
                "{'anonymousId':'ann';'type':1;'userId':17, false",
                "{'anonymousId':'ann';'type':1, false",
                "{'anonymousId':, false",
                "{'anonymousId':}, false",
                "{, false"
            })
    void outside_of_what_was_sealed_every_byte_counts(String original, boolean matches) {
        var sealed = SealedValue.of("clicks.page", json(VALUE));

        assertThat(Remains.match(
                        sealed.value(), sealed.coordinates(), json(original).getBytes(UTF_8)))
                .isEqualTo(matches);
    }

    private static String json(String text) {
        return text.replace('\'', '"').replace(';', ',');
    }
}

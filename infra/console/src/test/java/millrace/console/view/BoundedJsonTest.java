package millrace.console.view;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class BoundedJsonTest {
    @Test
    void values_up_to_the_limit_are_read() throws IOException {
        assertThat(BoundedJson.read(bytes("{\"a\":[1,{}]}"), 4))
                .hasValueSatisfying(json -> assertThat(json.at("/a/0").asInt()).isOne());
        assertThat(BoundedJson.read(bytes("{\"a\":[1,{},2]}"), 4)).isEmpty();
    }

    @Test
    void a_record_of_many_empty_objects_is_not_read() throws IOException {
        assertThat(BoundedJson.ofRecord(bytes("[" + "{},".repeat(BoundedJson.MOST_IN_RECORD) + "1]")))
                .isEmpty();
    }

    @Test
    void what_is_no_json_is_refused() {
        assertThatThrownBy(() -> BoundedJson.ofRecord(bytes("{\"a\":"))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> BoundedJson.ofRecord(bytes("1 2"))).isInstanceOf(IOException.class);
    }

    private static byte[] bytes(String json) {
        return json.getBytes(UTF_8);
    }
}

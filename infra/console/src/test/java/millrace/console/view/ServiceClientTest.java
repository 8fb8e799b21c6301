package millrace.console.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import java.net.http.HttpClient;
import java.util.Optional;
import millrace.console.call.Access;
import millrace.console.call.ConsoleException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceClientTest {
    private static final Access READER = new Access(Optional.of("key"), Optional.empty(), Optional.empty());

    /** Services take dots out of a path: a question about the order ../status would ask something else, unrecorded. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/orders/../status?limit=1",
                "/orders/shop/..",
                "/orders/./1",
                "/dead-letters/",
                "/dead-letters/?key=1",
                "/dead-letters//redrive"
            })
    void a_name_that_is_empty_or_dots_is_asked_of_no_service(String path) {
        assertThat(refused(path).status()).isEqualTo(404);
    }

    @Test
    void dots_within_a_name_and_in_a_query_are_no_path() {
        assertThat(refused("/orders/shop/1..2?after=a/../b&key=..").status()).isEqualTo(503);
    }

    /** Of a service that does not answer. */
    private static ConsoleException refused(String path) {
        try (var http = HttpClient.newHttpClient()) {
            var service = new ServiceClient("orders", URI.create("http://localhost:1"), http);
            return catchThrowableOfType(ConsoleException.class, () -> service.get(READER, path));
        }
    }
}

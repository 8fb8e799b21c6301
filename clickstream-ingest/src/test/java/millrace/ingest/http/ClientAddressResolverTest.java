package millrace.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAddressResolverTest {
    @Test
    void each_proxy_adds_one_and_the_callers_own_claim_is_passed_over() {
        assertThat(ClientAddressResolver.forwarded(List.of("6.6.6.6, 203.0.113.7"), 1))
                .isEqualTo("203.0.113.7");
        assertThat(ClientAddressResolver.forwarded(List.of("6.6.6.6, 203.0.113.7,10.0.0.1"), 2))
                .isEqualTo("203.0.113.7");
        assertThat(ClientAddressResolver.forwarded(List.of("203.0.113.7"), 2)).isEqualTo("203.0.113.7");
    }

    @Test
    void several_headers_are_one_list() {
        assertThat(ClientAddressResolver.forwarded(List.of("6.6.6.6", "203.0.113.7"), 1))
                .isEqualTo("203.0.113.7");
        assertThat(ClientAddressResolver.forwarded(List.of("203.0.113.7, 10.0.0.2", "10.0.0.1"), 3))
                .isEqualTo("203.0.113.7");
    }

    @Test
    void a_port_and_brackets_are_left_out() {
        assertThat(ClientAddressResolver.forwarded(List.of("203.0.113.7:4711"), 1))
                .isEqualTo("203.0.113.7");
        assertThat(ClientAddressResolver.forwarded(List.of("[2001:db8::7]:4711"), 1))
                .isEqualTo("2001:db8::7");
        assertThat(ClientAddressResolver.forwarded(List.of("2001:db8::7"), 1)).isEqualTo("2001:db8::7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", ",,,", " ", "unknown", "_hidden", "203.0.113.7,", "[", "[]", ":", "a:b", "1.2.3"})
    void what_is_no_address_is_none(String header) {
        assertThat(ClientAddressResolver.forwarded(List.of(header), 1)).isNull();
        assertThat(ClientAddressResolver.forwarded(List.of(), 1)).isNull();
    }
}

package millrace.paas;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PortsTest {
    /** An outgoing connection of another process would take it between the search and the start of the server. */
    @Test
    void a_free_port_is_none_that_the_system_gives_to_outgoing_connections() {
        assertThat(IntStream.range(0, 200).map(number -> Ports.free(0))).allMatch(port -> port < 32_768);
    }

    @Test
    void a_wanted_port_is_taken_if_it_is_free() throws Exception {
        var wanted = Ports.free(0);

        assertThat(Ports.free(wanted)).isEqualTo(wanted);
        try (var taken = new ServerSocket(wanted, 1, InetAddress.getLoopbackAddress())) {
            assertThat(Ports.free(taken.getLocalPort())).isNotEqualTo(wanted);
        }
    }
}

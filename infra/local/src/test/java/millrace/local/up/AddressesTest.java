package millrace.local.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import millrace.local.DataDirectory;
import millrace.local.Procfile;
import millrace.local.StartException;
import millrace.paas.Ports;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AddressesTest {
    private static final Procfile PROCFILE =
            new Procfile(List.of(new Procfile.Line("web", "a"), new Procfile.Line("orders", "b")));

    @TempDir
    private Path folder;

    @Test
    void a_process_that_is_left_out_keeps_its_port_though_it_has_opened_it() throws IOException {
        try (var directory = DataDirectory.open(folder);
                var web = openBelowFreePort()) {
            var base = web.getLocalPort();

            assertThat(Addresses.of(PROCFILE, base, directory, List.of("web"), Optional.empty())
                            .ports())
                    .containsExactly(entry("web", base), entry("orders", base + 1));
            assertThatThrownBy(() -> Addresses.of(PROCFILE, base, directory, List.of("orders"), Optional.empty()))
                    .isInstanceOf(StartException.class)
                    .hasMessageStartingWith("Port " + base + ", meant for web, is in use");
        }
    }

    @Test
    void a_port_behind_the_last_one_is_named_as_that() {
        try (var directory = DataDirectory.open(folder)) {
            assertThatThrownBy(() -> Addresses.of(PROCFILE, 65_535, directory, List.of("web"), Optional.empty()))
                    .isInstanceOf(StartException.class)
                    .hasMessageStartingWith("There is no port 65536, which would be that of orders");
        }
    }

    private static ServerSocket openBelowFreePort() throws IOException {
        for (var attempt = 0; attempt < 100; attempt++) {
            var socket = new ServerSocket(Ports.free(0), 1, InetAddress.getLoopbackAddress());
            if (Ports.isFree(socket.getLocalPort() + 1)) {
                return socket;
            }
            socket.close();
        }
        throw new AssertionError("No two ports that follow each other are free");
    }
}

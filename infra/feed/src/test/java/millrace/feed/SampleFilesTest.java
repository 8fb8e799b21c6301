package millrace.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The files of {@code docs/samples}, which the tour sends. */
class SampleFilesTest {
    private static final Path SAMPLES = Path.of(System.getProperty("project.root"), "docs/samples");

    private FakeEdge edge;

    @BeforeEach
    void start() throws IOException {
        edge = new FakeEdge();
    }

    @AfterEach
    void stop() {
        edge.close();
    }

    @Test
    void the_access_log_has_page_views_other_requests_and_a_line_that_is_named() {
        var run = edge.feed("access-log", SAMPLES.resolve("access.log").toString());

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("32 lines read, 28 events sent, 28 accepted by the edge, 0 rejected by it")
                .contains("3 requests were no page views")
                .contains("access.log line 13 is in no known format of access logs");
    }

    @Test
    void the_invoices_have_orders_a_refund_and_an_invoice_that_is_named() {
        var run = edge.feed("retail", SAMPLES.resolve("invoices.csv").toString());

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("15 lines read, 9 events sent, 9 accepted by the edge, 0 rejected by it")
                .contains("invoice 700009: invoices.csv line 14 cannot be read");
    }
}

package millrace.feed;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A retailer's invoices at the door of the edge. */
class RetailTest {
    private static final String HEADER =
            "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country";
    private static final String LAMP = "536365,A1,LAMP,2,2010-12-01 08:26:00,2.55,17850.0,France";
    private static final String JUG = "536365,B2,\"JUG, \"\"BLUE\"\"\",-1,2010-12-01 08:25:00,3.1,17850.0,France";
    private static final String CREDIT = "C536379,A1,LAMP,-2,12/1/2010 9:41,2.55,,France";

    @TempDir
    Path folder;

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
    void lines_of_one_invoice_are_one_order_at_the_earliest_date() throws IOException {
        edge.feed("retail", csv("a.csv", LAMP), csv("b.csv", JUG));

        assertThat(edge.accepted())
                .singleElement()
                .hasToString("{'orderId':'536365','customerId':'17850','country':'France',"
                        .concat("'currency':'GBP','timestamp':'2010-12-01T08:25:00Z','lines':[")
                        .concat("{'productId':'A1','name':'LAMP','quantity':2,'unitPrice':'2.55'},")
                        .concat("{'productId':'B2','name':'JUG, \\'BLUE\\'','quantity':-1,'unitPrice':'3.1'}]}")
                        .replace('\'', '"'));
        var request = edge.requests().getFirst();
        assertThat(request.uri()).isEqualTo("/orders");
        assertThat(request.idempotencyKey()).matches("[0-9a-f]{32}");
    }

    @Test
    void a_credit_note_is_a_refund_of_an_order_that_nobody_named() throws IOException {
        edge.feed("retail", "--currency", "EUR", csv("a.csv", CREDIT));

        var refund = edge.accepted().getFirst();
        assertThat(refund.path("event").asText()).isEqualTo("Order Refunded");
        assertThat(refund.path("timestamp").asText()).isEqualTo("2010-12-01T09:41:00Z");
        assertThat(refund.has("userId")).isFalse();
        assertThat(refund.path("properties"))
                .hasToString(
                        "{\"order_id\":\"C536379\",\"total\":\"5.10\",\"currency\":\"EUR\",\"country\":\"France\"}");
    }

    @Test
    void invoices_go_out_as_time_went_by() throws IOException {
        var later = LAMP.replace("536365,", "536400,").replace("08:26", "10:00");

        edge.feed("retail", csv("b.csv", later, CREDIT), csv("a.csv", LAMP));

        assertThat(edge.requests())
                .extracting(FakeEdge.Request::uri)
                .containsExactly("/orders", "/v1/import", "/orders");
    }

    @Test
    void an_invoice_has_the_same_id_in_whatever_files_its_rows_are() throws IOException {
        edge.feed("retail", csv("a.csv", LAMP, JUG));
        edge.feed("retail", csv("b.csv", JUG), csv("c.csv", LAMP));
        edge.feed("retail", csv("d.csv", JUG));

        var ids = edge.requests().stream().map(FakeEdge.Request::idempotencyKey).toList();
        assertThat(ids.get(1)).isEqualTo(ids.get(0));
        assertThat(ids.get(2)).isNotEqualTo(ids.get(0));
    }

    @Test
    void rows_that_cannot_be_read_are_named_with_their_line_and_cost_nothing_else() throws IOException {
        var run = edge.feed(
                "retail",
                csv(
                        "a.csv",
                        "536366,A1,\"never closed,1,2010-12-01 08:26:00,1,,UK",
                        JUG.replace("536365", "536367").replace("JUG, ", "JUG,\n"),
                        LAMP.replace(",2,", ",two,"),
                        LAMP.replace("2.55", "cheap"),
                        LAMP.replace("-12-01", "-13-01"),
                        LAMP.replace("536365", "A536365"),
                        "536365,A1,LAMP",
                        LAMP));

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("2 events sent, 2 accepted", "Unreadable lines: 6", "a.csv line 2 is no row of CSV")
                .contains("a.csv line 5 cannot be read: Quantity \"two\" is not a whole number")
                .contains("a.csv line 6 cannot be read: UnitPrice \"cheap\" is not an amount")
                .contains("a.csv line 7 cannot be read: InvoiceDate \"2010-13-01 08:26:00\" is not a date and time")
                .contains("a.csv line 8 cannot be read: InvoiceNo \"A536365\" is not an invoice number")
                .contains("a.csv line 9 has 3 fields, not 8");
    }

    @Test
    void columns_are_found_by_their_names() throws IOException {
        var file = folder.resolve("a.csv");
        Files.writeString(
                file,
                "\ufeffCountry,customerid,UnitPrice,InvoiceDate,Quantity,Description,StockCode,InvoiceNo,Note\n"
                        .concat("France,,1.50,2010-12-01 08:26,3,LAMP,A1,536365,gift\n"));

        edge.feed("retail", file.toString());

        assertThat(edge.accepted().getFirst().at("/lines/0"))
                .hasToString("{\"productId\":\"A1\",\"name\":\"LAMP\",\"quantity\":3,\"unitPrice\":\"1.50\"}");
    }

    @Test
    void text_may_be_utf_8_or_iso_8859_1() throws IOException {
        var utf8 = csv("a.csv", LAMP.replace("LAMP", "CAF\u00c9"));
        var latin = folder.resolve("b.csv");
        Files.write(latin, (HEADER + "\n" + LAMP.replace("LAMP", "CAF\u00c9")).getBytes(ISO_8859_1));

        edge.feed("retail", utf8, latin.toString());

        assertThat(edge.accepted().getFirst().path("lines"))
                .extracting(line -> line.path("name").asText())
                .containsExactly("CAF\u00c9", "CAF\u00c9");
    }

    @Test
    void a_missing_column_stops_it_with_a_sentence() throws IOException {
        var file = Files.writeString(folder.resolve("a.csv"), HEADER.replace("UnitPrice", "Price") + "\n" + LAMP);

        var run = edge.feed("retail", file.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("a.csv has no column UnitPrice: the Online Retail layout has InvoiceNo, ");
        assertThat(edge.requests()).isEmpty();
    }

    private String csv(String name, String... rows) throws IOException {
        return Files.write(
                        folder.resolve(name),
                        Stream.concat(Stream.of(HEADER), Stream.of(rows)).toList())
                .toString();
    }
}

package millrace.ingest.segment;

import static millrace.ingest.segment.SegmentFixture.json;
import static millrace.ingest.segment.SegmentFixture.message;
import static millrace.ingest.segment.SegmentFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import millrace.events.Channels;
import millrace.ingest.auth.AddressPolicy;
import millrace.ingest.auth.BrowserVisitor;
import millrace.ingest.publish.PendingRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VisitorPrivacyTest {
    private static final String PAGE =
            message("page", "'context':{'page':{'path':'/'},'ip':'203.0.113.77','locale':'en'}");
    private static final String ORDER =
            message("track", "'event':'Order Cancelled'", "'properties':{'order_id':'o-1'}");

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "FULL, 203.0.113.77, 203.0.113.77",
                "TRUNCATED, 203.0.113.77, 203.0.113.0",
                "DROPPED, 203.0.113.77, -",
                "FULL, 2001:db8:1:2:3:4:5:6, 2001:db8:1:2:3:4:5:6",
                "TRUNCATED, 2001:db8:1:2:3:4:5:6, 2001:db8:1::",
                "TRUNCATED, unknown, -",
                "FULL, -, -",
            })
    void of_an_address_only_so_much_is_kept(AddressPolicy kept, String address, String left) {
        assertThat(kept.apply(address)).isEqualTo(left);
    }

    @Test
    void an_address_that_the_sender_names_is_treated_as_one_that_is_seen() {
        assertThat(context(AddressPolicy.FULL)).isEqualTo("{'page':{'path':'/'},'ip':'203.0.113.77','locale':'en'}");
        assertThat(context(AddressPolicy.TRUNCATED))
                .isEqualTo("{'page':{'path':'/'},'ip':'203.0.113.0','locale':'en'}");
        assertThat(context(AddressPolicy.DROPPED)).isEqualTo("{'page':{'path':'/'},'ip':null,'locale':'en'}");
    }

    @Test
    void an_address_that_is_none_is_not_kept() {
        var strange = message("page", "'context':{'ip':{'a':[1,'203.0.113.77']}}");

        var records = SegmentFixture.conversion(
                        SegmentFixture.shop(AddressPolicy.TRUNCATED), BrowserVisitor.UNKNOWN, null)
                .records(
                        SegmentBody.ofBatch(json("{'batch':[" + strange + "]}")).messages());

        assertThat(tree(records.getFirst()).at("/context/ip").isNull()).isTrue();
    }

    @Test
    void a_browsers_address_stands_beside_the_message() {
        var events = SegmentFixture.conversion(
                SegmentFixture.shop(AddressPolicy.TRUNCATED), new BrowserVisitor("203.0.113.0", null, false), null);

        assertThat(tree(records(events, PAGE).getFirst()).path("address").asText())
                .isEqualTo("203.0.113.0");
    }

    @Test
    void a_visitor_who_wants_privacy_leaves_no_click_and_can_still_trade() {
        var events = SegmentFixture.conversion(
                SegmentFixture.shop(AddressPolicy.TRUNCATED), new BrowserVisitor(null, null, true), null);

        var records = records(events, PAGE + "," + ORDER + "," + PAGE);

        assertThat(records).extracting(PendingRecord::channel).containsExactly(Channels.TRANSACTIONS);
        assertThat(events.declined()).isEqualTo(2);
        assertThat(events.rejected()).isEmpty();
    }

    private static String context(AddressPolicy address) {
        var record = records(
                        SegmentFixture.conversion(SegmentFixture.shop(address), BrowserVisitor.UNKNOWN, null), PAGE)
                .getFirst();
        return tree(record).path("context").toString().replace('"', '\'');
    }

    private static List<PendingRecord> records(SegmentConversion events, String messages) {
        return events.records(
                SegmentBody.ofBatch(json("{'batch':[" + messages + "]}")).messages());
    }
}

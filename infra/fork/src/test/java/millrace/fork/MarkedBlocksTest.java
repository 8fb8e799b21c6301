package millrace.fork;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MarkedBlocksTest {
    private static final MarkedBlocks WITHOUT_AUDIT = new MarkedBlocks(Set.of("audit", "bench"), Set.of("audit"));

    @Test
    void a_block_goes_with_its_part_and_the_marks_of_the_others_go_alone() {
        assertThat(trim("""
                a
                  // fork: audit
                  b
                  // fork: end
                  # fork: bench
                  c
                  # fork: end
                d
                """)).isEqualTo("a\n  c\nd\n");
    }

    @Test
    void a_block_of_two_parts_needs_both() {
        assertThat(trim("<!-- fork: audit bench -->\na\n<!-- fork: end -->\n")).isEmpty();
    }

    @Test
    void what_stands_instead_stands_there_only_where_the_block_goes() {
        assertThat(trim("""
                // fork: audit
                a();
                // fork: instead b();
                // fork: end
                // fork: bench
                c();
                // fork: instead d();
                // fork: end
                """)).isEqualTo("b();\nc();\n");
    }

    @Test
    void a_block_within_one_that_goes_leaves_nothing() {
        assertThat(trim("""
                // fork: audit
                // fork: bench
                a
                // fork: instead b
                // fork: end
                // fork: end
                c
                """)).isEqualTo("c\n");
    }

    @Test
    void in_a_document_a_mark_may_stand_within_a_line() {
        assertThat(trim("orders<!-- fork: audit --> and audit<!-- fork: end --> read <!-- fork: audit -->both"
                        + "<!-- fork: instead it --><!-- fork: end -->."))
                .isEqualTo("orders read it.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "// fork: other | A.java has \"fork: other\": there is no part other.",
                "// fork: audit | A.java has a block without \"fork: end\".",
                "// fork: end | A.java has \"fork: end\" without a beginning."
            })
    void a_mark_that_means_nothing_is_refused(String text, String sentence) {
        assertThatThrownBy(() -> trim(text + "\n"))
                .isInstanceOf(ForkException.class)
                .hasMessage(sentence);
    }

    private static String trim(String text) {
        return WITHOUT_AUDIT.trim("A.java", text);
    }
}

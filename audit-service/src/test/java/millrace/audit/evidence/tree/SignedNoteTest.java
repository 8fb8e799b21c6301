package millrace.audit.evidence.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import millrace.local.Secrets;
import org.junit.jupiter.api.Test;

class SignedNoteTest {
    private static final String ORIGIN = "millrace/audit";
    private static final TreeHead HEAD =
            new TreeHead(ORIGIN, 7, new byte[] {1, 2, 3}, Instant.parse("2024-05-01T12:00:00Z"));

    private final SigningKey key = SigningKey.parse(Secrets.signingKey());
    private final SigningKey other = SigningKey.parse(Secrets.signingKey());

    @Test
    void a_note_has_the_lines_that_the_specification_says() {
        assertThat(SignedNote.sign(HEAD, List.of(key)).lines())
                .startsWith(ORIGIN, "7", "AQID", "2024-05-01T12:00:00Z", "")
                .last()
                .asString()
                .matches("\u2014 millrace/audit [A-Za-z0-9+/]{91}=");
    }

    @Test
    void it_is_opened_with_the_key_that_signed_it_and_with_no_other() {
        var note = SignedNote.sign(HEAD, List.of(key));

        assertThat(SignedNote.open(note, ORIGIN, List.of(other.publicKey(), key.publicKey())))
                .hasValueSatisfying(head -> assertThat(head.text()).isEqualTo(HEAD.text()));
        assertThat(SignedNote.open(note, ORIGIN, List.of(other.publicKey()))).isEmpty();
        assertThat(SignedNote.open(note, "another", List.of(key.publicKey()))).isEmpty();
    }

    @Test
    void while_a_key_is_replaced_each_of_the_two_opens_it() {
        var note = SignedNote.sign(HEAD, List.of(other, key));

        assertThat(SignedNote.open(note, ORIGIN, List.of(key.publicKey()))).isPresent();
        assertThat(SignedNote.open(note, ORIGIN, List.of(other.publicKey()))).isPresent();
    }

    @Test
    void a_note_with_any_changed_character_says_nothing_or_the_same() {
        var note = SignedNote.sign(HEAD, List.of(key));
        for (var i = 0; i < note.length(); i++) {
            var changed = new StringBuilder(note);
            changed.setCharAt(i, (char) (note.charAt(i) ^ 1));

            assertThat(SignedNote.open(changed.toString(), ORIGIN, List.of(key.publicKey())))
                    .satisfiesAnyOf(
                            head -> assertThat(head).isEmpty(),
                            head -> assertThat(head.orElseThrow().text()).isEqualTo(HEAD.text()));
        }
    }
}

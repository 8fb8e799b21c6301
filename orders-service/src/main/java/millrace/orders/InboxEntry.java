package millrace.orders;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** The memory of one event, or of one place in the channel where no event could be read. */
@Entity
@Table(name = "inbox")
class InboxEntry {
    /** As {@link Arrival#identity()} says. */
    @Id
    private String id;

    protected InboxEntry() {}

    InboxEntry(String id) {
        this.id = id;
    }
}

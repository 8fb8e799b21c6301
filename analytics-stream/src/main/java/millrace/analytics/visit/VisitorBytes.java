package millrace.analytics.visit;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.TreeMap;
import millrace.analytics.tally.Binary;
import millrace.analytics.visit.Deed.Ordered;
import millrace.analytics.visit.Stay.CartChange;
import millrace.analytics.visit.Stay.Landing;
import millrace.analytics.visit.Stay.Page;
import millrace.analytics.visit.Visitor.Pace;
import millrace.events.ClickEvent.Campaign;
import millrace.events.Visit.Device;
import millrace.events.Visit.Step;
import org.apache.kafka.common.serialization.Serde;

/** A {@link Visitor} as bytes: it is read and written with each click, and JSON of it would cost more than all the rest. */
final class VisitorBytes {
    static final Serde<Visitor> SERDE = Binary.serde(VisitorBytes::write, VisitorBytes::read);

    private static final Device[] DEVICES = Device.values();
    private static final Step[] STEPS = Step.values();

    private VisitorBytes() {}

    private static void write(Visitor visitor, DataOutputStream out) throws IOException {
        out.writeLong(visitor.pastUntil());
        out.writeLong(visitor.lastOrder());
        out.writeShort(visitor.paces().size());
        for (var pace : visitor.paces().entrySet()) {
            out.writeUTF(pace.getKey());
            out.writeLong(pace.getValue().clock());
            out.writeLong(pace.getValue().due());
        }
        Binary.writeAll(visitor.stays(), VisitorBytes::writeStay, out);
        Binary.writeAll(visitor.orders(), VisitorBytes::writeOrder, out);
    }

    private static Visitor read(DataInputStream in) throws IOException {
        var pastUntil = in.readLong();
        var lastOrder = in.readLong();
        var paces = new TreeMap<String, Pace>();
        for (var left = in.readUnsignedShort(); left > 0; left--) {
            paces.put(in.readUTF(), new Pace(in.readLong(), in.readLong()));
        }
        var stays = Binary.readAll(VisitorBytes::readStay, in);
        return new Visitor(paces, stays, Binary.readAll(VisitorBytes::readOrder, in), pastUntil, lastOrder);
    }

    private static void writeStay(Stay stay, DataOutputStream out) throws IOException {
        out.writeUTF(stay.source());
        out.writeLong(stay.start());
        out.writeLong(stay.end());
        out.writeInt((int) stay.views());
        out.writeInt((int) stay.actions());
        Binary.writeOptional(stay.first(), VisitorBytes::writePage, out);
        Binary.writeOptional(stay.last(), VisitorBytes::writePage, out);
        Binary.writeOptional(stay.landing(), VisitorBytes::writeLanding, out);
        out.writeByte(stay.device().ordinal());
        out.writeByte(stay.reached().ordinal());
        Binary.writeAll(stay.changes(), VisitorBytes::writeChange, out);
    }

    private static Stay readStay(DataInputStream in) throws IOException {
        return new Stay(
                in.readUTF(),
                in.readLong(),
                in.readLong(),
                in.readInt(),
                in.readInt(),
                Binary.readOptional(VisitorBytes::readPage, in),
                Binary.readOptional(VisitorBytes::readPage, in),
                Binary.readOptional(VisitorBytes::readLanding, in),
                DEVICES[in.readByte()],
                STEPS[in.readByte()],
                Binary.readAll(VisitorBytes::readChange, in));
    }

    private static void writePage(Page page, DataOutputStream out) throws IOException {
        out.writeLong(page.at());
        writeText(page.path(), out);
        writeText(page.referrer(), out);
    }

    private static Page readPage(DataInputStream in) throws IOException {
        return new Page(in.readLong(), readText(in), readText(in));
    }

    private static void writeLanding(Landing landing, DataOutputStream out) throws IOException {
        out.writeLong(landing.at());
        writeText(landing.campaign().name(), out);
        writeText(landing.campaign().source(), out);
        writeText(landing.campaign().medium(), out);
    }

    private static Landing readLanding(DataInputStream in) throws IOException {
        return new Landing(in.readLong(), new Campaign(readText(in), readText(in), readText(in)));
    }

    private static void writeChange(CartChange change, DataOutputStream out) throws IOException {
        out.writeLong(change.at());
        out.writeUTF(change.product());
        out.writeLong(change.quantity());
    }

    private static CartChange readChange(DataInputStream in) throws IOException {
        return new CartChange(in.readLong(), in.readUTF(), in.readLong());
    }

    private static void writeOrder(Ordered order, DataOutputStream out) throws IOException {
        out.writeUTF(order.orderId());
        out.writeUTF(order.source());
        out.writeUTF(order.timestamp().toString());
        writeText(order.country(), out);
        out.writeUTF(order.currency());
        out.writeLong(order.totalMinor());
        writeText(order.visitor(), out);
    }

    private static Ordered readOrder(DataInputStream in) throws IOException {
        return new Ordered(
                in.readUTF(),
                in.readUTF(),
                Instant.parse(in.readUTF()),
                readText(in),
                in.readUTF(),
                in.readLong(),
                readText(in));
    }

    private static void writeText(String text, DataOutputStream out) throws IOException {
        Binary.writeOptional(text, (value, to) -> to.writeUTF(value), out);
    }

    private static String readText(DataInputStream in) throws IOException {
        return Binary.readOptional(from -> from.readUTF(), in);
    }
}

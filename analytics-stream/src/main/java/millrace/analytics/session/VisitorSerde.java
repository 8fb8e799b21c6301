package millrace.analytics.session;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.TreeMap;
import millrace.analytics.engine.Binary;
import millrace.analytics.session.Session.CartChange;
import millrace.analytics.session.Session.Landing;
import millrace.analytics.session.Session.Page;
import millrace.analytics.session.Visitor.Pace;
import millrace.events.ClickEvent.Campaign;
import millrace.events.Visit.Device;
import millrace.events.Visit.Step;
import org.apache.kafka.common.serialization.Serde;

/** A {@link Visitor} as bytes: it is read and written with each click, and JSON of it would cost more than all the rest. */
final class VisitorSerde {
    static final Serde<Visitor> SERDE = Binary.plain(VisitorSerde::write, VisitorSerde::read);

    private static final Device[] DEVICES = Device.values();
    private static final Step[] STEPS = Step.values();

    private VisitorSerde() {}

    private static void write(Visitor visitor, DataOutputStream out) throws IOException {
        out.writeLong(visitor.pastUntil());
        out.writeLong(visitor.lastOrder());
        out.writeShort(visitor.paces().size());
        for (var pace : visitor.paces().entrySet()) {
            out.writeUTF(pace.getKey());
            out.writeLong(pace.getValue().clock());
            out.writeLong(pace.getValue().due());
        }
        Binary.writeAll(visitor.sessions(), VisitorSerde::writeSession, out);
        Binary.writeAll(visitor.orders(), VisitorSerde::writeOrder, out);
    }

    private static Visitor read(DataInputStream in) throws IOException {
        var pastUntil = in.readLong();
        var lastOrder = in.readLong();
        var paces = new TreeMap<String, Pace>();
        for (var left = in.readUnsignedShort(); left > 0; left--) {
            paces.put(SharedText.of(in.readUTF()), new Pace(in.readLong(), in.readLong()));
        }
        var sessions = Binary.readAll(VisitorSerde::readSession, in);
        return new Visitor(paces, sessions, Binary.readAll(VisitorSerde::readOrder, in), pastUntil, lastOrder);
    }

    private static void writeSession(Session session, DataOutputStream out) throws IOException {
        out.writeUTF(session.source());
        out.writeLong(session.start());
        out.writeLong(session.end());
        out.writeInt((int) session.views());
        out.writeInt((int) session.actions());
        Binary.writeOptional(session.first(), VisitorSerde::writePage, out);
        Binary.writeOptional(session.last(), VisitorSerde::writePage, out);
        Binary.writeOptional(session.landing(), VisitorSerde::writeLanding, out);
        out.writeByte(session.device().ordinal());
        out.writeByte(session.reached().ordinal());
        Binary.writeAll(session.changes(), VisitorSerde::writeChange, out);
    }

    private static Session readSession(DataInputStream in) throws IOException {
        return new Session(
                SharedText.of(in.readUTF()),
                in.readLong(),
                in.readLong(),
                in.readInt(),
                in.readInt(),
                Binary.readOptional(VisitorSerde::readPage, in),
                Binary.readOptional(VisitorSerde::readPage, in),
                Binary.readOptional(VisitorSerde::readLanding, in),
                DEVICES[in.readByte()],
                STEPS[in.readByte()],
                Binary.readAll(VisitorSerde::readChange, in));
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
        return new CartChange(in.readLong(), SharedText.of(in.readUTF()), in.readLong());
    }

    private static void writeOrder(VisitorOrder order, DataOutputStream out) throws IOException {
        out.writeUTF(order.orderId());
        out.writeUTF(order.source());
        out.writeUTF(order.timestamp().toString());
        writeText(order.country(), out);
        out.writeUTF(order.currency());
        out.writeLong(order.totalMinor());
        writeText(order.visitor(), out);
    }

    private static VisitorOrder readOrder(DataInputStream in) throws IOException {
        return new VisitorOrder(
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
        return SharedText.of(Binary.readOptional(from -> from.readUTF(), in));
    }
}

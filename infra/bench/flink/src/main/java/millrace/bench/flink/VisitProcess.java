package millrace.bench.flink;

import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.TimeDomain;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Follows the visits of each visitor. Forwards each click once and drops those that are later than the allowed lateness;
 * emits a changed visit a second later, and a last time when the watermark has passed the session gap.
 */
public final class VisitProcess extends KeyedProcessFunction<String, ShopClick, ShopClick> {
    private static final long serialVersionUID = 1L;

    static final OutputTag<ShopVisit> VISITS = new OutputTag<>("visits") {
        private static final long serialVersionUID = 1L;
    };
    private static final long GAP_MILLIS = Duration.ofMinutes(30).toMillis();
    private static final long EMIT_MILLIS = 1_000;

    private final Duration allowedLateness;
    private transient MapState<String, Boolean> known;
    private transient ValueState<ShopVisit> visit;

    VisitProcess(Duration allowedLateness) {
        this.allowedLateness = allowedLateness;
    }

    @Override
    public void open(OpenContext context) {
        var ids = new MapStateDescriptor<>("ids", Types.STRING, Types.BOOLEAN);
        ids.enableTimeToLive(StateTtlConfig.newBuilder(allowedLateness)
                .cleanupInRocksdbCompactFilter(10_000)
                .build());
        known = getRuntimeContext().getMapState(ids);
        visit = getRuntimeContext().getState(new ValueStateDescriptor<>("visit", ShopVisit.class));
    }

    @Override
    public void processElement(ShopClick click, Context context, Collector<ShopClick> counted) throws Exception {
        var timers = context.timerService();
        if (click.at() + allowedLateness.toMillis() < timers.currentWatermark() || known.contains(click.id())) {
            return;
        }
        known.put(click.id(), true);
        counted.collect(click);
        var before = visit.value();
        if (before != null && click.at() > before.end() + GAP_MILLIS) {
            context.output(VISITS, before);
            before = null;
        }
        if (before == null) {
            timers.registerEventTimeTimer(click.at() + GAP_MILLIS);
        }
        visit.update(before == null ? ShopVisit.of(click) : before.with(click));
        var now = timers.currentProcessingTime();
        timers.registerProcessingTimeTimer(now - now % EMIT_MILLIS + EMIT_MILLIS);
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<ShopClick> counted) throws Exception {
        var current = visit.value();
        if (current == null) {
            return;
        }
        if (context.timeDomain() == TimeDomain.EVENT_TIME && current.end() + GAP_MILLIS > time) {
            context.timerService().registerEventTimeTimer(current.end() + GAP_MILLIS);
            return;
        }
        context.output(VISITS, current);
        if (context.timeDomain() == TimeDomain.EVENT_TIME) {
            visit.clear();
        }
    }
}

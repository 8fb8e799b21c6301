// A time series: <time-chart>, which draws with uPlot in the colours of the page.
import { compact } from '/lib/format.js';

const PALETTE = ['--series-1', '--series-2', '--series-3', '--series-4', '--series-5', '--series-6'];

/** A value of the axis from which on it is written as 150K: there is room for five digits. */
const SHORTENED = 100_000;

/** Seconds between two marks of the time. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 86400];

/**
 * Properties: label (text for those who do not see it), series (names, or objects with a name, a colour from 1 to 6, dash
 * for a broken line, and points for points without a line), unit (of the values), data (uPlot's: an array of
 * seconds since 1970, then one of values for each series, null where there is none), marks (moments in seconds with a
 * text, drawn as lines), height (pixels). Set data last: it draws.
 */
class TimeChart extends HTMLElement {
  label = '';
  series = [];
  unit = '';
  marks = [];
  height = 180;
  #plot;
  #drawn = '';
  #data = [[]];
  #resize = new ResizeObserver(() => this.#fit());
  #retheme = () => this.#draw(true);

  connectedCallback() {
    this.setAttribute('role', 'img');
    this.#resize.observe(this);
    addEventListener('themechange', this.#retheme);
    this.#draw(true);
  }

  disconnectedCallback() {
    this.#resize.disconnect();
    removeEventListener('themechange', this.#retheme);
    this.#plot?.destroy();
    this.#plot = undefined;
  }

  get data() {
    return this.#data;
  }

  set data(data) {
    this.#data = data;
    if (this.isConnected) {
      this.#draw(false);
    }
  }

  #colour(name) {
    return getComputedStyle(this).getPropertyValue(name).trim();
  }

  #stroke(colour) {
    return this.#colour(PALETTE[(colour - 1) % PALETTE.length]);
  }

  #fit() {
    if (this.#plot && this.clientWidth > 0 && this.clientWidth !== this.#plot.width) {
      this.#plot.setSize({ width: this.clientWidth, height: this.height });
    }
  }

  #draw(anew) {
    const last = this.series.map(named).map(({ name }, at) => `${name} ${this.#data[at + 1]?.findLast((value) => value !== null) ?? 'unknown'}`);
    this.setAttribute('aria-label', `${this.label}: ${last.join(', ')} ${this.unit}`);
    const shape = JSON.stringify(this.series);
    if (anew || shape !== this.#drawn || !this.#plot) {
      this.#plot?.destroy();
      this.#drawn = shape;
      this.#plot = this.clientWidth > 0 ? new uPlot(this.#options(), this.#data, this) : undefined;
    } else {
      this.#plot.setData(this.#data);
    }
  }

  #options() {
    const axis = {
      stroke: this.#colour('--text-soft'),
      grid: { stroke: this.#colour('--line'), width: 1 },
      ticks: { stroke: this.#colour('--line'), width: 1 },
      font: '12px system-ui',
    };
    return {
      width: this.clientWidth,
      height: this.height,
      padding: [18, 28, null, null],
      cursor: { drag: { x: false, y: false } },
      legend: { live: true },
      scales: { y: { range: (plot, least, most) => [Math.min(0, least), Math.max(1, most * 1.1)] } },
      axes: [{ ...axis, space: 90, incrs: STEPS, values: (plot, splits) => splits.map((at) => new Date(at * 1000).toLocaleTimeString('en-GB')) },
        { ...axis, size: 56, space: 26, values: (plot, splits) => splits.map((value) => (value < SHORTENED ? value.toLocaleString('en') : compact(value))) }],
      series: [
        { value: (plot, at) => (at ? new Date(at * 1000).toLocaleTimeString('en-GB') : '—') },
        ...this.series.map(named).map(({ name, colour, dash, points }, at) => ({
          label: name,
          stroke: this.#stroke(colour ?? at + 1),
          width: points ? 0 : 2,
          dash: dash ? [4, 4] : undefined,
          points: points ? { show: true, size: 7, fill: this.#stroke(colour ?? at + 1) } : { show: false },
          value: (plot, value) => (value === null || value === undefined ? '—' : `${value} ${this.unit}`),
        })),
      ],
      hooks: { draw: [(plot) => this.#drawMarks(plot)] },
    };
  }

  #drawMarks(plot) {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.strokeStyle = this.#colour('--bad');
    ctx.fillStyle = this.#colour('--bad');
    ctx.font = `${11 * devicePixelRatio}px system-ui`;
    ctx.textAlign = 'left';
    ctx.setLineDash([4, 4]);
    ctx.textAlign = 'left';
    const taken = []; // A text that would lie on another one is left out: the line is there.
    for (const { at, text } of this.marks) {
      const x = plot.valToPos(at, 'x', true);
      if (x >= bbox.left && x <= bbox.left + bbox.width) {
        ctx.beginPath();
        ctx.moveTo(x, bbox.top);
        ctx.lineTo(x, bbox.top + bbox.height);
        ctx.stroke();
        const width = ctx.measureText(text).width;
        const place = [x + 4, x - 4 - width].find(
          (from) =>
            from >= bbox.left &&
            from + width <= bbox.left + bbox.width &&
            taken.every((other) => from > other.until || from + width < other.from),
        );
        if (place !== undefined) {
          taken.push({ from: place - 4, until: place + width + 4 });
          ctx.fillText(text, place, bbox.top - 6 * devicePixelRatio);
        }
      }
    }
    ctx.restore();
  }
}

const named = (series) => (typeof series === 'string' ? { name: series } : series);

customElements.define('time-chart', TimeChart);

// A time series: <time-chart>, which draws with uPlot in the colours of the page.
const PALETTE = ['--series-1', '--series-2', '--series-3', '--series-4', '--series-5', '--series-6'];

/** Seconds between two marks of the time. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 86400];

/**
 * Properties: label (text for those who do not see it), series (names), unit (of the values), data (uPlot's: an array of
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

  #fit() {
    if (this.#plot && this.clientWidth > 0 && this.clientWidth !== this.#plot.width) {
      this.#plot.setSize({ width: this.clientWidth, height: this.height });
    }
  }

  #draw(anew) {
    const last = this.series.map((name, at) => `${name} ${this.#data[at + 1]?.at(-1) ?? 'unknown'}`);
    this.setAttribute('aria-label', `${this.label}: ${last.join(', ')} ${this.unit}`);
    const shape = this.series.join('\n');
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
      cursor: { drag: { x: false, y: false } },
      legend: { live: true },
      scales: { y: { range: (plot, least, most) => [Math.min(0, least), Math.max(1, most * 1.1)] } },
      axes: [{ ...axis, space: 90, incrs: STEPS, values: (plot, splits) => splits.map((at) => new Date(at * 1000).toLocaleTimeString('en-GB')) },
        { ...axis, size: 56 }],
      series: [
        { value: (plot, at) => (at ? new Date(at * 1000).toLocaleTimeString('en-GB') : '—') },
        ...this.series.map((name, at) => ({
          label: name,
          stroke: this.#colour(PALETTE[at % PALETTE.length]),
          width: 2,
          points: { show: false },
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
    for (const { at, text } of this.marks) {
      const x = plot.valToPos(at, 'x', true);
      if (x >= bbox.left && x <= bbox.left + bbox.width) {
        ctx.beginPath();
        ctx.moveTo(x, bbox.top);
        ctx.lineTo(x, bbox.top + bbox.height);
        ctx.stroke();
        ctx.fillText(text, x + 4, bbox.top + 12 * devicePixelRatio);
      }
    }
    ctx.restore();
  }
}

customElements.define('time-chart', TimeChart);

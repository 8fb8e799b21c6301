// Numbers, times and durations as people read them.
const whole = new Intl.NumberFormat('en');
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** 12,345; — where there is none. */
export const count = (value) => (Number.isFinite(value) ? whole.format(Math.round(value)) : '—');

/** 12.3K */
export const compact = (value) => (Number.isFinite(value) ? short.format(value) : '—');

/** A rate: 0.4, 7.2, 1,234 */
export const rate = (value) =>
  !Number.isFinite(value) ? '—' : value < 10 ? (value === 0 ? '0' : value.toFixed(1)) : whole.format(Math.round(value));

/** 0.4 s, 12 s, 3 min, 2.5 h */
export function seconds(value) {
  if (!Number.isFinite(value)) {
    return '—';
  }
  if (value < 1) {
    return value === 0 ? '0 s' : `${Math.max(1, Math.round(value * 1000))} ms`;
  }
  if (value < 10) {
    return `${value.toFixed(1)} s`;
  }
  if (value < 120) {
    return `${Math.round(value)} s`;
  }
  return value < 7200 ? `${Math.round(value / 60)} min` : `${(value / 3600).toFixed(1)} h`;
}

/** 1.5 MB, 812 kB */
export function bytes(value) {
  if (!Number.isFinite(value)) {
    return '—';
  }
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let rest = value;
  let unit = 0;
  while (rest >= 1000 && unit < units.length - 1) {
    rest /= 1000;
    unit++;
  }
  return `${rest >= 100 || unit === 0 ? Math.round(rest) : rest.toFixed(1)} ${units[unit]}`;
}

/** Time of the day of an ISO instant or of milliseconds, in the person's zone: 14:05:09 */
export const time = (instant) =>
  instant === undefined || instant === null ? '—' : new Date(instant).toLocaleTimeString('en-GB');

/** Day and time: 2026-05-14 14:05:09 */
export function moment(instant) {
  if (instant === undefined || instant === null) {
    return '—';
  }
  const date = new Date(instant);
  const two = (number) => String(number).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${time(date)}`;
}

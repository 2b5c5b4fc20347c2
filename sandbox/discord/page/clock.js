// The stand-in's own clock, and the times shown by it. `now` comes from the server and can jump when time is moved there.

const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
  s: { dateStyle: "short", timeStyle: "short" },
  S: { dateStyle: "short", timeStyle: "medium" },
};
const STEPS = [
  ["second", 1, 60],
  ["minute", 60, 60],
  ["hour", 3600, 24],
  ["day", 86_400, 30],
  ["month", 2_629_800, 12],
];
const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "always" });
const LATEST = 8_640_000_000_000; // seconds: the last moment that a Date can hold

/** Tell the stand-in's time in unix seconds, going on from the last `now` that the server named. */
export class Clock {
  constructor(now = Date.now() / 1000) {
    this.set(now);
  }

  set(now) {
    this.base = now;
    this.since = performance.now();
  }

  now() {
    return this.base + (performance.now() - this.since) / 1000;
  }
}

/** Say a moment (unix seconds) in one of Discord's timestamp styles; R is relative to `now`. */
export function sayTime(seconds, style, now) {
  if (Math.abs(seconds) > LATEST) return "Invalid date";
  if (style === "R") return sayRelative(seconds - now);
  return new Intl.DateTimeFormat("en-GB", STYLES[style] ?? STYLES.f).format(new Date(seconds * 1000));
}

function sayRelative(difference) {
  const rounded = Math.round(difference);
  if (rounded === 0) return "now";
  for (const [unit, size, limit] of STEPS) {
    const amount = Math.round(rounded / size);
    if (Math.abs(amount) < limit) return RELATIVE.format(amount, unit);
  }
  return RELATIVE.format(Math.round(rounded / 31_557_600), "year");
}

/** Say when a message was written: the hour alone for today's. */
export function sayWhen(iso, now) {
  const then = new Date(iso);
  const hour = new Intl.DateTimeFormat("en-GB", { timeStyle: "short" }).format(then);
  if (then.toDateString() === new Date(now * 1000).toDateString()) return `Today at ${hour}`;
  return `${new Intl.DateTimeFormat("en-GB", { dateStyle: "short" }).format(then)} ${hour}`;
}

/** Let every relative time below `root` count on, once a second, by the clock that `clockNow` gives. */
export function keepTicking(root, clockNow) {
  const tick = () => {
    const now = clockNow();
    for (const node of root.querySelectorAll('time[data-style="R"]')) {
      const text = sayTime(Number(node.dataset.moment), "R", now);
      if (node.textContent !== text) node.textContent = text;
    }
  };
  setInterval(tick, 1000);
  return tick;
}

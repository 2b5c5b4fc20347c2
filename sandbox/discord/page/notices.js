// What the page says about itself: the connection, the bot's presence, and new messages for a screen reader.

import { el } from "./dom.js";
import { wordsOf } from "./message.js";

const LONGEST_SPOKEN = 240; // characters
const KEPT_SPOKEN = 20; // announcements that stay in the log

/** The line above the messages that tells of a lost connection or an absent bot. */
export class Banner {
  constructor(root, session) {
    Object.assign(this, { root, session });
    setInterval(() => this.tick(), 1000);
  }

  show() {
    const { connection, bot, ready } = this.session.world;
    clearTimeout(this.timer);
    // A connection that comes at once needs no words.
    if (connection.state === "connecting" && !ready)
      this.timer = setTimeout(() => this.say("waiting", "Connecting…"), 600);
    else if (connection.state === "waiting") this.lost(connection.wait);
    else if (connection.state === "open" && ready && !bot.online)
      this.say("offline", `${bot.name} is offline and can't answer until it is back.`);
    else if (connection.state === "open") this.root.hidden = true;
  }

  lost(wait) {
    this.until = performance.now() + wait;
    const retry = el(
      "button",
      { type: "button", class: "text-button", on: { click: () => this.session.retry() } },
      "Try now",
    );
    this.count = el("span", { "aria-hidden": "true" });
    this.say("waiting", "Connection lost. ", this.count, retry);
    this.tick();
  }

  tick() {
    if (this.count?.isConnected)
      this.count.textContent = `Trying again in ${Math.max(1, Math.ceil((this.until - performance.now()) / 1000))} s. `;
  }

  say(kind, ...words) {
    this.root.dataset.kind = kind;
    this.root.replaceChildren(...words);
    this.root.hidden = false;
  }
}

/** Speaks new messages politely; what only counts on or moves on is not spoken again. */
export class Announcer {
  constructor(root, session) {
    Object.assign(this, { root, session, spoken: new Map() });
  }

  forget() {
    this.root.replaceChildren();
    this.spoken.clear();
  }

  /** Speak a message that came, or one that has stopped thinking. */
  message(message, fresh) {
    const { world } = this.session;
    const before = this.spoken.get(message.id);
    this.spoken.set(message.id, message.loading ? "loading" : "told");
    if (message.sending || (!fresh && before !== "loading") || (message.loading && !fresh)) return;
    const name =
      world.memberName(message.author?.id) === "unknown-user"
        ? (message.author?.username ?? "")
        : world.memberName(message.author?.id);
    const privately = message.ephemeral ? " (only to you)" : "";
    const words = wordsOf(message, world).slice(0, LONGEST_SPOKEN);
    this.root.append(el("p", {}, message.loading ? words : `${name}${privately}: ${words}`));
    while (this.root.children.length > KEPT_SPOKEN) this.root.firstChild.remove();
  }
}

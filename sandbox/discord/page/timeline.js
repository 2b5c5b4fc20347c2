// The list of messages: shown by key, changed in place, staying where the reader is.

import { el } from "./dom.js";
import { continues, showMessage } from "./message.js";
import { morph } from "./morph.js";

const NEAR_THE_END = 48; // pixels
const FAR_FROM_IT = 600; // pixels

/** The message list. `scroller` scrolls, `list` holds the messages, `button` leads to what is new. */
export class Timeline {
  constructor({ scroller, list, button }, session) {
    Object.assign(this, { scroller, list, button, session });
    this.rows = new Map();
    this.missed = 0;
    this.sticks = true;
    scroller.addEventListener("scroll", () => this.scrolled(), { passive: true });
    button.addEventListener("click", () => this.toEnd());
    const keep = new ResizeObserver(() => this.sticks && this.jumpToEnd());
    keep.observe(list);
    keep.observe(scroller);
  }

  /** Show a channel from scratch, at its end. */
  show() {
    this.list.replaceChildren();
    this.rows.clear();
    this.missed = 0;
    this.sticks = true;
    this.update();
    this.jumpToEnd();
  }

  /** Bring the list up to date; `changed` forces one message to be shown again. */
  update(changed = null) {
    const { world, channel } = this.session;
    if (!channel) return;
    const messages = [...world.listOf(channel.id).values()];
    this.dropMissing(new Set(messages.map(({ id }) => id)));
    let before = null;
    let place = this.list.firstChild;
    for (const message of messages) {
      const row = this.row(message, before, changed === message.id);
      if (row !== place) this.list.insertBefore(row, place);
      place = row.nextSibling;
      before = message;
    }
    if (this.sticks) this.jumpToEnd();
    this.showButton();
  }

  /** Count a message that came while the reader was further up. */
  arrived() {
    if (!this.sticks) this.missed += 1;
  }

  row(message, before, forced) {
    const { world, requests } = this.session;
    const grouped = continues(message, before);
    const known = this.rows.get(message.id);
    if (known && !forced && known.message === message && known.grouped === grouped) return known.node;
    const fresh = showMessage(message, {
      world,
      grouped,
      pending: (customId) => requests.isPending(message.id, customId),
    });
    const divider = newDay(message, before);
    if (divider) fresh.prepend(divider);
    const node = known ? morph(known.node, fresh) : fresh;
    this.rows.set(message.id, { node, message, grouped });
    return node;
  }

  dropMissing(ids) {
    for (const [id, { node }] of this.rows) {
      if (ids.has(id)) continue;
      if (node.contains(document.activeElement)) this.scroller.focus({ preventScroll: true });
      node.remove();
      this.rows.delete(id);
    }
  }

  scrolled() {
    this.sticks = this.rest() < NEAR_THE_END;
    if (this.sticks) this.missed = 0;
    this.showButton();
  }

  // How far the end is below what is seen, in pixels.
  rest() {
    return this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight;
  }

  showButton() {
    const words = this.missed === 1 ? "1 new message" : `${this.missed} new messages`;
    this.button.hidden = this.sticks || (!this.missed && this.rest() < FAR_FROM_IT);
    this.button.dataset.news = this.missed > 0;
    this.button.querySelector("span").textContent = this.missed ? words : "To the latest messages";
  }

  /** Go to the end, and stay there. */
  toEnd() {
    this.sticks = true;
    this.missed = 0;
    this.jumpToEnd();
    this.showButton();
  }

  jumpToEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  /** Bring a message into view and point at it for a moment. */
  reveal(id) {
    const row = this.rows.get(id)?.node;
    if (!row) return;
    this.sticks = false;
    row.scrollIntoView({ block: "center" });
    this.scrolled();
    row.classList.add("message-pointed");
    setTimeout(() => row.classList.remove("message-pointed"), 1600);
  }
}

function newDay(message, before) {
  const day = new Date(message.timestamp).toDateString();
  if (!before || message.local || new Date(before.timestamp).toDateString() === day) return null;
  const words = new Intl.DateTimeFormat("en-GB", { dateStyle: "long" }).format(new Date(message.timestamp));
  return el("p", { class: "new-day" }, el("span", {}, words));
}
